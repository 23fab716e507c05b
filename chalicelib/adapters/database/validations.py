"""What comparisons with the reference found."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import DictRow

from chalicelib.adapters.database.documents import document

ADD = """
INSERT INTO validation_results (analysis_id, report, worst_deviation)
VALUES (%(analysis_id)s, %(report)s, %(worst_deviation)s)
ON CONFLICT (analysis_id) DO UPDATE
SET report = excluded.report, worst_deviation = excluded.worst_deviation, created_at = now()
"""


class Validations:
    """Keeps `ports.ValidationRepository` over one connection."""

    def __init__(self, connection: psycopg.Connection[DictRow]) -> None:
        self._connection = connection

    def add(self, analysis_id: UUID, report: Mapping[str, Any]) -> None:
        self._connection.execute(
            ADD,
            {
                "analysis_id": analysis_id,
                "report": document(report),
                "worst_deviation": report.get("worst_deviation"),
            },
        )
