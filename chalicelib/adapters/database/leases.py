"""Who may solve an analysis, and what becomes of it when they are gone.

A lease is a fresh UUID per claim: whoever lost theirs cannot write, however late they wake up.
All times are the database's, so that workers' clocks may differ.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import DictRow

from chalicelib.adapters.database.documents import document
from chalicelib.domain.analysis import ClaimedAnalysis

Connection = psycopg.Connection[DictRow]

CLAIM = """
WITH waiting AS (
    SELECT id FROM analyses
    WHERE id = ANY(%(ids)s) AND deleted_at IS NULL
      AND (status = 'queued'
           OR (status = 'running' AND (lease_expires_at < clock_timestamp() OR lease_owner = %(lease_owner)s)))
    ORDER BY id
    FOR UPDATE SKIP LOCKED
)
UPDATE analyses
SET status = 'running',
    lease_owner = %(lease_owner)s,
    lease_expires_at = clock_timestamp() + make_interval(secs => %(lease_seconds)s),
    attempts = attempts + 1,
    started_at = coalesce(started_at, clock_timestamp())
FROM waiting
WHERE analyses.id = waiting.id
RETURNING analyses.id, project, motor_type, spec, correlation_id, attempts, validates
"""

RELEASE = """
UPDATE analyses
SET status = 'queued', lease_owner = NULL, lease_expires_at = NULL, error = broken.error, last_sent_at = now()
FROM jsonb_to_recordset(%(errors)s) AS broken (id uuid, error jsonb)
WHERE analyses.id = broken.id AND status = 'running' AND lease_owner = %(lease_owner)s
"""

RELEASE_EXPIRED = """
UPDATE analyses
SET status = 'queued', lease_owner = NULL, lease_expires_at = NULL, last_sent_at = 'epoch', sends = 0,
    error = jsonb_build_object('code', 'worker_lost', 'message', 'the worker that solved it was lost')
WHERE id IN (
    SELECT id FROM analyses
    WHERE status = 'running' AND lease_expires_at < clock_timestamp() AND attempts < %(attempts)s
    ORDER BY lease_expires_at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
RETURNING id
"""

FAIL_EXHAUSTED = """
UPDATE analyses
SET status = 'failed', lease_owner = NULL, lease_expires_at = NULL, finished_at = clock_timestamp(),
    error = jsonb_strip_nulls(jsonb_build_object(
        'code', 'attempts_exhausted',
        'message', 'none of ' || attempts || ' attempts to solve it came to an end',
        'cause', coalesce(error -> 'message', '"the worker that solved it was lost"'::jsonb)))
WHERE id IN (
    SELECT id FROM analyses
    WHERE attempts >= %(attempts)s
      AND ((status = 'running' AND lease_expires_at < clock_timestamp())
           OR (status = 'queued' AND last_sent_at < now() - make_interval(secs => %(stale_seconds)s)))
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
RETURNING id
"""

STALE = """
UPDATE analyses
SET last_sent_at = now(), sends = sends + 1
WHERE id IN (
    SELECT id FROM analyses
    WHERE status = 'queued' AND deleted_at IS NULL
      AND last_sent_at < now() - make_interval(secs => %(seconds)s)
      AND last_sent_at < now() - make_interval(secs => %(seconds)s * power(2, least(sends, 10)))
    ORDER BY last_sent_at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
RETURNING id, correlation_id
"""


def claim(
    connection: Connection, ids: Sequence[UUID], lease_owner: UUID, lease_seconds: float
) -> list[ClaimedAnalysis]:
    rows = connection.execute(
        CLAIM, {"ids": list(ids), "lease_owner": lease_owner, "lease_seconds": lease_seconds}
    ).fetchall()
    return [ClaimedAnalysis(**row) for row in rows]


def release(connection: Connection, errors: Mapping[UUID, Mapping[str, Any]], lease_owner: UUID) -> None:
    described = [{"id": str(analysis_id), "error": error} for analysis_id, error in errors.items()]
    connection.execute(RELEASE, {"errors": document(described), "lease_owner": lease_owner})


def release_expired(connection: Connection, attempts: int, limit: int) -> list[UUID]:
    rows = connection.execute(RELEASE_EXPIRED, {"attempts": attempts, "limit": limit}).fetchall()
    return [row["id"] for row in rows]


def fail_exhausted(connection: Connection, attempts: int, stale_seconds: float, limit: int) -> list[UUID]:
    rows = connection.execute(
        FAIL_EXHAUSTED, {"attempts": attempts, "stale_seconds": stale_seconds, "limit": limit}
    ).fetchall()
    return [row["id"] for row in rows]


def stale(connection: Connection, seconds: float, limit: int) -> list[tuple[UUID, str]]:
    """The wait doubles with each sending, so that a long queue is not flooded with copies."""
    rows = connection.execute(STALE, {"seconds": seconds, "limit": limit}).fetchall()
    return [(row["id"], row["correlation_id"]) for row in rows]
