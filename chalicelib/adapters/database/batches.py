"""The batches, as the use cases change them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import DictRow

from chalicelib.adapters.database import batch_results, shards
from chalicelib.adapters.database.documents import document
from chalicelib.domain.batch import Batch, BatchStatus, ClaimedShard, NewBatch, ShardCounts

COLUMNS = """
id, project, filename, bucket, object_key, correlation_id, status, etag, columns, validated,
rows, shards, error,
planned_at IS NOT NULL AS planned, workflow_started_at IS NOT NULL AS workflow_started,
constants, force, answers_from
"""

ADD = """
INSERT INTO batches (id, project, user_id, filename, bucket, object_key, correlation_id, status, etag,
                     constants, force)
VALUES (%(id)s, %(project)s, %(user_id)s, %(filename)s, %(bucket)s, %(object_key)s, %(correlation_id)s,
        %(status)s, %(etag)s, %(constants)s, %(force)s)
ON CONFLICT (id) DO NOTHING
"""

CLAIM_PLANNING = """
UPDATE batches
SET status = 'queued', etag = %(etag)s, last_sent_at = now(),
    planning_expires_at = clock_timestamp() + make_interval(secs => %(lease_seconds)s)
WHERE id = %(id)s AND planned_at IS NULL AND status IN ('awaiting_upload', 'queued')
  AND (etag IS NULL OR etag = %(etag)s)
  AND (planning_expires_at IS NULL OR planning_expires_at < clock_timestamp())
"""

PLANNING_PROGRESS = """
UPDATE batches
SET rows = %(rows)s,
    planning_expires_at = clock_timestamp() + make_interval(secs => %(lease_seconds)s)
WHERE id = %(id)s AND planned_at IS NULL AND status = 'queued'
"""

PLANNED = """
WITH planned AS (
    UPDATE batches
    SET status = 'running', columns = %(columns)s, validated = %(validated)s, rows = %(rows)s,
        shards = cardinality(%(shard_rows)s::integer[]), planned_at = clock_timestamp(),
        planning_expires_at = NULL, last_sent_at = now()
    WHERE id = %(id)s AND planned_at IS NULL AND status = 'queued'
    RETURNING id
), cut AS (
    INSERT INTO batch_shards (batch_id, shard, rows)
    SELECT planned.id, part.position - 1, part.rows
    FROM planned, unnest(%(shard_rows)s::integer[]) WITH ORDINALITY AS part (rows, position)
)
SELECT id FROM planned
"""

FINISH = """
UPDATE batches
SET status = %(status)s, finished_at = clock_timestamp(), planning_expires_at = NULL,
    error = coalesce(%(error)s, error)
WHERE id = %(id)s AND status IN ('awaiting_upload', 'queued', 'running')
"""

REVIVE = """
UPDATE batches
SET status = CASE WHEN planned_at IS NULL THEN 'queued' ELSE 'running' END,
    error = NULL, finished_at = NULL, sends = 0, last_sent_at = now()
WHERE id = %(id)s AND status = 'failed' AND error ->> 'code' = 'dead_letter'
"""

ANSWER_AGAIN = """
UPDATE batches
SET content_key = %(content_key)s, answers_from = earlier.id, status = earlier.status, columns = earlier.columns,
    validated = earlier.validated, rows = earlier.rows, error = earlier.error,
    planned_at = clock_timestamp(), finished_at = clock_timestamp(), planning_expires_at = NULL
