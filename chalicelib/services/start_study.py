"""Accept a study: checked, within the quota, stored and on its way; or refused with the figure."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from chalicelib.adapters.ports import Queue, UnitOfWork, UnitOfWorkFactory
from chalicelib.domain.access import Principal
from chalicelib.domain.messages import StudyRequested, encode
from chalicelib.domain.study import Estimate, NewStudy, StudyLimits, StudyPrices, StudyStatus
from chalicelib.services.estimate_study import QUOTA_HOURS, described, estimate_of, require_quota
from chalicelib.services.idempotency import check_key, first_answer, request_hash
from chalicelib.services.relay_outbox import relay_own
from chalicelib.services.retrying import retried


@dataclass(frozen=True, slots=True)
class StartedStudy:
    """What the caller gets: the study, its status, what it will take, and whether a repeated key brought it."""

    study_id: UUID
    status: StudyStatus
    estimate: dict[str, Any]
    replayed: bool = False


def start_study(
    document: dict[str, Any],
    *,
    principal: Principal,
    correlation_id: str,
    unit_of_work: UnitOfWorkFactory,
    queue: Queue,
    study_limits: StudyLimits,
    study_prices: StudyPrices,
    idempotency_key: str | None = None,
) -> StartedStudy:
    """Stores the study and sends the message that begins it, in one transaction.

    Raises:
        InvalidRequestError: the study breaks a rule, has too many cases, or the key is unusable.
        QuotaExceededError: it is more than the project may compute in a day; the detail says the figures.
        IdempotencyKeyReusedError: the key came before with another study.
        RequestInProgressError: another request with this key is being served right now.
        ServiceUnavailableError: the database does not answer.
    """
    check_key(idempotency_key)
    estimate = estimate_of(document, study_limits, study_prices)
    new = NewStudy(
        id=uuid4(),
        project=principal.project,
        user_id=principal.user_id,
        type=str(document["type"]),
        motor_type=str(document["base"].get("motor_type")),
        document=document,
        cases=estimate.cases,
        estimate={},
        computing_seconds=estimate.computing_seconds,
        route=estimate.route,
        correlation_id=correlation_id,
    )
    started, message_ids = _store(new, estimate, idempotency_key, unit_of_work, study_limits)
    relay_own(message_ids, unit_of_work=unit_of_work, queue=queue)
    return started


@retried
def _store(
    new: NewStudy, estimate: Estimate, key: str | None, unit_of_work: UnitOfWorkFactory, limits: StudyLimits
) -> tuple[StartedStudy, list[int]]:
    hashed = request_hash({"study": new.document})
    with unit_of_work() as work:
        if key is not None and (answered := first_answer(work, new.project, key, hashed)) is not None:
            return _replay(answered), []
        shown = _within_quota(new.project, estimate, work, limits)
        if key is not None:
            response = {"id": str(new.id), "status": StudyStatus.QUEUED.value, "estimate": shown}
            work.idempotency.add(new.project, key, hashed, response)
        work.studies.add(replace(new, estimate=shown))
        message = StudyRequested(correlation_id=new.correlation_id, study_id=new.id)
        message_ids = work.outbox.add("study", [encode(message)])
    return StartedStudy(new.id, StudyStatus.QUEUED, shown), message_ids


def _within_quota(project: str, estimate: Estimate, work: UnitOfWork, limits: StudyLimits) -> dict[str, Any]:
    work.studies.lock_quota(project)
    used = work.studies.seconds_used(project, hours=QUOTA_HOURS)
    require_quota(estimate, used, limits)
    return described(estimate, used, limits)


def _replay(response: dict[str, Any]) -> StartedStudy:
    return StartedStudy(
        UUID(response["id"]), StudyStatus(response["status"]), response["estimate"], replayed=True
    )
