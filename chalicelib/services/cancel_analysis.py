"""Cancel an analysis that has not ended."""

from uuid import UUID

from chalicelib.adapters.ports import UnitOfWorkFactory
from chalicelib.domain.analysis import AnalysisStatus
from chalicelib.domain.errors import ConflictError, NotFoundError


def cancel_analysis(analysis_id: UUID, *, project: str, unit_of_work: UnitOfWorkFactory) -> AnalysisStatus:
    """Cancels it; a running solve goes on to its end, and its answer is thrown away.

    Cancelling what is cancelled answers the same again. Raises NotFoundError for an unknown analysis
    and ConflictError for one that succeeded or failed.
    """
    with unit_of_work() as work:
        status = work.analyses.cancel(analysis_id, project)
    if status is None:
        raise NotFoundError(f"there is no analysis {analysis_id} in project '{project}'")
    if status != AnalysisStatus.CANCELLED:
        raise ConflictError(
            f"the analysis has {status} already; only a queued or running one can be cancelled"
        )
    return AnalysisStatus.CANCELLED
