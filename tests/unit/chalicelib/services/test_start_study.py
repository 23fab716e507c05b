from typing import Any
from uuid import UUID

import pytest

from chalicelib.domain.access import Principal
from chalicelib.domain.errors import (
    IdempotencyKeyReusedError,
    InvalidRequestError,
    QuotaExceededError,
    RequestInProgressError,
)
from chalicelib.domain.messages import StudyRequested, decode
from chalicelib.domain.study import Route, StudyLimits, StudyPrices, StudyStatus
from chalicelib.services.estimate_duration import FIXED_SECONDS, estimate_duration
from chalicelib.services.estimate_study import estimate_of, estimate_study
from chalicelib.services.start_study import StartedStudy, start_study
from tests.unit.chalicelib.fake_engine_studies import FakeEngine
from tests.unit.chalicelib.fakes import FakeDatabase, FakeQueue

LIMITS = StudyLimits(
    case_seconds={"liquid": 0.01, "liquid frozen": 0.02, "liquid finite_area": 0.05, "other": 1.0},
    function_seconds=11.0,
    task_seconds=100.0,
    most_tasks=4,
    cases=1_000_000,
    quota_seconds=500.0,
)
PRICES = StudyPrices(
    function_gigabyte_second=1e-5,
    function_request=1e-7,
    task_cpu_hour=0.04,
    task_gigabyte_hour=0.005,
    transition=2e-5,
)
LIQUID = {"motor_type": "liquid"}

pytestmark = pytest.mark.usefixtures("engine_studies")


def study(cases: int, **base: Any) -> dict[str, Any]:
    return {"type": "sweep", "base": {**LIQUID, **base}, "cases": cases}


@pytest.fixture
def start(database: FakeDatabase, queue: FakeQueue, ada: Principal) -> Any:
    def call(document: dict[str, Any], key: str | None = None) -> StartedStudy:
        return start_study(
            document,
            principal=ada,
            correlation_id="c-1",
            unit_of_work=database.unit_of_work,
            queue=queue,
            study_limits=LIMITS,
            study_prices=PRICES,
            idempotency_key=key,
        )

    return call


def test_a_kind_of_study_may_have_a_figure_of_its_own() -> None:
    known = {**LIMITS.case_seconds, "liquid optimization": 0.2}
    study_of = {"type": "optimization", "base": {**LIQUID, "flow_model": "frozen"}}
    assert estimate_duration(100, study_of, case_seconds=known) == pytest.approx(FIXED_SECONDS + 20)


@pytest.mark.parametrize(
    ("base", "each"),
    [
        (LIQUID, 0.01),
        ({**LIQUID, "flow_model": "frozen"}, 0.02),
        ({**LIQUID, "flow_model": "frozen", "combustor": {"type": "finite_area"}}, 0.05),
        ({**LIQUID, "combustor": "broken"}, 0.01),
        ({"motor_type": "solid"}, 1.0),
        ({}, 1.0),
    ],
)
def test_the_slowest_figure_that_applies_counts(base: dict[str, Any], each: float) -> None:
    expected = FIXED_SECONDS + 200 * each
    assert estimate_duration(
        200, {"type": "sweep", "base": base}, case_seconds=LIMITS.case_seconds
    ) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("cases", "route", "tasks"),
    [
        (1000, Route.FUNCTION, 1),
        (1001, Route.TASKS, 1),
        (20_000, Route.TASKS, 3),
        (900_000, Route.TASKS, 4),
    ],
)
def test_the_estimate_decides_where_a_study_is_solved(cases: int, route: Route, tasks: int) -> None:
    estimate = estimate_of(study(cases), LIMITS, PRICES)
    assert (estimate.route, estimate.tasks, estimate.cases) == (route, tasks, cases)
    assert estimate.computing_seconds == pytest.approx(1 + cases / 100)


def test_an_optimisation_is_one_task_however_long() -> None:
    estimate = estimate_of({**study(900_000), "type": "optimization"}, LIMITS, PRICES)
    assert (estimate.route, estimate.tasks) == (Route.TASKS, 1)


