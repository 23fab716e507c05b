import json
from dataclasses import replace

import pytest

from benchmarks import aws_cost
from benchmarks.cost import document
from benchmarks.cost.bill import MOST_AT_ONCE, ONE_VCPU, Line, bill, kept, total
from benchmarks.cost.measuring import HANDLERS, Meter, memory, requests
from benchmarks.cost.prices import PRICES, Price
from benchmarks.cost.usage import CHUNK, Function, Usage, gets, puts, usage_of
from benchmarks.rocket.processes import ROOT
from chalicelib.settings import Settings

USAGE = Usage(
    rows=100_000,
    shards=5,
    functions={
        "planning": Function(1024, 1, 7.0, 0.5, 6, 2),
        "solving": Function(2048, 5, 9.0, 1.0, 10, 5),
        "merging": Function(2048, 1, 4.0, 0.1, 20, 5),
    },
    import_seconds=1.5,
    stored_bytes=60_000_000,
    database_bytes=20_000_000,
    logged_bytes=40_960_000,
    conditions="a machine",
)


def dollars(what: str, usage: Usage = USAGE) -> float:
    return sum(line.dollars for line in bill(usage) if line.what == what)


def test_each_line_is_a_quantity_of_a_million_cases_times_a_price() -> None:
    gigabyte_second = 0.0000166667
    assert dollars("planning: computing") == pytest.approx(70.0 / (1024 / ONE_VCPU) * 1.0 * gigabyte_second)
    assert dollars("solving: computing") == pytest.approx(90.0 * 2.0 * gigabyte_second)
    assert dollars("solving: waiting") == pytest.approx((150 * 0.1 + 10.0) * 2.0 * gigabyte_second)
    assert dollars("cold starts") == pytest.approx(42 * 1.5 * 2.0 * gigabyte_second)
    assert dollars("invocations") == pytest.approx(70 * 0.20e-6)
    assert dollars("writing to S3") == pytest.approx(361 * 0.005e-3)
    assert dollars("reading from S3") == pytest.approx(121 * 0.0004e-3)
    assert dollars("workflow") == pytest.approx((2 * 50 + 4) * 0.025e-3)
    assert dollars("queues") == pytest.approx(3 * 70 * 0.40e-6)
    assert dollars("database: writing") == pytest.approx(100_000 * 0.20e-6)
    assert dollars("database: capacity") == pytest.approx(16.0 * 4.0 / 3600 * 0.12)
    assert dollars("logs") == pytest.approx(70 * 3000e-9 * 0.50)
    assert dollars("traces") == pytest.approx(70 * 5e-6)


def test_the_total_is_of_all_lines_and_keeping_is_apart() -> None:
    assert total(bill(USAGE)) == pytest.approx(sum(line.quantity * line.price.each for line in bill(USAGE)))
    assert total(kept(USAGE)) == pytest.approx(0.6 * 0.023 + 0.2 * 0.10)


def test_more_memory_than_one_processor_is_only_dearer() -> None:
    solving = USAGE.functions["solving"]
    doubled = replace(USAGE, functions={**USAGE.functions, "solving": replace(solving, memory=4096)})
    assert dollars("solving: computing", doubled) == pytest.approx(2.0 * dollars("solving: computing"))


def test_the_same_rate_costs_the_same_whatever_was_measured() -> None:
    half = replace(
        USAGE,
        rows=50_000,
        shards=2.5,
        functions={
            name: Function(
                one.memory,
                one.runs / 2,
                one.processor_seconds / 2,
                one.database_seconds / 2,
                one.put_requests / 2,
                one.get_requests / 2,
            )
            for name, one in USAGE.functions.items()
        },
        logged_bytes=USAGE.logged_bytes // 2,
    )
    assert total(bill(half)) == pytest.approx(total(bill(USAGE)))


def test_no_more_cold_starts_than_the_workflow_runs_at_once() -> None:
    machine = json.loads((ROOT / ".chalice" / "state-machines" / "batch.asl.json").read_text())
    assert machine["States"]["SolveShards"]["MaxConcurrency"] == MOST_AT_ONCE
    single = replace(USAGE, rows=1_000_000, shards=1)
    assert dollars("cold starts", single) == pytest.approx(3 * 1.5 * 2.0 * 0.0000166667)


