from typing import Any
from uuid import UUID, uuid4

import pytest

from chalicelib.domain.access import Principal
from chalicelib.domain.analysis import AnalysisStatus
from chalicelib.domain.errors import (
    ConflictError,
    IdempotencyKeyReusedError,
    InvalidRequestError,
    NotFoundError,
    RequestInProgressError,
    ServiceUnavailableError,
)
from chalicelib.domain.messages import SolveRequested, decode
from chalicelib.services.cancel_analysis import cancel_analysis
from chalicelib.services.delete_analysis import delete_analysis
from chalicelib.services.idempotency import request_hash
from chalicelib.services.relay_outbox import relay_outbox
from chalicelib.services.request_validation import request_validation
from chalicelib.services.submit_analysis import Submission, submit_analysis
from tests.unit.chalicelib.fakes import FakeDatabase, FakeQueue

SPEC: dict[str, Any] = {
    "motor_type": "liquid",
    "propellant": {"fuel": "LH2", "oxidizer": "LOX", "mixture_ratio": 6.0},
    "chamber_pressure": 7e6,
    "nozzle": {"area_ratio": 40.0},
}


def submit(
    database: FakeDatabase, queue: FakeQueue, ada: Principal, key: str | None = None, **changes: Any
) -> Submission:
    return submit_analysis(
        {**SPEC, **changes},
        principal=ada,
        correlation_id="c-1",
        idempotency_key=key,
        unit_of_work=database.unit_of_work,
        queue=queue,
    )


def test_an_analysis_is_stored_and_its_message_sent(
    database: FakeDatabase, queue: FakeQueue, ada: Principal
) -> None:
    submission = submit(database, queue, ada)
    stored = database.analyses.rows[submission.analysis_id].new
    assert (stored.project, stored.user_id, stored.motor_type) == ("apollo", "ada", "liquid")
    assert stored.spec == SPEC
    ((name, body),) = queue.sent
    assert name == "solve"
    assert decode(body) == SolveRequested(correlation_id="c-1", analysis_id=submission.analysis_id)
    assert not submission.replayed


def test_a_bad_specification_is_refused_with_its_fields_and_leaves_nothing(
    database: FakeDatabase, queue: FakeQueue, ada: Principal
) -> None:
    with pytest.raises(InvalidRequestError) as refusal:
        submit(database, queue, ada, chamber_pressure=-1, chamber_presure=7e6)
    fields = {problem.field for problem in refusal.value.fields}
    assert {"chamber_pressure", "chamber_presure"} <= fields
    assert database.analyses.rows == {}
    assert queue.sent == []


def test_a_text_that_the_database_cannot_hold_is_refused(
    database: FakeDatabase, queue: FakeQueue, ada: Principal
) -> None:
    fuel = {"name": "a\0b", "formula": {"C": 1.0, "H": 2.0}, "enthalpy": -2e4, "temperature": 298.15}
    with pytest.raises(InvalidRequestError):
        submit(database, queue, ada, propellant={**SPEC["propellant"], "fuel": fuel})


def test_a_repeated_key_answers_with_the_first_response(
    database: FakeDatabase, queue: FakeQueue, ada: Principal
) -> None:
    first = submit(database, queue, ada, "key")
    again = submit(database, queue, ada, "key")
    assert again == Submission(first.analysis_id, AnalysisStatus.QUEUED, replayed=True)
    assert len(database.analyses.rows) == len(queue.sent) == 1


def test_a_key_counts_within_its_project(database: FakeDatabase, queue: FakeQueue, ada: Principal) -> None:
    first = submit(database, queue, ada, "key")
    other = submit(database, queue, Principal("bob", "gemini"), "key")
    assert first.analysis_id != other.analysis_id
    assert not other.replayed


def test_a_key_with_another_specification_is_refused(
    database: FakeDatabase, queue: FakeQueue, ada: Principal
) -> None:
    submit(database, queue, ada, "key")
    with pytest.raises(IdempotencyKeyReusedError):
        submit(database, queue, ada, "key", chamber_pressure=8e6)


def test_a_key_whose_first_request_is_being_served_is_in_progress(
    database: FakeDatabase, queue: FakeQueue, ada: Principal
) -> None:
    database.idempotency.held.add(("apollo", "key"))
    with pytest.raises(RequestInProgressError):
        submit(database, queue, ada, "key")


