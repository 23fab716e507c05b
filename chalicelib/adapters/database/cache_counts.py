"""Hits, misses and errors of the cache's levels, of all processes together."""

import logging
import time
from collections import Counter
from threading import Lock

from chalicelib import observability
from chalicelib.adapters.database.unit_of_work import Database

ADD = """
INSERT INTO cache_counts AS known (level, outcome, count)
SELECT * FROM unnest(%(levels)s::text[], %(outcomes)s::text[], %(counts)s::bigint[])
ON CONFLICT (level, outcome) DO UPDATE SET count = known.count + excluded.count
"""

logger = logging.getLogger(__name__)


class CacheCounts:
    """Adds up what this process counts, and tells the database every `seconds`, so that asking stays cheap.

    What a process that is killed had not told yet is lost.
    """

    def __init__(self, database: Database, *, seconds: float = 10.0) -> None:
        self._database = database
        self._seconds = seconds
        self._lock = Lock()
        self._untold: Counter[tuple[str, str]] = Counter()
        self._told_at = time.monotonic()

    def add(self, level: str, outcome: str, number: int) -> None:
        """Counts `number` more of an outcome; as a metric of this process too, where those are written."""
        observability.count("cache_lookups", number, level=level, outcome=outcome)
        with self._lock:
            self._untold[level, outcome] += number
            is_due = time.monotonic() - self._told_at >= self._seconds
        if is_due:
            self.tell()

    def tell(self) -> None:
        """Adds what is counted to the database's counts; where that fails, it is kept for the next time."""
        with self._lock:
            counted, self._untold = self._untold, Counter()
            self._told_at = time.monotonic()
        if not counted:
            return
        # sorted, so that two processes take the rows in the same order
        rows = sorted((level, outcome, number) for (level, outcome), number in counted.items())
        levels, outcomes, counts = (list(column) for column in zip(*rows, strict=True))
        try:
            with self._database.connection() as connection:
                connection.execute(ADD, {"levels": levels, "outcomes": outcomes, "counts": counts})
        except Exception:
            logger.warning("the counts of the cache wait for the database", exc_info=True)
            with self._lock:
                self._untold.update(counted)
