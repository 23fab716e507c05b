"""How far an analysis is from the reference."""

from typing import Any
from uuid import UUID

from chalicelib.adapters.ports import Reader
from chalicelib.domain.errors import NotFoundError
from chalicelib.views.rows import shown

ONE = """
SELECT id, coalesce(validates, id) AS analysis_id, status, analyses.created_at, finished_at,
       CASE WHEN status = 'failed' THEN error END AS error, report AS validation
FROM analyses LEFT JOIN validation_results ON validation_results.analysis_id = analyses.id
WHERE id = %(id)s AND project = %(project)s AND deleted_at IS NULL
"""


def get_validation(analysis_id: UUID, *, project: str, reader: Reader) -> dict[str, Any]:
    """id, analysis_id, status, and `validation` (or `error`) once the comparison is done.

    `analysis_id` may be the analysis that made the comparison, or the one that it was made for. Raises
    NotFoundError for an unknown analysis.
    """
    row = reader.one(ONE, {"id": analysis_id, "project": project})
    if row is None:
        raise NotFoundError(f"there is no validation {analysis_id} in project '{project}'")
    return shown(row)
