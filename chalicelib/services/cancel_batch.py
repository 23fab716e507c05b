"""Cancel a batch that has not ended."""

from uuid import UUID

from chalicelib.adapters.ports import UnitOfWorkFactory
from chalicelib.domain.batch import BatchStatus
from chalicelib.domain.errors import ConflictError, NotFoundError


def cancel_batch(batch_id: UUID, *, project: str, unit_of_work: UnitOfWorkFactory) -> BatchStatus:
    """Cancels it; shards that are being solved stop at the end of their block.

    Cancelling what is cancelled answers the same again. Raises NotFoundError for an unknown batch and
    ConflictError for one that has ended.
    """
    with unit_of_work() as work:
        status = work.batches.cancel(batch_id, project)
    if status is None:
        raise NotFoundError(f"there is no batch {batch_id} in project '{project}'")
    if status != BatchStatus.CANCELLED:
        raise ConflictError(f"the batch is {status} already; only one that has not ended can be cancelled")
    return BatchStatus.CANCELLED
