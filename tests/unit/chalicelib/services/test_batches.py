import csv
import io
import json
import math
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow.parquet as pq
import pytest

import engine
from chalicelib.domain.access import Principal
from chalicelib.domain.batch import BatchLimits, BatchStatus, ShardCounts
from chalicelib.domain.errors import InvalidRequestError, NotFoundError
from chalicelib.domain.messages import BatchDrawRequested, encode
from chalicelib.services import cut_batch
from chalicelib.services.create_batch import CreatedBatch, create_batch
from chalicelib.services.deviations import DEVIATIONS
from chalicelib.services.draw_batch import draw_batch
from chalicelib.services.finish_batch import finish_batch
from chalicelib.services.plan_batch import plan_batch
from chalicelib.services.run_shard import run_shard
from engine.errors import AnalysisError, SpecError
from engine.tabulation import Table
from engine.validation.case import QUANTITIES
from tests.unit.chalicelib.fakes import FakeDatabase, FakeObjectStore, FakeQueue, FakeWorkflows
from tests.unit.chalicelib.services.test_solve_analyses import Answered

HEADER = "propellant.fuel,propellant.oxidizer,propellant.mixture_ratio,chamber_pressure,nozzle.area_ratio\n"


class World:
    """The use cases of batches over one memory."""

    def __init__(self, **limits: int) -> None:
        self.database = FakeDatabase()
        self.store = FakeObjectStore()
        self.queue = FakeQueue()
        self.workflows = FakeWorkflows()
        self.limits = BatchLimits(**{"shard_rows": 2, "block_rows": 1, **limits})
        self.outside: dict[str, Any] = {
            "unit_of_work": self.database.unit_of_work,
            "object_store": self.store,
            "workflows": self.workflows,
            "results_bucket": "results",
        }

    def upload(self, text: str | bytes, key: str = "apollo/a.csv") -> None:
        content = text.encode() if isinstance(text, str) else text
        self.store.put("uploads", key, content, content_type="text/csv")

    def plan(self, key: str = "apollo/a.csv", etag: str = "e-1", size: int = 10) -> UUID | None:
        return plan_batch("uploads", key, etag, size, limits=self.limits, lease_seconds=60, **self.outside)

    def run(self, batch_id: UUID, shard: int, token: str = "t") -> None:
        run_shard(batch_id, shard, token, limits=self.limits, lease_seconds=60, **self.outside)

    def finish(self, batch_id: UUID, error: str | None = None) -> None:
        finish_batch(batch_id, "finish", error, queue=self.queue, **self.outside)

    def draw(self, batch_id: UUID) -> None:
        draw_batch(
            batch_id,
            unit_of_work=self.database.unit_of_work,
            object_store=self.store,
            results_bucket="results",
        )

    def begin(self, text: str) -> UUID:
        self.upload(text)
        batch_id = self.plan()
        assert batch_id is not None
        return batch_id

    def complete(self, batch_id: UUID) -> None:
        for shard in range(self.database.batches.rows[batch_id].shards):
            self.run(batch_id, shard)
        self.finish(batch_id)

    def table(self, batch_id: UUID, name: str) -> list[dict[str, str]]:
        content = self.store.objects["results", f"apollo/{batch_id}/{name}.csv"].decode()
        return list(csv.DictReader(io.StringIO(content)))

    def correlation(self, batch_id: UUID) -> str:
        return self.database.batches.rows[batch_id].correlation_id

    def status(self, batch_id: UUID) -> BatchStatus:
        return self.database.batches.rows[batch_id].status


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def solved(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The good cases the engine was given; it answers with the pressure as thrust, and breaks at two pressures."""
    given: list[dict[str, Any]] = []

    def analyze_many(specs: Sequence[dict[str, Any]]) -> list[Any]:
        answers = [_answer(spec) for spec in specs]
        pairs = zip(specs, answers, strict=True)
        given.extend(spec for spec, answer in pairs if not isinstance(answer, SpecError))
        return answers

    def tabulate(specs: Sequence[dict[str, Any]], outputs: Sequence[str]) -> Table:
        answers = analyze_many(specs)
        found = {place: answer for place, answer in enumerate(answers) if isinstance(answer, AnalysisError)}
        columns = {
            name: np.array([getattr(answer, "values", {}).get(name, 1.0) for answer in answers])
            for name in outputs
        }
        return Table(columns, found)

    monkeypatch.setattr(engine, "analyze_many", analyze_many, raising=False)
    monkeypatch.setattr(engine, "tabulate", tabulate, raising=False)
    return given


def _answer(spec: dict[str, Any]) -> Any:
    try:
        engine.parse_spec(spec)
    except SpecError as error:
        return error
    if spec["chamber_pressure"] == 1.3e6:
        return AnalysisError("it did not converge", code="not_converged")
    if spec["chamber_pressure"] == 1.4e6:
        raise ZeroDivisionError
    return Answered(thrust=spec["chamber_pressure"], c_star=1800.0)


def rows(*pressures: Any) -> str:
    return HEADER + "".join(f"RP-1,LOX,2.4,{pressure},40\n" for pressure in pressures)


def test_a_file_put_into_the_bucket_is_checked_cut_and_started(world: World) -> None:
    batch_id = world.begin(rows(1e6, 2e6, 3e6))
    batch = world.database.batches.rows[batch_id]
    assert (batch.status, batch.rows, batch.shards) == (BatchStatus.RUNNING, 3, 2)
    assert (batch.project, batch.filename, batch.workflow_started) == ("apollo", "a.csv", True)
    manifest = f"apollo/{batch_id}/shards/manifest.json"
    assert world.workflows.started == {batch_id: f"s3://results/{manifest}"}
    assert json.loads(world.store.objects["results", manifest]) == [{"shard": 0}, {"shard": 1}]
    shard = world.store.objects["results", f"apollo/{batch_id}/shards/00001.txt"]
    head, row = shard.decode().splitlines()
    assert row == "RP-1,LOX,2.4,3000000.0,40"
    assert {name: json.loads(head)[name] for name in ("kind", "line", "skipped", "cases")} == {
        "kind": "csv",
        "line": 4,
        "skipped": 0,
        "cases": 1,
    }


def test_a_notification_that_comes_twice_is_one_batch_and_a_new_content_another(world: World) -> None:
    batch_id = world.begin(rows(1e6))
    assert world.plan() is None
    assert world.plan(etag="e-2") not in (None, batch_id)
    assert len(world.database.batches.rows) == 2


def test_an_upload_belongs_to_the_batch_that_was_made_for_it(world: World, ada: Principal) -> None:
    made = create_batch(
        "b.csv",
        principal=ada,
        correlation_id="c",
        unit_of_work=world.database.unit_of_work,
        object_store=world.store,
        uploads_bucket="uploads",
        upload_seconds=60,
        limits=BatchLimits(),
    )
    key = f"apollo/{made.batch_id}/b.csv"
    world.upload(rows(1e6), key)
    assert world.plan(key) == made.batch_id
    assert world.plan(key) is None
    world.upload(rows(2e6), key)
    assert world.plan(key, etag="e-2") not in (None, made.batch_id)


def test_bad_rows_are_reported_by_line_field_and_value_and_the_others_run(
    world: World, solved: list[dict[str, Any]]
) -> None:
    batch_id = world.begin(rows(1e6, -5, "high", 2e6) + "RP1,LOX,2.4,1e6,40\nLH2,LOX\n")
    world.complete(batch_id)
    counts = world.database.batches.shard_counts(batch_id)
    assert [sum(getattr(one, name) for one in counts) for name in ("solved", "failed", "refused")] == [
        2,
        0,
        4,
    ]
    errors = world.table(batch_id, "errors")
    assert [(row["line"], row["field"], row["value"]) for row in errors] == [
        ("3", "chamber_pressure", "-5"),
        ("4", "chamber_pressure", "high"),
        ("6", "propellant.fuel", "RP1"),
        ("7", "", "LH2,LOX"),
    ]
    assert all(row["reason"] and row["remedy"] for row in errors)
    assert (errors[0]["reason"], errors[0]["remedy"]) == (
        "-5 is not possible: it is below 100",
        "give Pa, 1e2 to 1e8",
    )
    assert [row["line"] for row in world.table(batch_id, "results")] == ["2", "5"]
    assert world.status(batch_id) == BatchStatus.COMPLETED_WITH_ERRORS


def test_the_results_have_the_files_columns_the_answers_and_how_each_row_ended(
    world: World, solved: list[dict[str, Any]]
) -> None:
    batch_id = world.begin(rows("1e6", "1.3e6", "1.4e6", "2.0e6"))
    world.complete(batch_id)
    table = world.table(batch_id, "results")
    assert [row["chamber_pressure"] for row in table] == ["1e6", "1.3e6", "1.4e6", "2.0e6"]
    assert [row["thrust"] for row in table] == ["1000000", "", "", "2000000"]
    assert [row["status"] for row in table] == ["succeeded", "failed", "failed", "succeeded"]
    assert [row["error_code"] for row in table] == ["", "not_converged", "internal_error", ""]
    assert "result.chamber_pressure" in table[0]
    assert not any(name.startswith("deviation") for name in table[0])
    assert [row["line"] for row in world.table(batch_id, "errors")] == ["3", "4"]
    summary = json.loads(world.store.objects["results", f"apollo/{batch_id}/summary.json"])
    assert (summary["rows"], summary["solved"], summary["failed"]) == (4, 2, 2)
    assert summary["ranges"]["thrust"] == {"minimum": 1e6, "mean": 1.5e6, "maximum": 2e6}


def test_rows_that_are_the_same_case_are_solved_once_and_each_has_its_line(
    world: World, solved: list[dict[str, Any]]
) -> None:
    world.limits = BatchLimits(shard_rows=10, block_rows=10)
    batch_id = world.begin(rows("1e6", "2e6", "1000000", "1.3e6", "1.3e6", "1e6"))
    world.complete(batch_id)
    assert [spec["chamber_pressure"] for spec in solved] == [1e6, 2e6, 1.3e6]
    table = world.table(batch_id, "results")
    found = [(int(row["line"]), float(row["thrust"] or "nan")) for row in table]
    assert str(found) == str([(2, 1e6), (3, 2e6), (4, 1e6), (5, math.nan), (6, math.nan), (7, 1e6)])
    summary = json.loads(world.store.objects["results", f"apollo/{batch_id}/summary.json"])
    assert (summary["duplicates"], summary["solved"], summary["failed"]) == (3, 4, 2)


def test_rows_that_are_the_same_in_different_shards_are_solved_once_and_stay_in_order(
    world: World, solved: list[dict[str, Any]]
) -> None:
    batch_id = world.begin(rows("1e6", "2e6", "3e6", "1e6", "-1", "1.3e6", "2e6", "-1", "1.3e6"))
    assert [stored.rows for stored in world.database.batches.shards.values()] == [4, 1, 4, 0, 0]
    world.complete(batch_id)
    assert [spec["chamber_pressure"] for spec in solved] == [1e6, 2e6, 3e6, 1.3e6]
    results = [(int(row["line"]), row["thrust"]) for row in world.table(batch_id, "results")]
    pressures = {2: 1e6, 3: 2e6, 4: 3e6, 5: 1e6, 7: None, 8: 2e6, 10: None}
    assert results == [(line, "" if value is None else f"{value:.0f}") for line, value in pressures.items()]
    assert [row["line"] for row in world.table(batch_id, "errors")] == ["6", "7", "9", "10"]
    summary = json.loads(world.store.objects["results", f"apollo/{batch_id}/summary.json"])
    assert [summary[name] for name in ("rows", "valid", "solved", "failed", "duplicates")] == [9, 7, 5, 4, 4]
    kept = [row[0] for lines in world.database.batches.headlines.values() for row in lines]
    assert sorted(kept) == list(pressures)


def test_a_shard_that_was_given_up_gives_up_the_rows_that_it_answers_for_others(
    world: World, solved: list[dict[str, Any]]
) -> None:
    batch_id = world.begin(rows("1e6", "2e6", "3e6", "1e6"))
    world.database.batches.give_up_shard(batch_id, 0, "it broke")
    world.run(batch_id, 1)
    world.finish(batch_id)
    assert [(row["line"], row["status"]) for row in world.table(batch_id, "results")] == [
        ("2", "failed"),
        ("3", "failed"),
        ("4", "succeeded"),
        ("5", "failed"),
    ]
    assert [row["line"] for row in world.table(batch_id, "errors")] == ["2", "3", "5"]


def test_headline_numbers_go_to_the_database_with_their_lines(
    world: World, solved: list[dict[str, Any]]
) -> None:
    batch_id = world.begin(rows(1e6, 1.3e6))
    world.run(batch_id, 0)
    first, second = world.database.batches.headlines[batch_id, 0]
    assert first[:4] == (2, "succeeded", None, 1e6)
    assert second[:4] == (3, "failed", "not_converged", None)
    assert len(first) == len(second) == 17


def test_the_results_are_there_as_parquet(world: World, solved: list[dict[str, Any]]) -> None:
    batch_id = world.begin(rows(1e6, 1.3e6, 2e6))
    world.complete(batch_id)
    stored = world.store.objects["results", f"apollo/{batch_id}/results.parquet"]
    table = pq.read_table(io.BytesIO(stored))
    assert table.column("chamber_pressure").to_pylist() == [1e6, 1.3e6, 2e6]
    assert table.column("propellant.fuel").to_pylist() == ["RP-1"] * 3
    assert table.column("thrust").to_pylist() == [1e6, None, 2e6]
    assert table.column("error_code").to_pylist() == [None, "not_converged", None]


def pictures(world: World) -> dict[str, bytes]:
    return {
        key.rpartition("/")[2]: content
        for (_, key), content in world.store.objects.items()
        if "/plots/" in key
    }


def test_the_end_asks_once_for_pictures_which_are_the_same_when_they_are_drawn_again(
    world: World, solved: list[dict[str, Any]]
) -> None:
    batch_id = world.begin(rows(1e6, 1.3e6, 2e6))
    world.complete(batch_id)
    world.finish(batch_id)
    expected = encode(BatchDrawRequested(correlation_id=world.correlation(batch_id), batch_id=batch_id))
    assert world.queue.sent == [("batch", expected)]
    assert not pictures(world)
    world.draw(batch_id)
    drawn = pictures(world)
    assert drawn["overview.png"].startswith(b"\x89PNG")
    world.draw(batch_id)
    assert pictures(world) == drawn
    assert set(drawn) == {"distributions.png", "distributions.svg", "overview.png", "overview.svg"}


def test_nothing_is_drawn_where_nothing_was_solved(world: World, solved: list[dict[str, Any]]) -> None:
    batch_id = world.begin(rows(1.3e6))
    world.complete(batch_id)
    assert world.status(batch_id) == BatchStatus.FAILED
    assert world.queue.sent == []
    with pytest.raises(NotFoundError, match="there is no batch"):
        world.draw(UUID(int=0))


def test_a_file_of_the_same_content_is_answered_from_the_finished_one_unless_forced(
    world: World, solved: list[dict[str, Any]], ada: Principal
) -> None:
    def upload(force: bool, **constants: Any) -> UUID:
        made = create_batch(
            "b.csv",
            constants,
            force=force,
            principal=ada,
            correlation_id="c",
            unit_of_work=world.database.unit_of_work,
            object_store=world.store,
            uploads_bucket="uploads",
            upload_seconds=60,
            limits=BatchLimits(),
        )
        key = f"apollo/{made.batch_id}/b.csv"
        world.upload(rows(1e6), key)
        assert world.plan(key) == made.batch_id
        return made.batch_id

    first = upload(force=False)
    world.complete(first)
    again = upload(force=False)
    assert world.database.batches.rows[again].answers_from == first
    assert world.status(again) == BatchStatus.COMPLETED
    assert again not in world.workflows.started
    others = [upload(force=True), upload(force=False, **{"efficiency.c_star": 0.9})]
    assert set(others) < set(world.workflows.started)
    shard = world.store.objects["results", f"apollo/{others[1]}/shards/00000.txt"]
    assert json.loads(shard.splitlines()[0])["constants"] == {"efficiency": {"c_star": 0.9}}


@pytest.mark.parametrize(
    ("constants", "field", "part"),
    [
        ({"chamber_presure": 1e6}, "chamber_presure", "did you mean 'chamber_pressure'?"),
        ({"chamber_pressure": -5}, "chamber_pressure", "-5 is not possible: it is below 100"),
        ({"nozzle": {"area_ratio": "x"}}, "nozzle.area_ratio", "it is not a number"),
        ({"propellant.fuel": "RP1"}, "propellant.fuel", "did you mean 'RP-1'"),
        ({"chamber_pressure": "1e6:1e12:1e11"}, "chamber_pressure", "it is above 1e+08"),
        ({"nozzle.area_ratio": "4:8:-1"}, "nozzle.area_ratio", "never reaches its end"),
        ({"nozzle.area_ratio": "4:8:1e-8"}, "nozzle.area_ratio", "make 400000001 cases"),
    ],
)
def test_constants_that_no_specification_may_have_are_refused_at_once(
    world: World, ada: Principal, constants: dict[str, Any], field: str, part: str
) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        create(world, ada, constants)
    (problem,) = refused.value.fields
    assert problem.field == f"constants.{field}"
    assert part in f"{problem.message} {problem.hint}"
    assert world.database.batches.rows == {}


def test_constants_that_leave_the_rest_to_the_rows_are_taken(world: World, ada: Principal) -> None:
    ingredients = [{"name": "RP-1", "mass_fraction": 0.9}, {"name": "NH3", "mass_fraction": 0.1}]
    constants = {
        "propellant": {"fuel": ingredients},
        "propellant.mixture_ratio": "2:3:0.1",
        "validate": "true",
    }
    made = create(world, ada, constants)
    assert world.database.batches.rows[made.batch_id].constants == {
        "propellant": {"fuel": ingredients, "mixture_ratio": "2:3:0.1"},
        "validate": True,
    }


def create(world: World, principal: Principal, constants: dict[str, Any]) -> CreatedBatch:
    return create_batch(
        "b.csv",
        constants,
        principal=principal,
        correlation_id="c",
        unit_of_work=world.database.unit_of_work,
        object_store=world.store,
        uploads_bucket="uploads",
        upload_seconds=60,
        limits=BatchLimits(),
    )


def test_progress_is_kept_while_the_file_is_read_and_a_cancelled_batch_is_read_no_further(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    world.database.batches.on_planning = seen.append
    monkeypatch.setattr(cut_batch, "RECORDS_BETWEEN", 2)
    world.begin(rows(*[1e6] * 7))
    assert seen == [2, 4, 6]

    def cancel(count: int) -> None:
        if count == 4:
            for batch_id in world.database.batches.rows:
                world.database.batches.cancel(batch_id, "apollo")

    world.database.batches.on_planning = cancel
    world.upload(rows(*[2e6] * 7), "apollo/c.csv")
    batch_id = world.plan("apollo/c.csv", "e-9")
    assert batch_id is not None
    assert world.status(batch_id) == BatchStatus.CANCELLED
    assert world.database.batches.rows[batch_id].rows == 2
    assert batch_id not in world.workflows.started


def test_a_batch_without_errors_is_completed(world: World, solved: list[dict[str, Any]]) -> None:
    batch_id = world.begin(rows(1e6, 2e6, 3e6))
    world.complete(batch_id)
    assert world.status(batch_id) == BatchStatus.COMPLETED
    assert world.table(batch_id, "errors") == []
    assert world.workflows.succeeded == ["t", "t", "finish"]


def test_validated_rows_bring_columns_of_deviations(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    batch_id = world.begin("# validate: true\n" + rows(1e6))
    assert world.database.batches.rows[batch_id].validated

    def analyze_many(specs: Sequence[dict[str, Any]]) -> list[Any]:
        assert all(spec["validate"] is True for spec in specs)
        return [Answered(thrust=1.0, validation=VALIDATION) for _ in specs]

    monkeypatch.setattr(engine, "analyze_many", analyze_many, raising=False)
    world.complete(batch_id)
    (row,) = world.table(batch_id, "results")
    assert float(row["deviation.c_star"]) == 0.002
    summary = json.loads(world.store.objects["results", f"apollo/{batch_id}/summary.json"])
    assert summary["worst_deviation"] == {"percent": -0.004, "quantity": "chamber_temperature", "line": 3}


VALIDATION: dict[str, Any] = {
    "quantities": {"c_star": {"deviation": 0.002}, "chamber_temperature": {"deviation": -0.004}}
}


def test_the_columns_of_deviations_are_what_the_engine_compares() -> None:
    assert DEVIATIONS == QUANTITIES


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "empty"),
        (HEADER, "no rows"),
        ("propellant.fuel,chamber_presure\nRP-1,1\n", "chamber_presure"),
        ("# nozle.area_ratio: 4\n" + rows(1e6), "nozle.area_ratio"),
        ("a\n1\n".encode("utf-16-le"), "UTF-16 without its mark"),
        (rows(*[1e6] * 11), "more than 10 rows"),
    ],
)
def test_a_file_that_cannot_be_a_batch_fails_with_the_reason(text: str | bytes, part: str) -> None:
    world = World(rows=10)
    world.upload(text)
    batch_id = world.plan()
    assert batch_id is not None
    batch = world.database.batches.rows[batch_id]
    assert batch.status == BatchStatus.FAILED
    assert batch.error is not None
    assert part in batch.error["message"]
    assert world.workflows.started == {}


def test_an_unknown_column_is_named_with_the_nearest_known_one(world: World) -> None:
    world.upload("propellant.fuel,chamber_presure\nRP-1,1\n")
    batch_id = world.plan()
    assert batch_id is not None
    error = world.database.batches.rows[batch_id].error
    assert error is not None
    assert error["fields"] == [
        {
            "field": "chamber_presure",
            "message": "there is no column 'chamber_presure'",
            "hint": "did you mean 'chamber_pressure'?",
        }
    ]


def test_a_file_over_the_limit_is_not_even_opened(world: World) -> None:
    batch_id = world.plan(size=world.limits.file_bytes + 1)
    assert batch_id is not None
    error = world.database.batches.rows[batch_id].error
    assert error is not None
    assert "bytes" in error["message"]


def test_a_file_of_no_project_is_refused(world: World) -> None:
    with pytest.raises(InvalidRequestError, match="belongs to no project"):
        world.plan("a.csv")


def test_a_file_none_of_whose_rows_is_good_fails_with_every_reason(
    world: World, solved: list[dict[str, Any]]
) -> None:
    batch_id = world.begin(rows(-1, -2))
    world.complete(batch_id)
    assert world.status(batch_id) == BatchStatus.FAILED
    assert len(world.table(batch_id, "errors")) == 2
    assert world.table(batch_id, "results") == []


def test_planning_goes_on_where_the_process_died_before_the_workflow_started(world: World) -> None:
    world.upload(rows(1e6))
    world.workflows.broken = True
    with pytest.raises(ConnectionError):
        world.plan()
    world.workflows.broken = False
    batch_id = world.plan()
    assert batch_id is not None
    assert list(world.workflows.started) == [batch_id]
    assert world.plan() is None


def test_planning_that_breaks_can_be_done_by_the_next_delivery(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.upload(rows(1e6))
    with monkeypatch.context() as patch:
        patch.setattr(world.store, "put", lambda *_arguments, **_options: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            world.plan()
    assert world.plan() is not None


def test_a_shard_delivered_twice_counts_once_and_is_reported_again(
    world: World, solved: list[dict[str, Any]]
) -> None:
    batch_id = world.begin(rows(1e6, 2e6))
    world.run(batch_id, 0, "t-1")
    before = dict(world.store.objects)
    world.run(batch_id, 0, "t-2")
    assert world.workflows.succeeded == ["t-1", "t-2"]
    assert world.store.objects == before
    assert len(solved) == 2
    assert [counts.solved for counts in world.database.batches.shard_counts(batch_id)] == [2]


def test_progress_is_kept_block_by_block(world: World, solved: list[dict[str, Any]]) -> None:
    batch_id = world.begin(rows(1e6, 1.3e6))
    seen: list[tuple[int, int]] = []
    world.database.batches.on_progress = lambda counts: seen.append((counts.solved, counts.failed))
    world.run(batch_id, 0)
    assert seen == [(1, 0), (1, 1)]


def test_a_batch_cancelled_in_the_midst_of_a_shard_stops_there(
    world: World, solved: list[dict[str, Any]]
) -> None:
    batch_id = world.begin(rows(1e6, 2e6))

    def cancel(_counts: ShardCounts) -> None:
        world.database.batches.cancel(batch_id, "apollo")

    world.database.batches.on_progress = cancel
    world.run(batch_id, 0)
    world.finish(batch_id)
    assert len(solved) == 1
    assert world.status(batch_id) == BatchStatus.CANCELLED
    assert world.workflows.succeeded == ["t", "finish"]


def test_a_shard_that_breaks_is_given_back_for_the_next_delivery(
    world: World, solved: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id = world.begin(rows(1e6))
    with monkeypatch.context() as patch:
        patch.setattr(world.store, "put", lambda *_arguments, **_options: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            world.run(batch_id, 0)
    world.run(batch_id, 0)
    world.finish(batch_id)
    assert world.status(batch_id) == BatchStatus.COMPLETED


def test_rows_of_a_shard_that_was_given_up_are_in_both_tables_with_the_reason(
    world: World, solved: list[dict[str, Any]]
) -> None:
    batch_id = world.begin(rows(1e6, 2e6, 3e6))
    world.run(batch_id, 0)
    world.database.batches.give_up_shard(batch_id, 1, "it broke")
    world.finish(batch_id)
    assert [(row["status"], row["error"]) for row in world.table(batch_id, "results")][-1] == (
        "failed",
        "it broke",
    )
    assert [(row["line"], row["reason"]) for row in world.table(batch_id, "errors")] == [("4", "it broke")]
    assert world.status(batch_id) == BatchStatus.COMPLETED_WITH_ERRORS


def test_what_a_dead_worker_wrote_but_did_not_count_is_not_in_the_results(
    world: World, solved: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id = world.begin(rows(1e6, 2e6))
    with monkeypatch.context() as patch:
        patch.setattr(world.database.batches, "finish_shard", lambda *_arguments: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            world.run(batch_id, 0)
    assert ("results", f"apollo/{batch_id}/parts/00000.csv") in world.store.objects
    world.database.batches.give_up_shard(batch_id, 0, "it broke")
    world.finish(batch_id)
    assert [row["status"] for row in world.table(batch_id, "results")] == ["failed", "failed"]
    assert world.status(batch_id) == BatchStatus.FAILED


def test_a_workflow_that_gave_up_leaves_a_failed_batch_with_what_was_solved(
    world: World, solved: list[dict[str, Any]]
) -> None:
    batch_id = world.begin(rows(1e6, 2e6, 3e6))
    world.run(batch_id, 0)
    world.finish(batch_id, '{"Error": "States.Timeout"}')
    batch = world.database.batches.rows[batch_id]
    assert batch.status == BatchStatus.FAILED
    assert batch.error == {"code": "workflow_failed", "message": '{"Error": "States.Timeout"}'}
    assert [row["status"] for row in world.table(batch_id, "results")] == ["succeeded", "succeeded", "failed"]


def test_finishing_twice_changes_nothing(world: World, solved: list[dict[str, Any]]) -> None:
    batch_id = world.begin(rows(1e6))
    world.complete(batch_id)
    before = dict(world.store.objects)
    world.finish(batch_id, "late")
    assert world.status(batch_id) == BatchStatus.COMPLETED
    assert world.store.objects == before


def test_json_lines_make_a_batch_too(world: World, solved: list[dict[str, Any]]) -> None:
    spec = {
        "motor_type": "liquid",
        "propellant": {"fuel": "RP-1", "oxidizer": "LOX", "mixture_ratio": 2.4},
        "chamber_pressure": 1e6,
        "nozzle": {"area_ratio": 40.0},
    }
    lines = [json.dumps(spec), json.dumps({**spec, "chamber_pressure": -1}), "nonsense"]
    world.upload("\n".join(lines), "apollo/a.jsonl")
    batch_id = world.plan("apollo/a.jsonl")
    assert batch_id is not None
    world.complete(batch_id)
    assert [row["propellant.fuel"] for row in world.table(batch_id, "results")] == ["RP-1"]
    assert [row["line"] for row in world.table(batch_id, "errors")] == ["2", "3"]


def test_a_text_that_a_spreadsheet_would_run_is_made_harmless(
    world: World, solved: list[dict[str, Any]]
) -> None:
    batch_id = world.begin(HEADER + "=HYPERLINK(1),LOX,2.4,1e6,40\n")
    world.complete(batch_id)
    (row,) = world.table(batch_id, "errors")
    assert row["value"] == "'=HYPERLINK(1)"
