"""The batches of a project, newest first, page by page."""

from typing import Any

from chalicelib.adapters.ports import Reader
from chalicelib.views.cursors import Cursor, decode_cursor, encode_cursor
from chalicelib.views.get_batch import COUNTED, described

BEFORE = " AND (created_at, batches.id) < (%(before)s, %(before_id)s)"
ORDER = " GROUP BY batches.id ORDER BY created_at DESC, batches.id DESC LIMIT %(limit)s"


def list_batches(
    *, project: str, reader: Reader, cursor: str | None = None, limit: int = 50
) -> dict[str, Any]:
    """A page: `items` as `get_batch` has them, and `next_cursor`, None on the last page.

    Raises InvalidRequestError for a bad cursor.
    """
    before = decode_cursor(cursor) if cursor else None
    statement = COUNTED + "WHERE project = %(project)s"
    parameters: dict[str, Any] = {"project": project, "limit": limit + 1}
    if before is not None:
        statement += BEFORE
        parameters |= {"before": before.created_at, "before_id": before.id}
    rows = reader.all(statement + ORDER, parameters)
    last = Cursor(rows[limit - 1]["created_at"], rows[limit - 1]["id"]) if len(rows) > limit else None
    return {
        "items": [described(row) for row in rows[:limit]],
        "next_cursor": encode_cursor(last) if last else None,
    }
