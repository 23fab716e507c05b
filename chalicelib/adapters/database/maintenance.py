"""What the schedules do to the database itself."""

from datetime import date

import psycopg
from psycopg.rows import DictRow

from chalicelib.adapters.database.cache_trimming import trim


class DatabaseMaintenance:
    """Keeps `ports.Maintenance` over one connection."""

    def __init__(self, connection: psycopg.Connection[DictRow]) -> None:
        self._connection = connection

    def make_partition(self, month: date) -> bool:
        row = self._connection.execute(
            "SELECT make_results_partition(%(month)s) AS made", {"month": month}
        ).fetchone()
        return row is not None and bool(row["made"])

    def trim_cache(self, *, size: int, limit: int) -> int:
        return trim(self._connection, size=size, limit=limit)

    def refresh_statistics(self) -> None:
        self._connection.execute("REFRESH MATERIALIZED VIEW CONCURRENTLY monthly_statistics")