@pytest.mark.parametrize("key", ["", "x" * 256, "a\nb"])
def test_a_key_that_cannot_be_one_is_refused(
    key: str, database: FakeDatabase, queue: FakeQueue, ada: Principal
) -> None:
    with pytest.raises(InvalidRequestError, match="Idempotency-Key"):
        submit(database, queue, ada, key)


def test_the_order_of_fields_does_not_make_another_request() -> None:
    assert request_hash(SPEC) == request_hash(dict(reversed(SPEC.items())))
    assert request_hash(SPEC) != request_hash({**SPEC, "chamber_pressure": 7.1e6})


def test_a_queue_that_is_away_delays_an_analysis_and_does_not_refuse_it(
    database: FakeDatabase, queue: FakeQueue, ada: Principal
) -> None:
    queue.broken = True
    submit(database, queue, ada)
    queue.broken = False
    assert relay_outbox(unit_of_work=database.unit_of_work, queue=queue) == 1


def test_a_database_that_comes_back_soon_is_not_noticed_and_one_that_does_not_is_told(
    database: FakeDatabase, queue: FakeQueue, ada: Principal
) -> None:
    database.failures = 2
    submit(database, queue, ada)
    assert len(database.analyses.rows) == 1
    database.failures = 99
    with pytest.raises(ServiceUnavailableError):
        submit(database, queue, ada)


def test_a_validation_is_an_analysis_of_the_same_case_that_asks_for_it(
    database: FakeDatabase, queue: FakeQueue, ada: Principal
) -> None:
    original = submit(database, queue, ada).analysis_id
    submission = request_validation(
        principal=ada,
        correlation_id="c-2",
        unit_of_work=database.unit_of_work,
        queue=queue,
        analysis_id=original,
    )
    stored = database.analyses.rows[submission.analysis_id].new
    assert (stored.validates, stored.spec) == (original, {**SPEC, "validate": True})


@pytest.mark.parametrize("both", [True, False])
def test_a_validation_wants_either_an_analysis_or_a_specification(
    both: bool, database: FakeDatabase, queue: FakeQueue, ada: Principal
) -> None:
    with pytest.raises(InvalidRequestError, match="either"):
        request_validation(
            principal=ada,
            correlation_id="c",
            unit_of_work=database.unit_of_work,
            queue=queue,
            analysis_id=uuid4() if both else None,
            spec=SPEC if both else None,
        )


def test_an_analysis_of_another_project_cannot_be_validated_cancelled_or_deleted(
    database: FakeDatabase, queue: FakeQueue, ada: Principal
) -> None:
    analysis_id = submit(database, queue, ada).analysis_id
    bob = Principal("bob", "gemini")
    with pytest.raises(NotFoundError):
        request_validation(
            principal=bob,
            correlation_id="c",
            unit_of_work=database.unit_of_work,
            queue=queue,
            analysis_id=analysis_id,
        )
    with pytest.raises(NotFoundError):
        cancel_analysis(analysis_id, project="gemini", unit_of_work=database.unit_of_work)
    with pytest.raises(NotFoundError):
        delete_analysis(analysis_id, project="gemini", unit_of_work=database.unit_of_work)


def test_cancelling_twice_answers_the_same_and_a_finished_analysis_cannot_be_cancelled(
    database: FakeDatabase, queue: FakeQueue, ada: Principal
) -> None:
    def cancel(analysis_id: UUID) -> AnalysisStatus:
        return cancel_analysis(analysis_id, project="apollo", unit_of_work=database.unit_of_work)

    first, second = (submit(database, queue, ada).analysis_id for _ in range(2))
    assert cancel(first) == cancel(first) == AnalysisStatus.CANCELLED
    database.analyses.rows[second].status = AnalysisStatus.SUCCEEDED
    with pytest.raises(ConflictError, match="succeeded"):
        cancel(second)


def test_a_deleted_analysis_is_gone(database: FakeDatabase, queue: FakeQueue, ada: Principal) -> None:
    analysis_id = submit(database, queue, ada).analysis_id
    delete_analysis(analysis_id, project="apollo", unit_of_work=database.unit_of_work)
    with pytest.raises(NotFoundError):
        delete_analysis(analysis_id, project="apollo", unit_of_work=database.unit_of_work)
