"""Analyses whose answer is known are not solved again, and say so."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest

import engine
from chalicelib.domain.access import Principal
from chalicelib.domain.analysis import AnalysisStatus, NewAnalysis
from chalicelib.domain.cached_answer import CachedAnswer, pack
from chalicelib.services.answer_keys import key_of
from chalicelib.services.solve_analyses import Solved, solve_analyses
from chalicelib.services.submit_analysis import Submission, submit_analysis
from engine.errors import AnalysisError
from tests.unit.chalicelib.fakes import FakeCache, FakeDatabase, FakeQueue, StoredAnalysis

Spec = dict[str, Any]
POISON, IMPOSSIBLE, INFINITE = 13e6, 14e6, 15e6


def spec(chamber_pressure: float = 7e6, **changes: Any) -> Spec:
    return {
        "motor_type": "liquid",
        "propellant": {"fuel": "LH2", "oxidizer": "LOX", "mixture_ratio": 6.0},
        "chamber_pressure": chamber_pressure,
        "nozzle": {"area_ratio": 40.0},
        **changes,
    }


class Answered:
    def __init__(self, **values: Any) -> None:
        self.values = values

    def model_dump(self, **_options: Any) -> Spec:
        return dict(self.values)


class Solver:
    """Stands for the engine: breaks, refuses or answers by the pressure; `report` joins validated answers."""

    def __init__(self) -> None:
        self.calls: list[list[float]] = []
        self.report: dict[str, Any] = {"converged": True, "worst_deviation": 0.1}

    def __call__(self, specs: Sequence[Spec]) -> list[Any]:
        self.calls.append([one["chamber_pressure"] for one in specs])
        return [self.answer(one) for one in specs]

    def answer(self, one: Spec) -> Any:
        match one["chamber_pressure"]:
            case float(pressure) if pressure == POISON:
                raise ZeroDivisionError("boom")
            case float(pressure) if pressure == IMPOSSIBLE:
                return AnalysisError("it did not converge", code="not_converged")
            case float(pressure) if pressure == INFINITE:
                return Answered(thrust=float("inf"))
            case pressure:
                checked = {"validation": self.report} if one.get("validate") else {}
                return Answered(thrust=pressure / 7, duration=0.25, **checked)


@pytest.fixture
def solver(monkeypatch: pytest.MonkeyPatch) -> Solver:
    solver = Solver()
    monkeypatch.setattr(engine, "analyze_many", solver, raising=False)
    return solver


def add(database: FakeDatabase, wanted: Spec) -> UUID:
    new = NewAnalysis(uuid4(), "apollo", "ada", "liquid", wanted, "c-1")
    database.analyses.add(new)
    return new.id


def solved(database: FakeDatabase, cache: FakeCache, *specs: Spec) -> list[StoredAnalysis]:
    ids = [add(database, wanted) for wanted in specs]
    solve_analyses(ids, unit_of_work=database.unit_of_work, cache=cache, lease_seconds=60)
    return [database.analyses.rows[analysis_id] for analysis_id in ids]


def test_the_second_analysis_of_the_same_is_not_solved(
    database: FakeDatabase, cache: FakeCache, solver: Solver
) -> None:
    (first,) = solved(database, cache, spec())
    (second,) = solved(database, cache, spec(7_000_000, validate=False))
    assert solver.calls == [[7e6]]
    assert (first.cached, second.cached) == (False, True)
    assert first.result == second.result == {"thrust": 1e6, "duration": 0.25}
    assert second.status == AnalysisStatus.SUCCEEDED


def test_one_round_trip_looks_all_up_and_only_the_unknown_are_solved_together(
    database: FakeDatabase, cache: FakeCache, solver: Solver
) -> None:
    solved(database, cache, spec(1e6), spec(2e6))
    rows = solved(database, cache, spec(1e6), spec(3e6), spec(2e6), spec(4e6))
    assert solver.calls == [[1e6, 2e6], [3e6, 4e6]]
    assert [row.cached for row in rows] == [True, False, True, False]
    assert [len(keys) for keys in cache.lookups] == [2, 4]


def test_the_same_asked_twice_in_one_batch_is_solved_once(
    database: FakeDatabase, cache: FakeCache, solver: Solver
) -> None:
    rows = solved(database, cache, spec(), spec(5e6), spec())
    assert solver.calls == [[7e6, 5e6]]
    assert [row.result for row in rows if row.result] == [
        solver.answer(spec(p)).values for p in (7e6, 5e6, 7e6)
    ]


@pytest.mark.parametrize(("pressure", "code"), [(IMPOSSIBLE, "not_converged"), (INFINITE, "not_finite")])
def test_an_error_that_stays_is_kept(
    database: FakeDatabase, cache: FakeCache, solver: Solver, pressure: float, code: str
) -> None:
    for cached in (False, True):
        (row,) = solved(database, cache, spec(pressure))
        assert row.status == AnalysisStatus.FAILED
        assert row.error is not None
        assert (row.error["code"], row.cached) == (code, cached)
    assert len(solver.calls) == 1


def test_an_error_that_may_go_is_not_kept(database: FakeDatabase, cache: FakeCache, solver: Solver) -> None:
    solved(database, cache, spec(POISON), spec())
    assert set(cache.values) == {key_of(spec())}


def test_a_comparison_is_kept_only_where_every_reference_gave_its_opinion(
    database: FakeDatabase, cache: FakeCache, solver: Solver
) -> None:
    checked = spec(validate=True)
    for report, kept in (
        ({"converged": True, "second_opinions": [{"converged": False}]}, False),
        ({"converged": False}, False),
        ({"converged": True, "second_opinions": [{"converged": True}]}, True),
    ):
        solver.report = report
        (row,) = solved(database, cache, checked)
        assert not row.cached
        assert (key_of(checked) in cache.values) == kept
    (row,) = solved(database, cache, checked)
    assert row.cached
    assert database.validations.rows[row.new.id] == solver.report


@pytest.mark.parametrize("content", [b"", b"rubbish", pack("0" * 64, CachedAnswer({"thrust": 0.0}))])
def test_a_wrong_or_broken_value_is_solved_again_and_mended(
    database: FakeDatabase, cache: FakeCache, solver: Solver, content: bytes
) -> None:
    key = key_of(spec())
    assert key is not None
    cache.values[key] = content
    (row,) = solved(database, cache, spec())
    assert (row.cached, row.result) == (False, {"thrust": 1e6, "duration": 0.25})
    assert solved(database, cache, spec())[0].cached


def test_an_answer_that_can_not_be_packed_is_recorded_all_the_same(
    database: FakeDatabase, cache: FakeCache, solver: Solver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solver, "answer", lambda _spec: Answered(thrust=1.0, note="\ud800"))
    (row,) = solved(database, cache, spec())
    assert row.status == AnalysisStatus.SUCCEEDED
    assert cache.values == {}


def test_a_cancelled_analysis_stays_cancelled_though_its_answer_is_known(
    database: FakeDatabase, cache: FakeCache, solver: Solver
) -> None:
    solved(database, cache, spec())
    analysis_id = add(database, spec())
    database.analyses.cancel(analysis_id, "apollo")
    done = solve_analyses([analysis_id], unit_of_work=database.unit_of_work, cache=cache, lease_seconds=60)
    assert done == Solved()
    assert database.analyses.rows[analysis_id].status == AnalysisStatus.CANCELLED


@pytest.fixture
def submit(database: FakeDatabase, queue: FakeQueue, cache: FakeCache, ada: Principal) -> Any:
    def send(wanted: Spec, **options: Any) -> Submission:
        return submit_analysis(
            wanted,
            principal=ada,
            correlation_id="c-1",
            unit_of_work=database.unit_of_work,
            queue=queue,
            cache=cache,
            **options,
        )

    return send


def test_a_known_answer_ends_the_analysis_as_it_is_sent(
    database: FakeDatabase, cache: FakeCache, queue: FakeQueue, solver: Solver, submit: Any
) -> None:
    solved(database, cache, spec(), spec(IMPOSSIBLE))
    submission = submit(spec(), at_once=True)
    row = database.analyses.rows[submission.analysis_id]
    assert submission.status == row.status == AnalysisStatus.SUCCEEDED
    assert (row.result, row.cached) == ({"thrust": 1e6, "duration": 0.25}, True)
    failed = submit(spec(IMPOSSIBLE), at_once=True)
    assert failed.status == database.analyses.rows[failed.analysis_id].status == AnalysisStatus.FAILED
    assert queue.sent == []
    assert database.outbox.messages == []


def test_who_does_not_wait_and_who_asks_something_new_is_queued(
    database: FakeDatabase, cache: FakeCache, queue: FakeQueue, solver: Solver, submit: Any
) -> None:
    solved(database, cache, spec())
    assert submit(spec()).status == submit(spec(8e6), at_once=True).status == AnalysisStatus.QUEUED
    assert len(queue.sent) == 2


def test_a_repeated_key_answers_with_the_first_analysis_and_makes_no_other(
    database: FakeDatabase, cache: FakeCache, solver: Solver, submit: Any
) -> None:
    solved(database, cache, spec())
    first, second = (submit(spec(), at_once=True, idempotency_key="once") for _ in range(2))
    assert second.replayed
    assert first.analysis_id == second.analysis_id
    assert len(database.analyses.rows) == 2


def test_a_known_comparison_is_kept_for_the_analysis_that_ends_at_once(
    database: FakeDatabase, cache: FakeCache, solver: Solver, submit: Any
) -> None:
    solved(database, cache, spec(validate=True))
    submission = submit(spec(validate=True), at_once=True)
    assert database.validations.rows[submission.analysis_id] == solver.report
