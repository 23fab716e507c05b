"""One batch, with its counts and how far it is."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from chalicelib.adapters.ports import Reader
from chalicelib.domain.batch import BatchStatus
from chalicelib.domain.errors import NotFoundError
from chalicelib.views.rows import shown

COUNTED = """
SELECT batches.id, status, filename, user_id, batches.rows, batches.shards, error, created_at,
       planned_at, finished_at, answers_from,
       coalesce(sum(part.solved), 0)::bigint AS solved,
       coalesce(sum(part.failed + part.refused), 0)::bigint AS failed,
       coalesce(sum(part.solved + part.failed), 0)::bigint AS valid,
       coalesce(sum((part.summary ->> 'duplicates')::bigint), 0)::bigint AS duplicates,
       (count(*) FILTER (WHERE done_at IS NOT NULL))::integer AS shards_done,
       clock_timestamp() AS now
FROM batches LEFT JOIN batch_shards AS part ON batch_id = coalesce(answers_from, batches.id)
"""
ONE = COUNTED + "WHERE batches.id = %(id)s AND project = %(project)s GROUP BY batches.id"


def get_batch(batch_id: UUID, *, project: str, reader: Reader) -> dict[str, Any]:
    """The batch: status, times, progress (0 to 1), and the counts of rows.

    `rows` are all cases of the file (as far as it was read, while it is). Of those that were looked at, `valid` passed
    the checks, `solved` have an answer and `failed` have none: refused, or given up by the engine. While it runs,
    `rate` (rows a second) and `eta` say how fast. Raises NotFoundError for an unknown batch.
    """
    row = reader.one(ONE, {"id": batch_id, "project": project})
    if row is None:
        raise NotFoundError(f"there is no batch {batch_id} in project '{project}'")
    return described(row)


def described(row: dict[str, Any]) -> dict[str, Any]:
    """A row of COUNTED as users see it."""
    status = BatchStatus(row["status"])
    done = row["solved"] + row["failed"]
    batch = shown({**row, **_pace(row, done, status)})
    batch.pop("now")
    finished = status.is_final and status != BatchStatus.CANCELLED
    if finished:
        batch["failed"] = row["rows"] - row["solved"]
    batch["progress"] = 1.0 if finished else done / max(row["rows"], 1)
    return batch


def _pace(row: dict[str, Any], done: int, status: BatchStatus) -> dict[str, Any]:
    """How fast the rows are solved, and when they will all be."""
    if row["planned_at"] is None or row["answers_from"] is not None or not done:
        return {}
    seconds = ((row["finished_at"] or row["now"]) - row["planned_at"]).total_seconds()
    rate = done / max(seconds, 1e-3)
    if status != BatchStatus.RUNNING:
        return {"rate": rate}
    return {"rate": rate, "eta": row["now"] + timedelta(seconds=(row["rows"] - done) / rate)}
