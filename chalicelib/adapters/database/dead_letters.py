"""Messages that nothing could be done with."""

from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import DictRow

from chalicelib.adapters.database.documents import document
from chalicelib.domain.dead_letter import DeadLetter

ADD = """
INSERT INTO dead_letters (id, message_id, queue, body, attributes, reason)
VALUES (%(id)s, %(message_id)s, %(queue)s, %(body)s, %(attributes)s, %(reason)s)
ON CONFLICT (id) DO NOTHING
"""

GET = "SELECT id, message_id, queue, body, attributes, reason FROM dead_letters WHERE id = %(id)s"

ALL = """
SELECT id::text, queue, body, attributes, reason,
       to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS created_at
FROM dead_letters WHERE replayed_at IS NULL ORDER BY dead_letters.created_at DESC LIMIT %(limit)s
"""


class DeadLetters:
    """Keeps `ports.DeadLetterRepository` over one connection."""

    def __init__(self, connection: psycopg.Connection[DictRow]) -> None:
        self._connection = connection

    def add(self, letter: DeadLetter) -> None:
        fields = {name: getattr(letter, name) for name in DeadLetter.__slots__}
        self._connection.execute(
            ADD, fields | {"attributes": document(letter.attributes), "body": letter.body.replace("\0", "")}
        )

    def get(self, letter_id: UUID) -> DeadLetter | None:
        row = self._connection.execute(GET, {"id": letter_id}).fetchone()
        return DeadLetter(**row) if row else None

    def all(self, *, limit: int) -> list[dict[str, Any]]:
        return self._connection.execute(ALL, {"limit": limit}).fetchall()

    def mark_replayed(self, letter_id: UUID) -> bool:
        return (
            self._connection.execute(
                "UPDATE dead_letters SET replayed_at = now() WHERE id = %(id)s AND replayed_at IS NULL",
                {"id": letter_id},
            ).rowcount
            == 1
        )
