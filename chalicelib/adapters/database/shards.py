"""The shards of the batches: who solves one, how far they are, and how it ended."""

from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import DictRow

from chalicelib.adapters.database.documents import document
from chalicelib.domain.batch import GUESSED_CASES, SOLVING_SECONDS, ClaimedShard, ShardCounts

Connection = psycopg.Connection[DictRow]

REMEMBER_TASK = """
UPDATE batch_shards SET task_token = %(task_token)s, last_sent_at = now()
WHERE batch_id = %(batch_id)s AND shard = %(shard)s AND %(task_token)s <> ''
"""

CLAIM = """
UPDATE batch_shards
SET lease_owner = %(lease_owner)s, solved = 0, failed = 0, refused = 0,
    lease_expires_at = clock_timestamp() + make_interval(secs => %(lease_seconds)s)
FROM batches
WHERE batch_id = %(batch_id)s AND shard = %(shard)s AND done_at IS NULL
  AND (lease_expires_at IS NULL OR lease_expires_at < clock_timestamp())
  AND batches.id = batch_id AND batches.status = 'running'
RETURNING batch_id, shard, lease_owner
"""

IS_DONE = """
SELECT done_at IS NOT NULL OR status NOT IN ('queued', 'running') AS done
FROM batches LEFT JOIN batch_shards ON batch_id = id AND shard = %(shard)s
WHERE id = %(batch_id)s
"""

PROGRESS = """
UPDATE batch_shards
SET solved = %(solved)s, failed = %(failed)s, refused = %(refused)s,
    lease_expires_at = clock_timestamp() + make_interval(secs => %(lease_seconds)s)
FROM batches
WHERE batch_id = %(batch_id)s AND shard = %(shard)s AND lease_owner = %(lease_owner)s AND done_at IS NULL
  AND batches.id = batch_id AND batches.status = 'running'
"""

FINISH = """
UPDATE batch_shards
SET solved = %(solved)s, failed = %(failed)s, refused = %(refused)s, summary = %(summary)s, lease_expires_at = NULL,
    done_at = coalesce(done_at, clock_timestamp())
WHERE batch_id = %(batch_id)s AND shard = %(shard)s AND lease_owner = %(lease_owner)s
RETURNING coalesce(task_token, '') AS task_token
"""

RELEASE = """
UPDATE batch_shards SET lease_owner = NULL, lease_expires_at = NULL, last_sent_at = now()
WHERE batch_id = %(batch_id)s AND shard = %(shard)s AND lease_owner = %(lease_owner)s AND done_at IS NULL
"""

GIVE_UP = """
UPDATE batch_shards
SET failed = rows, solved = 0, refused = 0, summary = %(summary)s, lease_owner = NULL, lease_expires_at = NULL,
    done_at = clock_timestamp()
WHERE batch_id = %(batch_id)s AND shard = %(shard)s AND done_at IS NULL
"""

REVIVE = """
WITH revived AS (
    UPDATE batch_shards
    SET failed = 0, summary = '{}', done_at = NULL, sends = 0, last_sent_at = now()
    FROM batches
    WHERE batch_id = %(batch_id)s AND shard = %(shard)s AND summary ? 'error'
      AND batches.id = batch_id AND batches.status IN ('running', 'completed_with_errors', 'failed')
    RETURNING batch_id
)
UPDATE batches SET status = 'running', error = NULL, finished_at = NULL, sends = 0, last_sent_at = now()
WHERE id IN (SELECT batch_id FROM revived)
"""

LEARN = """
INSERT INTO case_costs (motor_type, cases, seconds)
VALUES (%(motor_type)s, %(cases)s + %(guessed_cases)s, %(seconds)s + %(guessed_seconds)s)
ON CONFLICT (motor_type) DO UPDATE
SET cases = 0.8 * case_costs.cases + %(cases)s, seconds = 0.8 * case_costs.seconds + %(seconds)s
"""

CASE_SECONDS = """
UPDATE batches
SET case_seconds = coalesce(
    case_seconds, (SELECT coalesce(jsonb_object_agg(motor_type, seconds / cases), '{}') FROM case_costs)
)
WHERE id = %(batch_id)s
RETURNING case_seconds
"""

