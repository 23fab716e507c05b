"""Show what could not be handled."""

from typing import Any

from chalicelib.adapters.ports import UnitOfWorkFactory


def list_dead_letters(*, unit_of_work: UnitOfWorkFactory, limit: int = 100) -> list[dict[str, Any]]:
    """The dead letters not fed back, newest first: id, queue, body, attributes, reason, created_at."""
    with unit_of_work() as work:
        return work.dead_letters.all(limit=limit)
