"""Cancel a study that has not ended."""

from uuid import UUID

from chalicelib.adapters.ports import UnitOfWorkFactory, WorkflowLauncher
from chalicelib.domain.errors import ConflictError, NotFoundError
from chalicelib.domain.study import StudyStatus
from chalicelib.services.stop_workflow import stop_workflow


def cancel_study(
    study_id: UUID, *, project: str, unit_of_work: UnitOfWorkFactory, workflows: WorkflowLauncher
) -> StudyStatus:
    """Cancels it; its workers stop at their next heartbeat, and its workflow starts no more of them.

    Cancelling what is cancelled answers the same again. Raises NotFoundError for an unknown study and
    ConflictError for one that has ended.
    """
    with unit_of_work() as work:
        study = work.studies.cancel(study_id, project)
    if study is None:
        raise NotFoundError(f"there is no study {study_id} in project '{project}'")
    if study.status != StudyStatus.CANCELLED:
        raise ConflictError(
            f"the study has {study.status} already; only a queued or running one can be cancelled"
        )
    stop_workflow(study, workflows)
    return StudyStatus.CANCELLED
