"""The studies of a project, newest first, page by page."""

from typing import Any

from chalicelib.adapters.ports import Reader
from chalicelib.views.cursors import Cursor, decode_cursor, encode_cursor
from chalicelib.views.rows import shown

PAGE = """
SELECT id, status, type, motor_type, user_id, cases, created_at, started_at, finished_at,
       CASE WHEN status = 'failed' THEN error END AS error
FROM studies
WHERE project = %(project)s AND deleted_at IS NULL
"""
FILTERS = {
    "status": " AND status = %(status)s",
    "type": " AND type = %(type)s",
    "before": " AND (created_at, id) < (%(before)s, %(before_id)s)",
}
ORDER = " ORDER BY created_at DESC, id DESC LIMIT %(limit)s"


def list_studies(
    *,
    project: str,
    reader: Reader,
    status: str | None = None,
    type: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """A page: `items`, and `next_cursor`, which is None on the last page.

    A study that comes while pages are read does not move the later ones. Raises InvalidRequestError for a
    bad cursor.
    """
    before = decode_cursor(cursor) if cursor else None
    parameters: dict[str, Any] = {
        "status": status,
        "type": type,
        "before": before.created_at if before else None,
    }
    statement = PAGE
    for name, condition in FILTERS.items():
        if parameters[name] is not None:
            statement = statement + condition
    parameters |= {"project": project, "limit": limit + 1, "before_id": before.id if before else None}
    rows = reader.all(statement + ORDER, parameters)
    last = Cursor(rows[limit - 1]["created_at"], rows[limit - 1]["id"]) if len(rows) > limit else None
    return {
        "items": [shown(row) for row in rows[:limit]],
        "next_cursor": encode_cursor(last) if last else None,
    }
