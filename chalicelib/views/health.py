"""Whether the database answers, and how far its schema is."""

from typing import Any

from chalicelib.adapters.ports import Reader
from chalicelib.domain.errors import ServiceUnavailableError


def health(*, reader: Reader) -> dict[str, Any]:
    """The database's state and the revision of its schema.

    Raises ServiceUnavailableError where it does not answer or was never migrated.
    """
    there = reader.one("SELECT to_regclass('alembic_version') IS NOT NULL AS migrated", {})
    if there is None or not there["migrated"]:
        raise ServiceUnavailableError("the database has no schema; run the migrations")
    row = reader.one("SELECT version_num FROM alembic_version", {})
    return {"database": "ok", "revision": row["version_num"] if row else None}
