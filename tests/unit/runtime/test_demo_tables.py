import io

import pytest
from rich.console import Console
from rich.table import Table

from runtime.demo import cases, tables
from runtime.demo.latency import Latency
from tests.unit.runtime.test_demo_agreement import result, row

LATENCY = Latency(30, 0.1504, 0.2251)
ROWS = [
    row(2),
    row(3, **{"deviation.c_star": "-0.005", "specific_impulse_vacuum": "440.0"}),
    row(4, **{"propellant.fuel": "RP-1", "deviation.exit_pressure": "0.0003"}),
]
RS_25 = cases.engines()[0]
BURN = {"designation": "N1812", "burn_time": 11.107, "total_impulse": 20120.7}
HYBRID = cases.burns()[0]
ALL = [
    tables.engines_table([(RS_25, result())]),
    tables.published_table([(RS_25, result())]),
    tables.batch_table(ROWS),
    tables.speed_table(LATENCY, tables.FinishedBatch(ROWS, 0.5)),
    tables.burns_table([(HYBRID, result() | BURN)]),
]


def shown(table: Table, *, terminal: bool = False, width: int = 80) -> str:
    output = io.StringIO()
    tables.show(Console(file=output, width=width, force_terminal=terminal), table)
    return output.getvalue()


def cells(table: Table, first: str) -> list[str]:
    """The cells of the line that begins with a text."""
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in shown(table).splitlines()]
    return next(line for line in lines if line and line[0] == first)


def test_an_engine_is_shown_with_its_answers_and_its_distance_from_cea() -> None:
    assert cells(ALL[0], "RS-25") == [
        "RS-25",
        "2,279.0",
        "451.3",
        "2297.5",
        "3603.9",
        "2.0e-04",
        "exit pressure",
    ]


def test_the_published_impulse_stands_beside_the_computed_one_with_the_efficiency_assumed() -> None:
    assert cells(ALL[1], "RS-25") == ["RS-25", "462.8", "0.990 x 0.985", "451.3", "452.3", "-0.2 %"]


def test_a_burn_is_shown_in_its_means() -> None:
    shown_cells = cells(ALL[4], HYBRID.name)
    assert shown_cells[:2] == [HYBRID.name, "N1812"]
    assert shown_cells[3:5] == ["11.11", "20.1"]
    assert shown_cells[6:] == ["2.0e-04"]


def test_the_batch_is_shown_by_propellant_with_ranges_and_the_worst_of_each() -> None:
    assert cells(ALL[2], "LOX / LH2") == ["LOX / LH2", "2", "440-455", "2300-2300", "3500-3500", "5.0e-03"]
    assert cells(ALL[2], "LOX / RP-1") == ["LOX / RP-1", "1", "455-455", "2300-2300", "3500-3500", "3.0e-04"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("submit to answer, median of 30", "150 ms"),
        ("submit to answer, p95", "225 ms"),
        ("cases in the file: solved, failed", "3, 0"),
        ("compared with NASA CEA", "3"),
        ("cases per second, comparison included", "6"),
        ("worst deviation from NASA CEA over the batch", "5.0e-03 %"),
    ],
)
def test_speed_and_agreement_are_shown(name: str, value: str) -> None:
    assert cells(ALL[3], name)[1] == value


def test_the_worst_deviation_of_the_batch_says_where_it_is() -> None:
    assert "c star of LOX / LH2 at mixture ratio 6, 7 MPa, area ratio 45" in shown(ALL[3], width=140)


def test_rows_without_an_answer_are_counted_and_not_compared() -> None:
    empty = {name: "" for name in row() if name.startswith("deviation.")}
    failed = row(5, status="failed", c_star="", specific_impulse_vacuum="", chamber_temperature="", **empty)
    assert cells(tables.batch_table([failed]), "LOX / LH2") == ["LOX / LH2", "1", "none", "none", "none", "-"]
    table = tables.speed_table(LATENCY, tables.FinishedBatch([*ROWS, failed], 0.5))
    assert cells(table, "cases in the file: solved, failed")[1] == "3, 1"
    assert cells(table, "compared with NASA CEA")[1] == "3"


@pytest.mark.parametrize("table", ALL, ids=["engines", "published", "batch", "speed", "burns"])
def test_a_table_is_plain_ascii_within_80_columns_where_the_output_is_no_terminal(table: Table) -> None:
    text = shown(table)
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 80


def test_a_terminal_gets_lines() -> None:
    assert "─" in shown(tables.batch_table(ROWS), terminal=True)