STALE = """
UPDATE batch_shards
SET last_sent_at = now(), sends = batch_shards.sends + 1
FROM batches
WHERE batches.id = batch_id AND (batch_id, shard) IN (
    SELECT batch_id, shard FROM batch_shards JOIN batches ON batches.id = batch_id
    WHERE done_at IS NULL AND batches.status = 'running'
      AND (lease_expires_at IS NULL OR lease_expires_at < clock_timestamp())
      AND batch_shards.last_sent_at
          < now() - make_interval(secs => %(seconds)s * power(2, least(batch_shards.sends, 10)))
    ORDER BY batch_shards.last_sent_at
    LIMIT %(limit)s
    FOR UPDATE OF batch_shards SKIP LOCKED
)
RETURNING batch_id, shard, coalesce(task_token, '') AS task_token, batches.correlation_id
"""


def claim(
    connection: Connection, batch_id: UUID, shard: int, task_token: str, lease_owner: UUID, seconds: float
) -> ClaimedShard | None:
    key = {"batch_id": batch_id, "shard": shard}
    connection.execute(REMEMBER_TASK, key | {"task_token": task_token})
    row = connection.execute(CLAIM, key | {"lease_owner": lease_owner, "lease_seconds": seconds}).fetchone()
    return ClaimedShard(**row) if row else None


def is_done(connection: Connection, batch_id: UUID, shard: int) -> bool:
    row = connection.execute(IS_DONE, {"batch_id": batch_id, "shard": shard}).fetchone()
    return row is None or bool(row["done"])


def progress(connection: Connection, claim: ClaimedShard, counts: ShardCounts, seconds: float) -> bool:
    return connection.execute(PROGRESS, _parameters(claim, counts) | {"lease_seconds": seconds}).rowcount == 1


def finish(connection: Connection, claim: ClaimedShard, counts: ShardCounts) -> str | None:
    row = connection.execute(FINISH, _parameters(claim, counts)).fetchone()
    if row and (pace := counts.summary.get("pace")):
        guessed = SOLVING_SECONDS.get(pace["motor_type"])
        cases, seconds = (GUESSED_CASES, guessed * GUESSED_CASES) if guessed else (0, 0.0)
        connection.execute(LEARN, {**pace, "guessed_cases": cases, "guessed_seconds": seconds})
    return row["task_token"] if row else None


def release(connection: Connection, claim: ClaimedShard) -> None:
    connection.execute(RELEASE, claim._asdict())


def give_up(connection: Connection, batch_id: UUID, shard: int, reason: str) -> None:
    connection.execute(
        GIVE_UP, {"batch_id": batch_id, "shard": shard, "summary": document({"error": reason})}
    )


def revive(connection: Connection, batch_id: UUID, shard: int) -> None:
    connection.execute(REVIVE, {"batch_id": batch_id, "shard": shard})


def counts(connection: Connection, batch_id: UUID) -> list[ShardCounts]:
    rows = connection.execute(
        "SELECT solved, failed, refused, summary FROM batch_shards WHERE batch_id = %(id)s ORDER BY shard",
        {"id": batch_id},
    ).fetchall()
    return [ShardCounts(**row) for row in rows]


def case_seconds(connection: Connection, batch_id: UUID) -> dict[str, float]:
    row = connection.execute(CASE_SECONDS, {"batch_id": batch_id}).fetchone()
    return dict(row["case_seconds"]) if row else {}


def stale(connection: Connection, seconds: float, limit: int) -> list[tuple[UUID, int, str, str]]:
    rows = connection.execute(STALE, {"seconds": seconds, "limit": limit}).fetchall()
    return [(row["batch_id"], row["shard"], row["task_token"], row["correlation_id"]) for row in rows]


def _parameters(claim: ClaimedShard, counts: ShardCounts) -> dict[str, Any]:
    return {
        **claim._asdict(),
        "solved": counts.solved,
        "failed": counts.failed,
        "refused": counts.refused,
        "summary": document(counts.summary),
    }
