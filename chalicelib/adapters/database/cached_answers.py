"""The second level of the cache in PostgreSQL, where no Valkey or Redis is configured."""

from collections.abc import Mapping, Sequence

from chalicelib.adapters.database.unit_of_work import Database

GET = """
WITH used AS (
    UPDATE cached_answers
    SET used_at = now()
    -- now and then is enough to know what is in use, and costs readers little
    WHERE key IN (
        SELECT key FROM cached_answers
        WHERE key = ANY(%(keys)s) AND used_at < now() - interval '1 hour'
        FOR UPDATE SKIP LOCKED
    )
)
SELECT key, value FROM cached_answers WHERE key = ANY(%(keys)s) AND expires_at > now()
"""

PUT = """
INSERT INTO cached_answers (key, value, size, expires_at)
SELECT key, value, length(value) + %(overhead)s, now() + make_interval(secs => %(seconds)s)
FROM unnest(%(keys)s::bytea[], %(values)s::bytea[]) AS new (key, value)
ON CONFLICT (key) DO UPDATE
SET value = excluded.value, size = excluded.size, expires_at = excluded.expires_at, used_at = now()
"""

PRESENT = "SELECT key FROM cached_answers WHERE key = ANY(%(keys)s) AND expires_at > now()"

OVERHEAD = 100
"""Bytes that a row takes beside its value, with its places in the indexes."""


class DatabaseCache:
    """Answers in the table `cached_answers`, for `seconds` each; one statement for any number of keys."""

    name = "database"

    def __init__(self, database: Database, *, seconds: float) -> None:
        self._database = database
        self._seconds = seconds

    def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        with self._database.connection() as connection:
            rows = connection.execute(GET, {"keys": _stored(keys)}, binary=True).fetchall()
        return {row["key"].hex(): row["value"] for row in rows}

    def put_many(self, values: Mapping[str, bytes]) -> None:
        # sorted, so that two writers take the rows in the same order
        keys = sorted(values)
        parameters = {
            "keys": _stored(keys),
            "values": [values[key] for key in keys],
            "overhead": OVERHEAD,
            "seconds": self._seconds,
        }
        with self._database.connection() as connection:
            connection.execute(PUT, parameters)

    def missing(self, keys: Sequence[str]) -> list[str]:
        with self._database.connection() as connection:
            rows = connection.execute(PRESENT, {"keys": _stored(keys)}).fetchall()
        present = {row["key"].hex() for row in rows}
        return [key for key in keys if key not in present]

    def close(self) -> None:
        """Nothing: the connections are the database's."""


def _stored(keys: Sequence[str]) -> list[bytes]:
    return [bytes.fromhex(key) for key in keys]
