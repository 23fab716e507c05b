"""The analyses of a project, newest first, page by page."""

from datetime import datetime
from typing import Any

from chalicelib.adapters.ports import Reader
from chalicelib.views.cursors import Cursor, decode_cursor, encode_cursor
from chalicelib.views.rows import shown

PAGE = """
SELECT id, status, motor_type, spec, user_id, thrust, specific_impulse, specific_impulse_vacuum, c_star,
       chamber_temperature, created_at, finished_at, CASE WHEN status = 'failed' THEN error END AS error
FROM analyses
WHERE project = %(project)s AND deleted_at IS NULL
"""
FILTERS = {
    "motor_type": " AND motor_type = %(motor_type)s",
    "status": " AND status = %(status)s",
    "created_after": " AND created_at > %(created_after)s",
    "text": " AND search @@ websearch_to_tsquery('simple', %(text)s)",
    "before": " AND (created_at, id) < (%(before)s, %(before_id)s)",
}
ORDER = " ORDER BY created_at DESC, id DESC LIMIT %(limit)s"


def list_analyses(
    *,
    project: str,
    reader: Reader,
    motor_type: str | None = None,
    status: str | None = None,
    created_after: datetime | None = None,
    text: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """A page: `items`, and `next_cursor`, which is None on the last page.

    `text` finds words of the specification, the motor type and the user, as a web search does. A row that
    comes while pages are read does not move the later ones. Raises InvalidRequestError for a bad cursor.
    """
    before = decode_cursor(cursor) if cursor else None
    parameters: dict[str, Any] = {
        "motor_type": motor_type,
        "status": status,
        "created_after": created_after,
        "text": text.replace("\0", " ") if text else None,
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
