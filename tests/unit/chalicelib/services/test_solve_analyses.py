from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest

import engine
from chalicelib.domain.analysis import AnalysisStatus, NewAnalysis
from chalicelib.domain.errors import ServiceUnavailableError
from chalicelib.services.solve_analyses import Solved, solve_analyses
from engine.errors import AnalysisError
from tests.unit.chalicelib.fakes import FakeCache, FakeDatabase

Spec = dict[str, Any]


class Answered:
    """A result as the engine's are dumped."""

    def __init__(self, **values: Any) -> None:
        self.values = values

    def model_dump(self, **_options: Any) -> dict[str, Any]:
        return self.values


class Solver:
    """Stands for the engine: answers by the case's name, and remembers what it was asked together."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.during: Callable[[], None] = lambda: None

    def __call__(self, specs: Sequence[Spec]) -> list[Any]:
        self.calls.append([spec["case"] for spec in specs])
        self.during()
        return [self.answer(spec["case"]) for spec in specs]

    def answer(self, case: str) -> Any:
        match case:
            case "poison":
                raise ZeroDivisionError("boom")
            case "impossible":
                return AnalysisError("it did not converge", code="not_converged")
            case "infinite":
                return Answered(thrust=float("inf"))
            case "validated":
                return Answered(thrust=1.0, validation={"worst_deviation": 0.1})
            case _:
                return Answered(thrust=1.0)


@pytest.fixture
def solver(monkeypatch: pytest.MonkeyPatch) -> Solver:
    solver = Solver()
    monkeypatch.setattr(engine, "analyze_many", solver, raising=False)
    return solver


def add(database: FakeDatabase, case: str, motor_type: str = "liquid", validates: UUID | None = None) -> UUID:
    analysis_id = uuid4()
    database.analyses.add(
        NewAnalysis(analysis_id, "apollo", "ada", motor_type, {"case": case}, "c-1", validates)
    )
    return analysis_id


def solve(database: FakeDatabase, *ids: UUID) -> Solved:
    """Cases here have no specification that the engine knows, so that nothing of them is cached."""
    return solve_analyses(ids, unit_of_work=database.unit_of_work, cache=FakeCache(), lease_seconds=60)


def status(database: FakeDatabase, analysis_id: UUID) -> AnalysisStatus:
    return database.analyses.rows[analysis_id].status


def test_analyses_of_one_motor_type_are_solved_in_one_call(database: FakeDatabase, solver: Solver) -> None:
    ids = [add(database, "a"), add(database, "x", "hybrid"), add(database, "b")]
    solved = solve(database, *ids)
    assert sorted(sorted(call) for call in solver.calls) == [["a", "b"], ["x"]]
    assert solved == Solved(ended_ids=frozenset(ids))
    assert {status(database, id_) for id_ in ids} == {AnalysisStatus.SUCCEEDED}
    assert database.analyses.rows[ids[0]].result == {"thrust": 1.0}


def test_a_message_delivered_again_solves_nothing(database: FakeDatabase, solver: Solver) -> None:
    analysis_id = add(database, "a")
    solve(database, analysis_id)
    assert solve(database, analysis_id) == Solved()
    assert solve(database, uuid4()) == Solved()
    assert len(solver.calls) == 1


def test_a_case_that_has_no_answer_fails_with_its_error_and_is_not_tried_again(
    database: FakeDatabase, solver: Solver
) -> None:
    bad, good = add(database, "impossible"), add(database, "a")
    assert solve(database, bad, good).failed_ids == frozenset()
    assert status(database, bad) == AnalysisStatus.FAILED
    error = database.analyses.rows[bad].error
    assert error is not None
    assert error["code"] == "not_converged"
    assert "did not converge" in error["message"]
    assert status(database, good) == AnalysisStatus.SUCCEEDED


def test_a_case_that_breaks_the_engine_harms_no_other_and_is_tried_again(
    database: FakeDatabase, solver: Solver
) -> None:
    first, poison, last = (add(database, case) for case in ("a", "poison", "b"))
    solved = solve(database, first, poison, last)
    assert solved == Solved(ended_ids=frozenset({first, last}), failed_ids=frozenset({poison}))
    assert status(database, poison) == AnalysisStatus.QUEUED
    assert database.analyses.rows[poison].error == {
        "code": "internal_error",
        "message": "ZeroDivisionError: boom",
    }
    assert solver.calls == [["a", "poison", "b"], ["a"], ["poison", "b"], ["poison"], ["b"]]


def test_a_number_that_is_not_finite_is_an_error_and_never_an_answer(
    database: FakeDatabase, solver: Solver
) -> None:
    analysis_id = add(database, "infinite")
    solve(database, analysis_id)
    error = database.analyses.rows[analysis_id].error
    assert error is not None
    assert error["code"] == "not_finite"


def test_an_analysis_cancelled_while_it_is_solved_stays_cancelled(
    database: FakeDatabase, solver: Solver
) -> None:
    analysis_id = add(database, "a")

    def cancel() -> None:
        database.analyses.cancel(analysis_id, "apollo")

    solver.during = cancel
    assert solve(database, analysis_id) == Solved()
    assert status(database, analysis_id) == AnalysisStatus.CANCELLED


def test_a_worker_that_lost_its_lease_writes_nothing(database: FakeDatabase, solver: Solver) -> None:
    analysis_id = add(database, "validated")

    def another_takes_over() -> None:
        database.analyses.expire()
        database.analyses.claim([analysis_id], lease_owner=uuid4(), lease_seconds=60)

    solver.during = another_takes_over
    assert solve(database, analysis_id) == Solved()
    assert status(database, analysis_id) == AnalysisStatus.RUNNING
    assert database.validations.rows == {}


def test_a_comparison_is_kept_for_the_analysis_and_for_the_one_it_was_asked_for(
    database: FakeDatabase, solver: Solver
) -> None:
    original = add(database, "a")
    checking = add(database, "validated", validates=original)
    solve(database, checking)
    assert database.validations.rows == {id_: {"worst_deviation": 0.1} for id_ in (checking, original)}


def test_a_short_absence_of_the_database_costs_nothing(database: FakeDatabase, solver: Solver) -> None:
    analysis_id = add(database, "a")

    def database_restarts() -> None:
        database.failures = 2

    solver.during = database_restarts
    assert solve(database, analysis_id).ended_ids == {analysis_id}
    database.failures = 99
    with pytest.raises(ServiceUnavailableError):
        solve(database, analysis_id)
