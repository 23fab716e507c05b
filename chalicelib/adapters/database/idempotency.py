"""The answers to requests that carried an Idempotency-Key."""

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg.rows import DictRow

from chalicelib.adapters.database.documents import document
from chalicelib.adapters.ports import StoredResponse

LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended(%(project)s || chr(31) || %(key)s, 0)) AS held"
FIND = "SELECT request_hash, response FROM idempotency WHERE project = %(project)s AND key = %(key)s"
ADD = """
INSERT INTO idempotency (project, key, request_hash, response)
VALUES (%(project)s, %(key)s, %(request_hash)s, %(response)s)
"""


class Idempotency:
    """Keeps `ports.IdempotencyRepository` over one connection.

    A request in progress is a lock that ends with its transaction, so that one that died leaves no trace.
    """

    def __init__(self, connection: psycopg.Connection[DictRow]) -> None:
        self._connection = connection

    def lock(self, project: str, key: str) -> bool:
        row = self._connection.execute(LOCK, {"project": project, "key": key}).fetchone()
        return row is not None and bool(row["held"])

    def find(self, project: str, key: str) -> StoredResponse | None:
        row = self._connection.execute(FIND, {"project": project, "key": key}).fetchone()
        return StoredResponse(**row) if row else None

    def add(self, project: str, key: str, request_hash: str, response: Mapping[str, Any]) -> None:
        self._connection.execute(
            ADD,
            {"project": project, "key": key, "request_hash": request_hash, "response": document(response)},
        )

    def remove_older_than(self, hours: float) -> int:
        return self._connection.execute(
            "DELETE FROM idempotency WHERE created_at < now() - make_interval(secs => %(seconds)s)",
            {"seconds": hours * 3600},
        ).rowcount