def test_dollars_are_gigabyte_seconds_of_a_function_or_hours_of_tasks_with_their_start() -> None:
    short = estimate_of(study(900), LIMITS, PRICES)
    assert short.dollars == pytest.approx((10 + 5) * 3538 / 1024 * 1e-5 + 3e-7)
    long = estimate_of(study(20_000), LIMITS, PRICES)
    fargate = (201 + 3 * 45) / 3600 * (0.04 + 4 * 0.005)
    rest = (4 + 3 * 2) * 2e-5 + 5 * 3538 / 1024 * 1e-5 + 3e-7
    assert long.dollars == pytest.approx(fargate + rest)
    assert long.seconds == pytest.approx(201 / 3 + 45 + 5)


def test_an_estimate_starts_nothing_and_says_what_is_left(database: FakeDatabase, ada: Principal) -> None:
    database.studies.used = 495.0
    found = estimate_study(
        study(900),
        principal=ada,
        unit_of_work=database.unit_of_work,
        study_limits=LIMITS,
        study_prices=PRICES,
    )
    assert (found["cases"], found["route"], found["allowed"]) == (900, "function", False)
    assert found["quota"] == {"seconds": 500.0, "used": 495.0}
    assert not database.studies.rows


def test_a_study_is_stored_with_its_message_in_one_transaction(
    start: Any, database: FakeDatabase, queue: FakeQueue
) -> None:
    started = start(study(900))
    row = database.studies.rows[started.study_id]
    assert (row.status, row.new.type, row.new.motor_type) == (StudyStatus.QUEUED, "sweep", "liquid")
    assert row.new.estimate["cases"] == 900
    ((name, body),) = queue.sent
    expected = StudyRequested(correlation_id="c-1", study_id=started.study_id)
    assert (name, decode(body)) == ("study", expected)


def test_a_message_that_can_not_be_sent_stays_in_the_outbox(
    start: Any, database: FakeDatabase, queue: FakeQueue
) -> None:
    queue.broken = True
    assert start(study(900)).status == StudyStatus.QUEUED
    assert len(database.outbox.unsent(limit=10)) == 1


def test_what_is_over_the_quota_is_refused_with_the_figures(start: Any, database: FakeDatabase) -> None:
    start(study(40_000))
    with pytest.raises(QuotaExceededError, match=r"about 101 s .*10,000 cases.*99 s left of 500 s") as caught:
        start(study(10_000))
    assert caught.value.extra["estimate"]["computing_seconds"] == 101.0
    assert len(database.studies.rows) == 1


def test_another_project_has_a_quota_of_its_own(start: Any, database: FakeDatabase) -> None:
    started = start(study(40_000))
    database.studies.change(started.study_id, project="soyuz")
    assert start(study(40_000)).status == StudyStatus.QUEUED


def test_too_many_cases_are_refused_with_their_number(start: Any) -> None:
    with pytest.raises(InvalidRequestError, match=r"1,000,001 cases, and one may have 1,000,000"):
        start(study(1_000_001))


def test_what_the_engine_refuses_names_the_field(start: Any) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        start({"type": "sweep", "base": LIQUID})
    assert caught.value.fields[0].field == "cases"


def test_text_that_no_database_keeps_is_refused(start: Any) -> None:
    with pytest.raises(InvalidRequestError, match=r"U\+0000"):
        start({**study(1), "note": "a\0b"})


def test_a_repeated_key_brings_the_first_answer(start: Any, database: FakeDatabase, queue: FakeQueue) -> None:
    first = start(study(900), key="k")
    again = start(dict(reversed(study(900).items())), key="k")
    assert (again.study_id, again.estimate, again.replayed) == (first.study_id, first.estimate, True)
    assert len(queue.sent) == len(database.studies.rows) == 1
    with pytest.raises(IdempotencyKeyReusedError):
        start(study(901), key="k")
    database.idempotency.held.add(("apollo", "held"))
    with pytest.raises(RequestInProgressError):
        start(study(900), key="held")


@pytest.mark.parametrize("key", ["", "x" * 256, "a\nb"])
def test_a_key_that_can_not_be_kept_is_refused(start: Any, key: str) -> None:
    with pytest.raises(InvalidRequestError, match="Idempotency-Key"):
        start(study(1), key=key)


def test_ids_are_new(start: Any, engine_studies: FakeEngine) -> None:
    ids: set[UUID] = {start(study(1)).study_id for _ in range(2)}
    assert len(ids) == 2
