"""Take up work that somebody dropped, and clear away what nobody needs any more."""

import json
from urllib.parse import quote_plus

from chalicelib.adapters.ports import Queue, UnitOfWork, UnitOfWorkFactory
from chalicelib.domain.batch import Batch
from chalicelib.domain.messages import BatchFinishRequested, ShardRequested, SolveRequested, encode
from chalicelib.services.relay_outbox import relay_own

LIMIT = 500
SHARD_PATIENCE = 5
"""A shard waits for its place in the workflow, so it is sent again this many times later than an analysis."""
SENT_HOURS = 24.0


def reap(
    *,
    unit_of_work: UnitOfWorkFactory,
    queue: Queue,
    solve_attempts: int,
    resend_seconds: float,
    idempotency_hours: float,
    cache_database_bytes: int,
) -> dict[str, int]:
    """One sweep over all that may have been dropped; answers how many of each it took up.

    Analyses whose lease ran out go back to queued, or have failed after `solve_attempts`. What has waited
    `resend_seconds` without news is sent again, analyses and batches alike: queue and workflow may forget
    everything, the database does not. Each sending doubles the wait for the next. Idempotency rows of
    `idempotency_hours`, and outbox rows sent a day ago, are removed; so are cached answers that expired or are
    beyond `cache_database_bytes`. Safe to run many times at once.
    """
    with unit_of_work() as work:
        counts = {
            "failed": len(
                work.analyses.fail_exhausted(
                    attempts=solve_attempts, stale_seconds=resend_seconds, limit=LIMIT
                )
            ),
            "released": len(work.analyses.release_expired(attempts=solve_attempts, limit=LIMIT)),
        }
        analyses = _resend_analyses(work, resend_seconds)
        batches = _resend_batches(work, resend_seconds)
        counts |= {"analyses_resent": len(analyses), "batches_resent": len(batches)}
        counts["keys_removed"] = work.idempotency.remove_older_than(idempotency_hours)
        counts["messages_removed"] = work.outbox.remove_sent(older_than_hours=SENT_HOURS)
        counts["answers_removed"] = work.maintenance.trim_cache(size=cache_database_bytes, limit=LIMIT)
    relay_own(analyses + batches, unit_of_work=unit_of_work, queue=queue)
    return counts


def _resend_analyses(work: UnitOfWork, seconds: float) -> list[int]:
    stale = work.analyses.stale(seconds=seconds, limit=LIMIT)
    bodies = [
        encode(SolveRequested(correlation_id=correlation_id, analysis_id=analysis_id))
        for analysis_id, correlation_id in stale
    ]
    return work.outbox.add("solve", bodies)


def _resend_batches(work: UnitOfWork, seconds: float) -> list[int]:
    shards = work.batches.stale_shards(seconds=seconds * SHARD_PATIENCE, limit=LIMIT)
    bodies = [
        encode(
            ShardRequested(correlation_id=correlation_id, batch_id=batch_id, shard=shard, task_token=token)
        )
        for batch_id, shard, token, correlation_id in shards
    ]
    finishes = work.batches.stale_finishes(seconds=seconds, limit=LIMIT)
    bodies += [
        encode(BatchFinishRequested(correlation_id=correlation_id, batch_id=batch_id))
        for batch_id, correlation_id in finishes
    ]
    plans = [_notification(batch) for batch in work.batches.stale_plans(seconds=seconds, limit=LIMIT)]
    return work.outbox.add("batch", bodies) + work.outbox.add("uploads", plans)


def _notification(batch: Batch) -> str:
    """The upload of the batch, told as S3 tells it."""
    stored = {"key": quote_plus(batch.object_key, safe="/"), "eTag": batch.etag, "size": 0}
    record = {
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": batch.bucket}, "object": stored},
    }
    return json.dumps({"Records": [record]})
