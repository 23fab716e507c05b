"""The studies, as the use cases change them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import DictRow

from chalicelib.adapters.database import study_tasks
from chalicelib.adapters.database.documents import document
from chalicelib.domain.study import (
    ClaimedTask,
    DroppedTask,
    NewStudy,
    Route,
    Study,
    StudyStatus,
    TaskPieces,
    TaskState,
)

COLUMNS = """
id, project, document, route, status, correlation_id, launches,
(SELECT count(*)::integer FROM study_tasks WHERE study_id = id) AS tasks
"""

LOCK_QUOTA = "SELECT pg_advisory_xact_lock(hashtextextended('study quota' || chr(31) || %(project)s, 0))"

SECONDS_USED = """
SELECT coalesce(sum(computing_seconds * CASE WHEN status IN ('cancelled', 'failed') THEN done ELSE 1 END), 0)
    AS seconds
FROM studies, LATERAL (
    SELECT least(coalesce(sum(cases_done), 0)::double precision / studies.cases, 1) AS done
    FROM study_tasks WHERE study_id = studies.id
) AS progress
WHERE project = %(project)s AND created_at > now() - make_interval(secs => %(seconds)s)
"""

ADD = """
INSERT INTO studies (id, project, user_id, type, motor_type, document, cases, estimate, computing_seconds,
                     route, correlation_id)
VALUES (%(id)s, %(project)s, %(user_id)s, %(type)s, %(motor_type)s, %(document)s, %(cases)s, %(estimate)s,
        %(computing_seconds)s, %(route)s, %(correlation_id)s)
ON CONFLICT (id) DO NOTHING
"""

PLANNED = """
WITH planned AS (
    UPDATE studies
    SET status = 'running', started_at = clock_timestamp(), engine_version = %(engine_version)s
    WHERE id = %(id)s AND status = 'queued'
    RETURNING id
), cut AS (
    INSERT INTO study_tasks (study_id, task, first_piece, last_piece, cases)
    SELECT planned.id, part.position - 1, part.first_piece, part.last_piece, part.cases
    FROM planned, unnest(%(first)s::integer[], %(last)s::integer[], %(cases)s::bigint[])
        WITH ORDINALITY AS part (first_piece, last_piece, cases, position)
)
SELECT id FROM planned
"""

FINISH = """
UPDATE studies
SET status = CASE WHEN %(error)s::jsonb IS NULL THEN 'succeeded' ELSE 'failed' END,
    summary = %(summary)s, error = %(error)s, finished_at = clock_timestamp()
