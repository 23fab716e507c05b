"""Delete a study."""

from uuid import UUID

from chalicelib.adapters.ports import UnitOfWorkFactory, WorkflowLauncher
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.study import StudyStatus
from chalicelib.services.stop_workflow import stop_workflow


def delete_study(
    study_id: UUID, *, project: str, unit_of_work: UnitOfWorkFactory, workflows: WorkflowLauncher
) -> None:
    """Hides it from every list and answer, and cancels it where it has not ended; the row stays.

    Raises NotFoundError for an unknown study, and for one that is deleted already.
    """
    with unit_of_work() as work:
        study = work.studies.delete(study_id, project)
    if study is None:
        raise NotFoundError(f"there is no study {study_id} in project '{project}'")
    if study.status == StudyStatus.CANCELLED:
        stop_workflow(study, workflows)
