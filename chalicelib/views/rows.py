"""Rows as JSON shows them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with ids as text and times as ISO 8601 in UTC, without what is not there."""
    return {name: _plain(value) for name, value in row.items() if value is not None}


def _plain(value: Any) -> Any:
    match value:
        case UUID():
            return str(value)
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case _:
            return value
