"""End a batch: merge what its shards left into one table of results and one of errors."""

import json
from collections.abc import Sequence
from uuid import UUID

from chalicelib.adapters.ports import ObjectStore, Queue, UnitOfWorkFactory, WorkflowLauncher
from chalicelib.domain.batch import Batch, BatchStatus, ShardCounts, final_status
from chalicelib.domain.batch_keys import ResultKeys
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.messages import BatchDrawRequested, encode
from chalicelib.services.batch_summary import summarise
from chalicelib.services.merge_batch import merge_batch
from chalicelib.services.relay_outbox import relay_own
from chalicelib.services.retrying import retried


def finish_batch(
    batch_id: UUID,
    task_token: str | None,
    error: str | None,
    *,
    unit_of_work: UnitOfWorkFactory,
    object_store: ObjectStore,
    workflows: WorkflowLauncher,
    queue: Queue,
    results_bucket: str,
) -> None:
    """Merges the parts, writes results.csv, results.parquet, errors.csv and summary.json, sets the final status, and
    has the pictures drawn.

    Rows of a shard that nobody solved are in both tables, with the reason. Where the workflow gave up,
    `error` says why and the batch has failed, with what was solved kept. A batch that has ended is only
    reported. Raises NotFoundError for an unknown batch.
    """
    batch, shards = _load(batch_id, unit_of_work)
    if not batch.status.is_final:
        merge_batch(batch, shards, object_store=object_store, bucket=results_bucket)
        solved = sum(counts.solved for counts in shards)
        ended = final_status(solved=solved, rows=batch.rows)
        status = ended if error is None else BatchStatus.FAILED
        summary = _summary(batch, shards, solved, status)
        key = ResultKeys(batch.project, batch.id).summary
        object_store.put(results_bucket, key, summary, content_type="application/json")
        to_draw = BatchDrawRequested(correlation_id=batch.correlation_id, batch_id=batch_id)
        message_ids = _end(batch_id, status, error, [encode(to_draw)] if solved else [], unit_of_work)
        relay_own(message_ids, unit_of_work=unit_of_work, queue=queue)
    if task_token:
        workflows.report_success(task_token)


@retried
def _load(batch_id: UUID, unit_of_work: UnitOfWorkFactory) -> tuple[Batch, list[ShardCounts]]:
    with unit_of_work() as work:
        batch = work.batches.get(batch_id)
        if batch is None:
            raise NotFoundError(f"there is no batch {batch_id}")
        return batch, work.batches.shard_counts(batch_id)


def _summary(batch: Batch, shards: list[ShardCounts], solved: int, status: BatchStatus) -> bytes:
    described = {
        "batch_id": str(batch.id),
        "filename": batch.filename,
        "status": status,
        "rows": batch.rows,
        "valid": sum(counts.solved + counts.failed for counts in shards),
        "solved": solved,
        "failed": batch.rows - solved,
        **summarise(counts.summary for counts in shards),
    }
    return json.dumps(described, indent=2).encode()


@retried
def _end(
    batch_id: UUID,
    status: BatchStatus,
    error: str | None,
    requests: Sequence[str],
    unit_of_work: UnitOfWorkFactory,
) -> list[int]:
    """Commits the end together with what is asked for after it; nothing of either where it has ended before."""
    described = None
    if error is not None:
        described = {"code": "workflow_failed", "message": error[:2000]}
    elif status == BatchStatus.FAILED:
        described = {
            "code": "nothing_solved",
            "message": "no row of the file was solved; errors.csv says why",
        }
    with unit_of_work() as work:
        return work.outbox.add("batch", requests) if work.batches.finish(batch_id, status, described) else []
