"""Take up studies that somebody dropped."""

from uuid import UUID

from chalicelib.adapters.ports import Queue, UnitOfWorkFactory, WorkflowLauncher
from chalicelib.domain.messages import StudyFinishRequested, StudyRequested, encode
from chalicelib.domain.study import DroppedTask, StudyPace
from chalicelib.services.relay_outbox import relay_own

LIMIT = 500


def reap_studies(
    *,
    unit_of_work: UnitOfWorkFactory,
    queue: Queue,
    workflows: WorkflowLauncher,
    study_pace: StudyPace,
    resend_seconds: float,
) -> dict[str, int]:
    """One sweep over the studies; answers how many of each it took up.

    A task whose worker was silent for a lease is free again, and the workflow that waits for it is told
    that the worker is lost, so that it starts another; after its last attempt the study has failed. A
    study on which nobody works is asked to go on, whatever queue and workflow have forgotten. Safe to run
    many times at once.
    """
    with unit_of_work() as work:
        dropped = work.studies.drop_expired(attempts=study_pace.attempts, limit=LIMIT)
        stale = work.studies.stale(seconds=resend_seconds, limit=LIMIT)
        finishes = work.studies.stale_finishes(seconds=resend_seconds, limit=LIMIT)
        message_ids = work.outbox.add("study", [*_requests(stale), *_finishes(finishes)])
    for task in dropped:
        _tell(task, workflows)
    relay_own(message_ids, unit_of_work=unit_of_work, queue=queue)
    return {"tasks_dropped": len(dropped), "studies_resent": len(message_ids)}


def _requests(stale: list[tuple[UUID, str]]) -> list[str]:
    return [
        encode(StudyRequested(correlation_id=correlation_id, study_id=study_id))
        for study_id, correlation_id in stale
    ]


def _finishes(stale: list[tuple[UUID, str]]) -> list[str]:
    return [
        encode(StudyFinishRequested(correlation_id=correlation_id, study_id=study_id))
        for study_id, correlation_id in stale
    ]


def _tell(task: DroppedTask, workflows: WorkflowLauncher) -> None:
    if task.task_token:
        error = "StudyFailed" if task.gave_up else "WorkerLost"
        workflows.report_failure(task.task_token, error=error, reason="the worker was silent for too long")