FROM (
    SELECT * FROM batches AS solved
    WHERE solved.project = (SELECT project FROM batches WHERE id = %(id)s)
      AND solved.content_key = %(content_key)s AND solved.status IN ('completed', 'completed_with_errors')
      AND solved.answers_from IS NULL
    ORDER BY created_at DESC LIMIT 1
) AS earlier
WHERE batches.id = %(id)s AND batches.status = 'queued' AND NOT batches.force AND batches.id <> earlier.id
RETURNING earlier.id
"""

CANCEL = """
WITH cancelled AS (
    UPDATE batches SET status = 'cancelled', finished_at = clock_timestamp(), planning_expires_at = NULL
    WHERE id = %(id)s AND project = %(project)s AND status IN ('awaiting_upload', 'queued', 'running')
    RETURNING status
)
SELECT status FROM cancelled
UNION ALL
SELECT status FROM batches
WHERE id = %(id)s AND project = %(project)s AND NOT EXISTS (SELECT FROM cancelled)
"""

STALE_PLANS = """
UPDATE batches SET last_sent_at = now(), sends = sends + 1
WHERE id IN (
    SELECT id FROM batches
    WHERE status = 'queued' AND planned_at IS NULL
      AND (planning_expires_at IS NULL OR planning_expires_at < clock_timestamp())
      AND last_sent_at < now() - make_interval(secs => %(seconds)s * power(2, least(sends, 10)))
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
RETURNING
"""

STALE_FINISHES = """
UPDATE batches SET last_sent_at = now(), sends = sends + 1
WHERE id IN (
    SELECT id FROM batches
    WHERE status = 'running'
      AND last_sent_at < now() - make_interval(secs => %(seconds)s * power(2, least(sends, 10)))
      AND NOT EXISTS (SELECT FROM batch_shards WHERE batch_id = batches.id AND done_at IS NULL)
      AND NOT EXISTS (SELECT FROM batch_shards
                      WHERE batch_id = batches.id AND done_at > now() - make_interval(secs => %(seconds)s))
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
RETURNING id, correlation_id
"""


class Batches:
    """Keeps `ports.BatchRepository` over one connection."""

    def __init__(self, connection: psycopg.Connection[DictRow]) -> None:
        self._connection = connection

    def add(self, batch: NewBatch) -> None:
        values = {name: getattr(batch, name) for name in NewBatch.__slots__}
        self._connection.execute(ADD, values | {"constants": document(batch.constants)})

    def get(self, batch_id: UUID) -> Batch | None:
        row = self._connection.execute(
            "SELECT" + COLUMNS + "FROM batches WHERE id = %(id)s", {"id": batch_id}
        ).fetchone()
        return _batch(row) if row else None

    def claim_planning(self, batch_id: UUID, etag: str, *, lease_seconds: float) -> bool:
        parameters = {"id": batch_id, "etag": etag, "lease_seconds": lease_seconds}
        return self._connection.execute(CLAIM_PLANNING, parameters).rowcount == 1

    def planning_progress(self, batch_id: UUID, *, rows: int, lease_seconds: float) -> bool:
        parameters = {"id": batch_id, "rows": rows, "lease_seconds": lease_seconds}
        return self._connection.execute(PLANNING_PROGRESS, parameters).rowcount == 1

    def release_planning(self, batch_id: UUID) -> None:
        self._connection.execute(
            "UPDATE batches SET planning_expires_at = NULL WHERE id = %(id)s AND status = 'queued'",
            {"id": batch_id},
        )

    def planned(
        self,
        batch_id: UUID,
        *,
        columns: Sequence[str],
        validated: bool,
        shard_rows: Sequence[int],
    ) -> bool:
        parameters = {
            "id": batch_id,
            "columns": document(list(columns)),
            "validated": validated,
            "rows": sum(shard_rows),
            "shard_rows": list(shard_rows),
        }
        return self._connection.execute(PLANNED, parameters).fetchone() is not None

    def answer_again(self, batch_id: UUID, content_key: str) -> UUID | None:
        parameters = {"id": batch_id, "content_key": content_key}
        row = self._connection.execute(ANSWER_AGAIN, parameters).fetchone()
        if row is None:
            statement = "UPDATE batches SET content_key = %(content_key)s WHERE id = %(id)s"
            self._connection.execute(statement, parameters)
        return row["id"] if row else None

    def workflow_started(self, batch_id: UUID) -> None:
        self._connection.execute(
            "UPDATE batches SET workflow_started_at = clock_timestamp() WHERE id = %(id)s", {"id": batch_id}
        )

    def finish(self, batch_id: UUID, status: BatchStatus, error: Mapping[str, Any] | None) -> bool:
        parameters = {"id": batch_id, "status": status, "error": None if error is None else document(error)}
        return self._connection.execute(FINISH, parameters).rowcount == 1

    def find_upload(self, bucket: str, key: str) -> UUID | None:
        row = self._connection.execute(
            "SELECT id FROM batches WHERE bucket = %(bucket)s AND object_key = %(key)s "
            "ORDER BY created_at DESC LIMIT 1",
            {"bucket": bucket, "key": key},
        ).fetchone()
        return row["id"] if row else None

    def revive(self, batch_id: UUID) -> None:
        self._connection.execute(REVIVE, {"id": batch_id})

    def cancel(self, batch_id: UUID, project: str) -> str | None:
        row = self._connection.execute(CANCEL, {"id": batch_id, "project": project}).fetchone()
        return row["status"] if row else None

    def claim_shard(
        self, batch_id: UUID, shard: int, *, task_token: str, lease_owner: UUID, lease_seconds: float
    ) -> ClaimedShard | None:
        return shards.claim(self._connection, batch_id, shard, task_token, lease_owner, lease_seconds)

    def shard_is_done(self, batch_id: UUID, shard: int) -> bool:
        return shards.is_done(self._connection, batch_id, shard)

    def progress(self, claim: ClaimedShard, counts: ShardCounts, *, lease_seconds: float) -> bool:
        return shards.progress(self._connection, claim, counts, lease_seconds)

    def finish_shard(
        self, claim: ClaimedShard, counts: ShardCounts, headlines: Sequence[Sequence[Any]]
    ) -> str | None:
        token = shards.finish(self._connection, claim, counts)
        if token is not None:
            batch_results.replace(self._connection, claim, headlines)
        return token

    def release_shard(self, claim: ClaimedShard) -> None:
        shards.release(self._connection, claim)

    def give_up_shard(self, batch_id: UUID, shard: int, reason: str) -> None:
        shards.give_up(self._connection, batch_id, shard, reason)

    def revive_shard(self, batch_id: UUID, shard: int) -> None:
        shards.revive(self._connection, batch_id, shard)

    def shard_counts(self, batch_id: UUID) -> list[ShardCounts]:
        return shards.counts(self._connection, batch_id)

    def case_seconds(self, batch_id: UUID) -> dict[str, float]:
        return shards.case_seconds(self._connection, batch_id)

    def stale_shards(self, *, seconds: float, limit: int) -> list[tuple[UUID, int, str, str]]:
        return shards.stale(self._connection, seconds, limit)

    def stale_finishes(self, *, seconds: float, limit: int) -> list[tuple[UUID, str]]:
        rows = self._connection.execute(STALE_FINISHES, {"seconds": seconds, "limit": limit}).fetchall()
        return [(row["id"], row["correlation_id"]) for row in rows]

    def stale_plans(self, *, seconds: float, limit: int) -> list[Batch]:
        parameters = {"seconds": seconds, "limit": limit}
        return [_batch(row) for row in self._connection.execute(STALE_PLANS + COLUMNS, parameters)]


def _batch(row: dict[str, Any]) -> Batch:
    return Batch(**row | {"status": BatchStatus(row["status"]), "columns": tuple(row["columns"])})