@pytest.mark.parametrize(
    ("sizes", "read", "written"),
    [([], 0, 0), ([0], 1, 1), ([CHUNK - 1, 5], 2, 2), ([CHUNK], 1, 3), ([2 * CHUNK + 1], 3, 5)],
)
def test_requests_follow_from_the_sizes_of_objects(sizes: list[int], read: int, written: int) -> None:
    assert gets(sizes) == read
    assert puts(sizes) == written
    assert puts(sizes, is_cut=False) == len(sizes)


def test_each_function_reads_what_the_one_before_it_wrote() -> None:
    sizes = {"shards": [100, 2 * CHUNK], "parts": [10, 10, 10], "merged": [5]}
    assert requests("planning", 3 * CHUNK, sizes) == (2, 3)
    assert requests("solving", 3 * CHUNK, sizes) == (3, 3)
    assert requests("merging", 3 * CHUNK, sizes) == (1, 3)


def test_the_meter_is_read_between_its_readings() -> None:
    meter = Meter([10.0, 12.0, 16.0], {"workers": [1.0, 2.0, 6.0], "database": [0.0, 0.0, 1.0]})
    assert meter.between("workers", 11.0, 14.0) == pytest.approx(2.5)
    assert meter.between("database", 11.0, 14.0) == pytest.approx(0.5)


def test_the_memory_is_that_of_the_deployed_functions() -> None:
    assert {memory(handler) for handler in HANDLERS.values()} <= set(range(128, 10_241))


def test_the_page_is_written_between_its_marks() -> None:
    page = f"before\n{document.BEGIN}\nold\n{document.END}\nafter\n"
    written = document.page_with(page, "new\n")
    assert written == f"before\n{document.BEGIN}\n\nnew\n\n{document.END}\nafter\n"
    assert document.page_with(written, "new\n") == written
    with pytest.raises(ValueError, match="lacks its marks"):
        document.page_with("nothing", "new")


def test_the_page_in_docs_is_what_the_measured_usage_amounts_to() -> None:
    usage = usage_of(json.loads(document.MEASURED.read_text(encoding="utf-8")))
    page = document.PAGE.read_text(encoding="utf-8")
    assert page == document.page_with(page, document.text(usage))
    assert usage_of(usage.plain()) == usage
    assert total(bill(usage)) < 0.10


def test_every_price_of_the_bill_is_listed_with_its_source() -> None:
    text = document.text(USAGE)
    assert {line.price for line in [*bill(USAGE), *kept(USAGE)]} == set(PRICES.values())
    for price in PRICES.values():
        assert price.source in text
        assert price.seen in text


def test_a_price_is_of_one_unit() -> None:
    line = Line("requests", "", 2_000.0, Price(0.5, 1e3, "request", "", ""))
    assert line.dollars == pytest.approx(1.0)


def test_a_look_is_not_shown_as_a_measurement(capsys: pytest.CaptureFixture[str]) -> None:
    assert aws_cost.arguments([]).rows == 100_000
    assert aws_cost.arguments(["--quick"]).rows == 10_000
    with pytest.raises(SystemExit):
        aws_cost.arguments(["--quick", "--document"])
    assert "leave --quick out" in capsys.readouterr().err


def test_estimates_of_studies_are_made_of_the_same_prices() -> None:
    settings = Settings.model_fields
    assert settings["price_function_gigabyte_second"].default == PRICES["function"].each
    assert settings["price_function_request"].default == pytest.approx(PRICES["invocation"].each)
    assert settings["price_transition"].default == pytest.approx(PRICES["transition"].each)


def test_the_page_is_of_the_memory_that_the_functions_have_now() -> None:
    usage = usage_of(json.loads(document.MEASURED.read_text(encoding="utf-8")))
    assert {name: function.memory for name, function in usage.functions.items()} == {
        name: memory(handler) for name, handler in HANDLERS.items()
    }
