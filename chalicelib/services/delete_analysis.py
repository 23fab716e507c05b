"""Delete an analysis."""

from uuid import UUID

from chalicelib.adapters.ports import UnitOfWorkFactory
from chalicelib.domain.errors import NotFoundError


def delete_analysis(analysis_id: UUID, *, project: str, unit_of_work: UnitOfWorkFactory) -> None:
    """Hides it from every list and answer, and cancels it where it has not ended; the row stays.

    Raises NotFoundError for an unknown analysis, and for one that is deleted already.
    """
    with unit_of_work() as work:
        deleted = work.analyses.delete(analysis_id, project)
    if not deleted:
        raise NotFoundError(f"there is no analysis {analysis_id} in project '{project}'")