WHERE id = %(id)s AND status IN ('queued', 'running')
"""

CANCEL = """
UPDATE studies SET status = 'cancelled', finished_at = clock_timestamp()
WHERE id = %(id)s AND project = %(project)s AND deleted_at IS NULL AND status IN ('queued', 'running')
"""

DELETE = (
    "UPDATE studies SET deleted_at = now() WHERE id = %(id)s AND project = %(project)s AND deleted_at IS NULL"
)

REVIVE = """
WITH revived AS (
    UPDATE studies
    SET status = CASE WHEN started_at IS NULL THEN 'queued' ELSE 'running' END,
        error = NULL, finished_at = NULL, sends = 0, last_sent_at = now()
    WHERE id = %(id)s AND status = 'failed' AND error ->> 'code' = 'dead_letter'
    RETURNING id
)
UPDATE study_tasks SET attempts = 0 WHERE done_at IS NULL AND study_id IN (SELECT id FROM revived)
"""

STALE = """
UPDATE studies SET last_sent_at = now(), sends = sends + 1
WHERE id IN (
    SELECT id FROM studies
    WHERE status IN ('queued', 'running')
      AND last_sent_at < now() - make_interval(secs => %(seconds)s * power(2, least(sends, 6)))
      AND (status = 'queued'
           OR EXISTS (SELECT FROM study_tasks WHERE study_id = studies.id AND done_at IS NULL))
      AND NOT EXISTS (SELECT FROM study_tasks
                      WHERE study_id = studies.id AND lease_expires_at > clock_timestamp())
    ORDER BY last_sent_at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
RETURNING id, correlation_id
"""

STALE_FINISHES = """
UPDATE studies SET last_sent_at = now(), sends = sends + 1
WHERE id IN (
    SELECT id FROM studies
    WHERE status = 'running'
      AND last_sent_at < now() - make_interval(secs => %(seconds)s * power(2, least(sends, 6)))
      AND NOT EXISTS (SELECT FROM study_tasks
                      WHERE study_id = studies.id
                        AND (done_at IS NULL OR done_at > now() - make_interval(secs => %(seconds)s)))
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
RETURNING id, correlation_id
"""


class Studies:
    """Keeps `ports.StudyRepository` over one connection."""

    def __init__(self, connection: psycopg.Connection[DictRow]) -> None:
        self._connection = connection

    def lock_quota(self, project: str) -> None:
        self._connection.execute(LOCK_QUOTA, {"project": project})

    def seconds_used(self, project: str, *, hours: float) -> float:
        parameters = {"project": project, "seconds": hours * 3600}
        row = self._connection.execute(SECONDS_USED, parameters).fetchone()
        return float(row["seconds"]) if row else 0.0

    def add(self, study: NewStudy) -> None:
        fields = {name: getattr(study, name) for name in NewStudy.__slots__}
        documents = {"document": document(study.document), "estimate": document(study.estimate)}
        self._connection.execute(ADD, fields | documents)

    def get(self, study_id: UUID) -> Study | None:
        row = self._connection.execute(
            "SELECT" + COLUMNS + "FROM studies WHERE id = %(id)s", {"id": study_id}
        ).fetchone()
        return _study(row) if row else None

    def planned(self, study_id: UUID, tasks: Sequence[TaskPieces], engine_version: str) -> bool:
        parameters = {
            "id": study_id,
            "engine_version": engine_version,
            "first": [task.first_piece for task in tasks],
            "last": [task.last_piece for task in tasks],
            "cases": [task.cases for task in tasks],
        }
        return self._connection.execute(PLANNED, parameters).fetchone() is not None

    def open_tasks(self, study_id: UUID) -> list[int]:
        rows = self._connection.execute(
            "SELECT task FROM study_tasks WHERE study_id = %(id)s AND done_at IS NULL ORDER BY task",
            {"id": study_id},
        ).fetchall()
        return [row["task"] for row in rows]

    def launched(self, study_id: UUID, launch: int) -> bool:
        statement = "UPDATE studies SET launches = launches + 1 WHERE id = %(id)s AND launches = %(launch)s"
        return self._connection.execute(statement, {"id": study_id, "launch": launch}).rowcount == 1

    def claim_task(
        self, study_id: UUID, task: int, *, task_token: str, lease_owner: UUID, lease_seconds: float
    ) -> ClaimedTask | None:
        return study_tasks.claim(self._connection, study_id, task, task_token, lease_owner, lease_seconds)

    def task_state(self, study_id: UUID, task: int) -> TaskState:
        return study_tasks.state(self._connection, study_id, task)

    def progress(self, claim: ClaimedTask, *, pieces: int, cases: int, lease_seconds: float) -> bool:
        return study_tasks.progress(self._connection, claim, pieces, cases, lease_seconds)

    def finish_task(self, claim: ClaimedTask) -> bool:
        return study_tasks.finish(self._connection, claim)

    def release_task(self, claim: ClaimedTask, error: Mapping[str, Any] | None) -> None:
        study_tasks.release(self._connection, claim, error)

    def finish(
        self, study_id: UUID, *, summary: Mapping[str, Any] | None, error: Mapping[str, Any] | None
    ) -> bool:
        parameters = {
            "id": study_id,
            "summary": None if summary is None else document(summary),
            "error": None if error is None else document(error),
        }
        return self._connection.execute(FINISH, parameters).rowcount == 1

    def cancel(self, study_id: UUID, project: str) -> Study | None:
        self._connection.execute(CANCEL, {"id": study_id, "project": project})
        row = self._connection.execute(
            "SELECT" + COLUMNS + "FROM studies "
            "WHERE id = %(id)s AND project = %(project)s AND deleted_at IS NULL",
            {"id": study_id, "project": project},
        ).fetchone()
        return _study(row) if row else None

    def delete(self, study_id: UUID, project: str) -> Study | None:
        study = self.cancel(study_id, project)
        self._connection.execute(DELETE, {"id": study_id, "project": project})
        return study

    def revive(self, study_id: UUID) -> None:
        self._connection.execute(REVIVE, {"id": study_id})

    def drop_expired(self, *, attempts: int, limit: int) -> list[DroppedTask]:
        return study_tasks.drop_expired(self._connection, attempts, limit)

    def stale(self, *, seconds: float, limit: int) -> list[tuple[UUID, str]]:
        rows = self._connection.execute(STALE, {"seconds": seconds, "limit": limit}).fetchall()
        return [(row["id"], row["correlation_id"]) for row in rows]

    def stale_finishes(self, *, seconds: float, limit: int) -> list[tuple[UUID, str]]:
        rows = self._connection.execute(STALE_FINISHES, {"seconds": seconds, "limit": limit}).fetchall()
        return [(row["id"], row["correlation_id"]) for row in rows]


def _study(row: dict[str, Any]) -> Study:
    return Study(**row | {"status": StudyStatus(row["status"]), "route": Route(row["route"])})
