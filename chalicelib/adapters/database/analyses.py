"""The analyses and their results, as the use cases change them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import DictRow

from chalicelib.adapters.database import leases
from chalicelib.adapters.database.combinations import learn_combinations
from chalicelib.adapters.database.documents import document
from chalicelib.domain.analysis import ClaimedAnalysis, NewAnalysis, Outcome

ADD = """
INSERT INTO analyses (id, project, user_id, motor_type, spec, correlation_id, validates)
VALUES (%(id)s, %(project)s, %(user_id)s, %(motor_type)s, %(spec)s, %(correlation_id)s, %(validates)s)
ON CONFLICT (id) DO NOTHING
"""

RECORD = """
WITH outcome AS (
    SELECT * FROM jsonb_to_recordset(%(outcomes)s)
        AS outcome (id uuid, status text, result jsonb, error jsonb, cached boolean)
), ended AS (
    UPDATE analyses
    SET status = outcome.status,
        error = outcome.error,
        thrust = (outcome.result ->> 'thrust')::double precision,
        specific_impulse = (outcome.result ->> 'specific_impulse')::double precision,
        specific_impulse_vacuum = (outcome.result ->> 'specific_impulse_vacuum')::double precision,
        c_star = (outcome.result ->> 'c_star')::double precision,
        chamber_temperature = (outcome.result ->> 'chamber_temperature')::double precision,
        duration = (outcome.result ->> 'duration')::double precision,
        engine_version = outcome.result ->> 'engine_version',
        cached = outcome.cached,
        lease_expires_at = NULL,
        finished_at = clock_timestamp()
    FROM outcome
    WHERE analyses.id = outcome.id AND analyses.status = 'running' AND lease_owner = %(lease_owner)s
    RETURNING analyses.id, analyses.created_at, outcome.result
), stored AS (
    INSERT INTO analysis_results (analysis_id, created_at, result)
    SELECT id, created_at, result FROM ended WHERE result IS NOT NULL
    ON CONFLICT (analysis_id, created_at) DO UPDATE SET result = excluded.result, stored_at = now()
)
SELECT id, true AS new FROM ended
UNION ALL
SELECT id, false FROM analyses
WHERE id IN (SELECT id FROM outcome) AND status IN ('succeeded', 'failed') AND lease_owner = %(lease_owner)s
"""

FAIL = """
UPDATE analyses
SET status = 'failed', lease_owner = NULL, lease_expires_at = NULL, finished_at = clock_timestamp(),
    error = %(error)s || jsonb_strip_nulls(jsonb_build_object('cause', error -> 'message'))
WHERE id = %(id)s AND status IN ('queued', 'running')
"""

REVIVE = """
UPDATE analyses
SET status = 'queued', error = NULL, attempts = 0, sends = 0, finished_at = NULL, last_sent_at = now()
WHERE id = %(id)s AND status = 'failed' AND error ->> 'code' = 'dead_letter'
"""

CANCEL = """
WITH cancelled AS (
    UPDATE analyses
    SET status = 'cancelled', lease_owner = NULL, lease_expires_at = NULL, finished_at = clock_timestamp()
    WHERE id = %(id)s AND project = %(project)s AND deleted_at IS NULL AND status IN ('queued', 'running')
    RETURNING status
)
SELECT status FROM cancelled
UNION ALL
SELECT status FROM analyses
WHERE id = %(id)s AND project = %(project)s AND deleted_at IS NULL AND NOT EXISTS (SELECT FROM cancelled)
"""

DELETE = """
UPDATE analyses
SET deleted_at = now(),
    status = CASE WHEN status IN ('queued', 'running') THEN 'cancelled' ELSE status END,
    lease_owner = NULL, lease_expires_at = NULL
WHERE id = %(id)s AND project = %(project)s AND deleted_at IS NULL
"""

SPEC = "SELECT spec FROM analyses WHERE id = %(id)s AND project = %(project)s AND deleted_at IS NULL"


class Analyses:
    """Keeps `ports.AnalysisRepository` over one connection."""

    def __init__(self, connection: psycopg.Connection[DictRow]) -> None:
        self._connection = connection

    def add(self, analysis: NewAnalysis) -> None:
        fields = {name: getattr(analysis, name) for name in NewAnalysis.__slots__}
        self._connection.execute(ADD, fields | {"spec": document(analysis.spec)})

    def claim(self, ids: Sequence[UUID], *, lease_owner: UUID, lease_seconds: float) -> list[ClaimedAnalysis]:
        return leases.claim(self._connection, ids, lease_owner, lease_seconds)

    def release(self, errors: Mapping[UUID, Mapping[str, Any]], *, lease_owner: UUID) -> None:
        leases.release(self._connection, errors, lease_owner)

    def record(self, outcomes: Sequence[Outcome], *, lease_owner: UUID) -> frozenset[UUID]:
        described = [
            {
                "id": str(outcome.id),
                "status": outcome.status,
                "result": outcome.result,
                "error": outcome.error,
                "cached": outcome.cached,
            }
            for outcome in outcomes
        ]
        rows = self._connection.execute(
            RECORD, {"outcomes": document(described), "lease_owner": lease_owner}
        ).fetchall()
        learn_combinations(self._connection, [row["id"] for row in rows if row["new"]])
        return frozenset(row["id"] for row in rows)

    def fail(self, analysis_id: UUID, error: Mapping[str, Any]) -> bool:
        return self._connection.execute(FAIL, {"id": analysis_id, "error": document(error)}).rowcount == 1

    def revive(self, analysis_id: UUID) -> None:
        self._connection.execute(REVIVE, {"id": analysis_id})

    def cancel(self, analysis_id: UUID, project: str) -> str | None:
        row = self._connection.execute(CANCEL, {"id": analysis_id, "project": project}).fetchone()
        return row["status"] if row else None

    def delete(self, analysis_id: UUID, project: str) -> bool:
        return self._connection.execute(DELETE, {"id": analysis_id, "project": project}).rowcount == 1

    def spec(self, analysis_id: UUID, project: str) -> dict[str, Any] | None:
        row = self._connection.execute(SPEC, {"id": analysis_id, "project": project}).fetchone()
        return row["spec"] if row else None

    def release_expired(self, *, attempts: int, limit: int) -> list[UUID]:
        return leases.release_expired(self._connection, attempts, limit)

    def fail_exhausted(self, *, attempts: int, stale_seconds: float, limit: int) -> list[UUID]:
        return leases.fail_exhausted(self._connection, attempts, stale_seconds, limit)

    def stale(self, *, seconds: float, limit: int) -> list[tuple[UUID, str]]:
        return leases.stale(self._connection, seconds, limit)
