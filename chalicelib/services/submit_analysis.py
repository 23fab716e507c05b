"""Accept an analysis: checked, stored and on its way to a solver, or refused with the reason."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from chalicelib.adapters.ports import Queue, ResultCache, UnitOfWork, UnitOfWorkFactory
from chalicelib.domain.access import Principal
from chalicelib.domain.analysis import AnalysisStatus, NewAnalysis
from chalicelib.domain.cached_answer import CachedAnswer
from chalicelib.domain.messages import SolveRequested, encode
from chalicelib.services.check_spec import check_spec
from chalicelib.services.idempotency import check_key, first_answer, request_hash
from chalicelib.services.known_answers import keys_of, known_answers
from chalicelib.services.recording import Ending, record
from chalicelib.services.relay_outbox import relay_own
from chalicelib.services.retrying import retried
from chalicelib.services.solving import Answer


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
    cache: ResultCache | None = None,
    idempotency_key: str | None = None,
    validates: UUID | None = None,
    at_once: bool = False,
) -> Submission:
    """Stores an analysis of `spec` and sends it to the solvers.

    The analysis, the idempotency key and the message are written in one transaction; the message is
    sent after it, and by the sweeper where that fails. The key counts within the caller's project.
    With `at_once` an analysis whose answer the cache knows ends in that transaction, and no solver hears of it.

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
    known = _known_answer(spec, cache) if at_once and cache is not None else None
    submission, message_ids = _store(analysis, idempotency_key, known, unit_of_work)
    relay_own(message_ids, unit_of_work=unit_of_work, queue=queue)
    return submission


def _known_answer(spec: dict[str, Any], cache: ResultCache) -> CachedAnswer | None:
    (key,) = keys_of([spec])
    return None if key is None else known_answers([key], cache).get(key)


@retried
def _store(
    analysis: NewAnalysis, key: str | None, known: CachedAnswer | None, unit_of_work: UnitOfWorkFactory
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
        if known is not None:
            return _end(analysis.id, known, work), []
        message = SolveRequested(correlation_id=analysis.correlation_id, analysis_id=analysis.id)
        message_ids = work.outbox.add("solve", [encode(message)])
    return Submission(analysis.id, AnalysisStatus.QUEUED), message_ids


def _end(analysis_id: UUID, known: CachedAnswer, work: UnitOfWork) -> Submission:
    lease_owner = uuid4()
    # nobody else sees the row before the transaction ends, so that any lease is long enough
    claimed = work.analyses.claim([analysis_id], lease_owner=lease_owner, lease_seconds=60.0)
    record([Ending(one, Answer(*known), cached=True) for one in claimed], lease_owner, work)
    status = AnalysisStatus.FAILED if known.result is None else AnalysisStatus.SUCCEEDED
    return Submission(analysis_id, status)


def _replay(response: dict[str, Any]) -> Submission:
    return Submission(UUID(response["id"]), AnalysisStatus(response["status"]), replayed=True)
