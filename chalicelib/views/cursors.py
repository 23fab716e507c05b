"""Where a page of a list ended, as an opaque text."""

import base64
import json
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from chalicelib.domain.errors import FieldProblem, InvalidRequestError


class Cursor(NamedTuple):
    """The last row of a page: the next one has what is older."""

    created_at: datetime
    id: UUID


def encode_cursor(cursor: Cursor) -> str:
    described = json.dumps([cursor.created_at.isoformat(), str(cursor.id)])
    return base64.urlsafe_b64encode(described.encode()).decode().rstrip("=")


def decode_cursor(text: str) -> Cursor:
    """The cursor in `text`; raises InvalidRequestError for what `encode_cursor` did not make."""
    try:
        padded = text + "=" * (-len(text) % 4)
        created_at, row_id = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        cursor = Cursor(datetime.fromisoformat(created_at).astimezone(UTC), UUID(row_id))
    except (ValueError, TypeError, AttributeError) as error:
        message = "the cursor is not one that a page gave; begin again without it"
        raise InvalidRequestError(message, fields=(FieldProblem("cursor", message),)) from error
    return cursor
