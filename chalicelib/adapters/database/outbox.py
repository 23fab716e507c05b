"""Messages that are committed with the rows they are about, and sent afterwards."""

from collections.abc import Iterable, Sequence

import psycopg
from psycopg.rows import DictRow

from chalicelib.adapters.ports import OutboxMessage
from chalicelib.domain.dead_letter import QueueName

ADD = """
INSERT INTO outbox (queue, body) SELECT %(queue)s, body FROM unnest(%(bodies)s::text[]) AS body RETURNING id
"""

UNSENT = """
SELECT id, queue, body FROM outbox
WHERE sent_at IS NULL ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
"""

UNSENT_OF = """
SELECT id, queue, body FROM outbox
WHERE sent_at IS NULL AND id = ANY(%(ids)s) ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
"""


class Outbox:
    """Keeps `ports.OutboxRepository` over one connection."""

    def __init__(self, connection: psycopg.Connection[DictRow]) -> None:
        self._connection = connection

    def add(self, queue: QueueName, bodies: Iterable[str]) -> list[int]:
        rows = self._connection.execute(ADD, {"queue": queue, "bodies": list(bodies)}).fetchall()
        return [row["id"] for row in rows]

    def unsent(self, *, limit: int, ids: Sequence[int] | None = None) -> list[OutboxMessage]:
        if ids is None:
            rows = self._connection.execute(UNSENT, {"limit": limit}).fetchall()
        else:
            rows = self._connection.execute(UNSENT_OF, {"limit": limit, "ids": list(ids)}).fetchall()
        return [OutboxMessage(**row) for row in rows]

    def mark_sent(self, ids: Sequence[int]) -> None:
        self._connection.execute(
            "UPDATE outbox SET sent_at = clock_timestamp() WHERE id = ANY(%(ids)s)", {"ids": list(ids)}
        )

    def remove_sent(self, *, older_than_hours: float) -> int:
        return self._connection.execute(
            "DELETE FROM outbox WHERE sent_at < now() - make_interval(secs => %(seconds)s)",
            {"seconds": older_than_hours * 3600},
        ).rowcount
