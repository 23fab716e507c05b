"""One batch, with its counts and how far it is."""

from typing import Any
from uuid import UUID

from chalicelib.adapters.ports import Reader
from chalicelib.domain.batch import BatchStatus
from chalicelib.domain.errors import NotFoundError
from chalicelib.views.rows import shown

ONE = """
SELECT id, status, filename, user_id, batches.rows, valid, batches.shards, error, created_at,
       planned_at, finished_at,
       coalesce(sum(part.solved), 0)::integer AS solved,
       coalesce(sum(part.failed), 0)::integer AS unsolved,
       (count(*) FILTER (WHERE done_at IS NOT NULL))::integer AS shards_done
FROM batches LEFT JOIN batch_shards AS part ON batch_id = id
WHERE id = %(id)s AND project = %(project)s
GROUP BY batches.id
"""


def get_batch(batch_id: UUID, *, project: str, reader: Reader) -> dict[str, Any]:
    """The batch: status, times, progress (0 to 1), and the counts of rows.

    `rows` are all of the file, `valid` those that passed the checks, `solved` those with an answer and
    `failed` those without: refused, or given up by the engine. Raises NotFoundError for an unknown batch.
    """
    row = reader.one(ONE, {"id": batch_id, "project": project})
    if row is None:
        raise NotFoundError(f"there is no batch {batch_id} in project '{project}'")
    batch = shown(row)
    unsolved = batch.pop("unsolved")
    status = BatchStatus(batch["status"])
    finished = status.is_final and status != BatchStatus.CANCELLED
    batch["failed"] = batch["rows"] - (batch["solved"] if finished else batch["valid"] - unsolved)
    done = batch["solved"] + unsolved
    batch["progress"] = 1.0 if finished else done / batch["valid"] if batch["valid"] else 0.0
    return batch
