"""Send what the outbox holds: messages that were committed with the rows they are about."""

import logging
from collections.abc import Sequence

from chalicelib.adapters.ports import Queue, UnitOfWorkFactory
from chalicelib.domain.dead_letter import QueueName

logger = logging.getLogger(__name__)


def relay_outbox(*, unit_of_work: UnitOfWorkFactory, queue: Queue, limit: int = 1000) -> int:
    """Sends up to `limit` unsent messages, the oldest first; answers how many were sent.

    Safe to run many times at once: a message that another process is sending is skipped. One that was
    sent while the process died before its mark is sent again; receivers bear that.
    Raises ServiceUnavailableError where the database does not answer.
    """
    return _relay(unit_of_work, queue, limit, None)


def relay_own(message_ids: Sequence[int], *, unit_of_work: UnitOfWorkFactory, queue: Queue) -> None:
    """Sends the messages that this process has just committed; the sweeper sends them where that fails."""
    if not message_ids:
        return
    try:
        _relay(unit_of_work, queue, len(message_ids), message_ids)
    except Exception:
        logger.exception("the outbox keeps %d messages for the sweeper", len(message_ids))


def _relay(unit_of_work: UnitOfWorkFactory, queue: Queue, limit: int, ids: Sequence[int] | None) -> int:
    sent: list[int] = []
    with unit_of_work() as work:
        messages = work.outbox.unsent(limit=limit, ids=ids)
        destinations: dict[QueueName, list[int]] = {}
        for position, message in enumerate(messages):
            destinations.setdefault(message.queue, []).append(position)
        for name, positions in destinations.items():
            refused = queue.send(name, [messages[position].body for position in positions])
            sent += [messages[position].id for n, position in enumerate(positions) if n not in refused]
        if sent:
            work.outbox.mark_sent(sent)
    if len(sent) < len(messages):
        logger.warning("the queue refused %d messages; they stay in the outbox", len(messages) - len(sent))
    return len(sent)
