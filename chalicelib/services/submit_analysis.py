"""Accept an analysis: checked, stored and on its way to a solver, or refused with the reason."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from chalicelib.adapters.ports import Queue, UnitOfWorkFactory
from chalicelib.domain.access import Principal
from chalicelib.domain.analysis import AnalysisStatus, NewAnalysis
from chalicelib.domain.messages import SolveRequested, encode
from chalicelib.services.check_spec import check_spec
from chalicelib.services.idempotency import check_key, first_answer, request_hash
from chalicelib.services.relay_outbox import relay_own
from chalicelib.services.retrying import retried


@dataclass(frozen=True, slots=True)
class Submission:
    """What the caller gets: the analysis, its status, and whether a repeated key brought the first answer."""

    analysis_id: UUID
    status: AnalysisStatus
    replayed: bool = False


def submit_analysis(
    spec: dict[str, Any],
    *,
    principal: Principal,
    correlation_id: str,
    unit_of_work: UnitOfWorkFactory,
    queue: Queue,
    idempotency_key: str | None = None,
    validates: UUID | None = None,
) -> Submission:
    """Stores an analysis of `spec` and sends it to the solvers.

    The analysis, the idempotency key and the message are written in one transaction; the message is
    sent after it, and by the sweeper where that fails. The key counts within the caller's project.

    Raises:
        InvalidRequestError: the specification breaks a rule (its `fields` say which), or the key is unusable.
        IdempotencyKeyReusedError: the key came before with another specification.
        RequestInProgressError: another request with this key is being served right now.
        ServiceUnavailableError: the database does not answer.
    """
    motor_type = check_spec(spec)
    check_key(idempotency_key)
    analysis = NewAnalysis(
        id=uuid4(),
        project=principal.project,
        user_id=principal.user_id,
        motor_type=motor_type,
        spec=spec,
        correlation_id=correlation_id,
        validates=validates,
    )
    submission, message_ids = _store(analysis, idempotency_key, unit_of_work)
    relay_own(message_ids, unit_of_work=unit_of_work, queue=queue)
    return submission


@retried
def _store(
    analysis: NewAnalysis, key: str | None, unit_of_work: UnitOfWorkFactory
) -> tuple[Submission, list[int]]:
    hashed = request_hash(analysis.spec)
    with unit_of_work() as work:
        if key is not None:
            answered = first_answer(work, analysis.project, key, hashed)
            if answered is not None:
                return _replay(answered), []
            work.idempotency.add(
                analysis.project,
                key,
                hashed,
                {"id": str(analysis.id), "status": AnalysisStatus.QUEUED.value},
            )
        work.analyses.add(analysis)
        message = SolveRequested(correlation_id=analysis.correlation_id, analysis_id=analysis.id)
        message_ids = work.outbox.add("solve", [encode(message)])
    return Submission(analysis.id, AnalysisStatus.QUEUED), message_ids


def _replay(response: dict[str, Any]) -> Submission:
    return Submission(UUID(response["id"]), AnalysisStatus(response["status"]), replayed=True)
