"""The tasks of the studies: who solves one, how far they are, and what becomes of it when they are gone."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import DictRow

from chalicelib.adapters.database.documents import document
from chalicelib.domain.study import ClaimedTask, DroppedTask, StudyStatus, TaskState

GONE = TaskState(over=True, status=StudyStatus.CANCELLED)
Connection = psycopg.Connection[DictRow]

REMEMBER_TASK = """
UPDATE study_tasks SET task_token = %(task_token)s
WHERE study_id = %(study_id)s AND task = %(task)s AND %(task_token)s <> ''
"""

CLAIM = """
UPDATE study_tasks
SET lease_owner = %(lease_owner)s, attempts = attempts + 1,
    lease_expires_at = clock_timestamp() + make_interval(secs => %(lease_seconds)s)
FROM studies
WHERE study_id = %(study_id)s AND task = %(task)s AND done_at IS NULL
  AND (lease_expires_at IS NULL OR lease_expires_at < clock_timestamp())
  AND studies.id = study_id AND studies.status = 'running'
RETURNING study_id, task, lease_owner, first_piece, last_piece, pieces_done, attempts
"""

STATE = """
SELECT done_at IS NOT NULL OR status NOT IN ('queued', 'running') AS over, status
FROM studies LEFT JOIN study_tasks ON study_id = id AND task = %(task)s
WHERE id = %(study_id)s
"""

PROGRESS = """
UPDATE study_tasks
SET pieces_done = %(pieces)s, cases_done = %(cases)s,
    lease_expires_at = clock_timestamp() + make_interval(secs => %(lease_seconds)s)
FROM studies
WHERE study_id = %(study_id)s AND task = %(task)s AND lease_owner = %(lease_owner)s AND done_at IS NULL
  AND studies.id = study_id AND studies.status = 'running'
"""

FINISH = """
UPDATE study_tasks
SET pieces_done = last_piece - first_piece + 1, cases_done = study_tasks.cases, lease_expires_at = NULL,
    error = NULL, done_at = clock_timestamp()
FROM studies
WHERE study_id = %(study_id)s AND task = %(task)s AND lease_owner = %(lease_owner)s AND done_at IS NULL
  AND studies.id = study_id AND studies.status = 'running'
"""

RELEASE = """
WITH released AS (
    UPDATE study_tasks
    SET lease_owner = NULL, lease_expires_at = NULL, error = coalesce(%(error)s::jsonb, error),
        attempts = attempts - CASE WHEN %(error)s::jsonb IS NULL THEN 1 ELSE 0 END
    WHERE study_id = %(study_id)s AND task = %(task)s AND lease_owner = %(lease_owner)s AND done_at IS NULL
    RETURNING study_id
)
UPDATE studies SET last_sent_at = 'epoch', sends = 0 WHERE id IN (SELECT study_id FROM released)
"""

DROP_EXPIRED = """
WITH dropped AS (
    UPDATE study_tasks SET lease_owner = NULL, lease_expires_at = NULL
    WHERE (study_id, task) IN (
        SELECT study_id, task FROM study_tasks JOIN studies ON studies.id = study_id
        WHERE done_at IS NULL AND lease_expires_at < clock_timestamp() AND studies.status = 'running'
        ORDER BY lease_expires_at
        LIMIT %(limit)s
        FOR UPDATE OF study_tasks SKIP LOCKED
    )
    RETURNING study_id, task, coalesce(task_token, '') AS task_token,
              attempts >= %(attempts)s AS gave_up, attempts, error
), failed AS (
    SELECT DISTINCT ON (study_id) * FROM dropped WHERE gave_up ORDER BY study_id, task
), ended AS (
    UPDATE studies
    SET status = 'failed', finished_at = clock_timestamp(),
        error = jsonb_build_object(
            'code', 'attempts_exhausted',
            'message', 'none of ' || failed.attempts || ' attempts to solve task ' || failed.task
                       || ' came to an end',
            'cause', coalesce(failed.error -> 'message', '"the worker that solved it was lost"'::jsonb))
    FROM failed WHERE studies.id = failed.study_id
), woken AS (
    UPDATE studies SET last_sent_at = 'epoch', sends = 0
    WHERE id IN (SELECT study_id FROM dropped) AND id NOT IN (SELECT study_id FROM failed)
)
SELECT study_id, task, task_token, gave_up FROM dropped
"""


def claim(
    connection: Connection, study_id: UUID, task: int, task_token: str, lease_owner: UUID, seconds: float
) -> ClaimedTask | None:
    key = {"study_id": study_id, "task": task}
    connection.execute(REMEMBER_TASK, key | {"task_token": task_token})
    row = connection.execute(CLAIM, key | {"lease_owner": lease_owner, "lease_seconds": seconds}).fetchone()
    return ClaimedTask(**row) if row else None


def state(connection: Connection, study_id: UUID, task: int) -> TaskState:
    row = connection.execute(STATE, {"study_id": study_id, "task": task}).fetchone()
    return TaskState(bool(row["over"]), StudyStatus(row["status"])) if row else GONE


def progress(connection: Connection, claim: ClaimedTask, pieces: int, cases: int, seconds: float) -> bool:
    parameters = _key(claim) | {"pieces": pieces, "cases": cases, "lease_seconds": seconds}
    return connection.execute(PROGRESS, parameters).rowcount == 1


def finish(connection: Connection, claim: ClaimedTask) -> bool:
    """The study is locked, so that of two tasks that end at once the second sees that it is the last one."""
    connection.execute("SELECT id FROM studies WHERE id = %(study_id)s FOR UPDATE", _key(claim))
    return connection.execute(FINISH, _key(claim)).rowcount == 1


def release(connection: Connection, claim: ClaimedTask, error: Mapping[str, Any] | None) -> None:
    described = None if error is None else document(error)
    connection.execute(RELEASE, _key(claim) | {"error": described})


def drop_expired(connection: Connection, attempts: int, limit: int) -> list[DroppedTask]:
    rows = connection.execute(DROP_EXPIRED, {"attempts": attempts, "limit": limit}).fetchall()
    return [DroppedTask(**row) for row in rows]


def _key(claim: ClaimedTask) -> dict[str, Any]:
    return {"study_id": claim.study_id, "task": claim.task, "lease_owner": claim.lease_owner}
