"""One analysis, with its result or its error."""

from typing import Any
from uuid import UUID

from chalicelib.adapters.ports import Reader
from chalicelib.domain.errors import NotFoundError
from chalicelib.views.rows import shown

ONE = """
SELECT analyses.id, status, motor_type, spec, user_id, attempts, analyses.created_at, started_at,
       finished_at, cached, CASE WHEN status = 'failed' THEN error END AS error, validates, result
FROM analyses
LEFT JOIN analysis_results
    ON analysis_id = analyses.id AND analysis_results.created_at = analyses.created_at
    AND status = 'succeeded'
WHERE analyses.id = %(id)s AND project = %(project)s AND deleted_at IS NULL
"""


def get_analysis(analysis_id: UUID, *, project: str, reader: Reader) -> dict[str, Any]:
    """The analysis: id, status, motor_type, spec, times, attempts, and `result` or `error` once it ended.

    Raises NotFoundError for one that is unknown, deleted or of another project.
    """
    row = reader.one(ONE, {"id": analysis_id, "project": project})
    if row is None:
        raise NotFoundError(f"there is no analysis {analysis_id} in project '{project}'")
    return shown(row)
