"""What keeps the table of cached answers small."""

import psycopg
from psycopg.rows import DictRow

REMOVE_EXPIRED = """
DELETE FROM cached_answers
WHERE key IN (SELECT key FROM cached_answers WHERE expires_at <= now() LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
"""

SIZE = "SELECT coalesce(sum(size), 0)::bigint AS size FROM cached_answers"

REMOVE_SURPLUS = """
DELETE FROM cached_answers
WHERE key IN (
    SELECT key
    FROM (SELECT key, used_at, sum(size) OVER (ORDER BY used_at DESC, key) AS kept FROM cached_answers) AS counted
    WHERE kept > %(bytes)s
    ORDER BY used_at
    LIMIT %(limit)s
)
"""


def trim(connection: psycopg.Connection[DictRow], *, size: int, limit: int) -> int:
    """Removes answers that expired and, beyond `size` bytes, those not used for longest; how many."""
    removed = connection.execute(REMOVE_EXPIRED, {"limit": limit}).rowcount
    row = connection.execute(SIZE).fetchone()
    if row is not None and row["size"] > size:
        removed += connection.execute(REMOVE_SURPLUS, {"bytes": size, "limit": limit}).rowcount
    return removed
