"""What an operator asks a running stack from another terminal."""

import json
from typing import Any
from uuid import UUID

from rich.console import Console
from rich.table import Table

from chalicelib.domain.errors import DomainError
from runtime import settings
from runtime.errors import StackError
from runtime.home import Home

BODY_SHOWN = 60
ALL = 100_000


def services_of(home: Home) -> Any:
    """The use cases, connected to the running stack; raises StackError when none runs."""
    settings.adopt(home.published())
    from chalicelib import bootstrap

    return bootstrap.services()


def print_status(home: Home) -> None:
    """Prints what the running stack's parts report."""
    found = services_of(home).health()
    table = Table("part", "state")
    for name, value in found.items():
        table.add_row(name, value if isinstance(value, str) else json.dumps(value, default=str))
    Console().print(table)


def print_dead_letters(home: Home, limit: int) -> None:
    """Prints the dead letters not fed back, newest first."""
    table = Table("id", "when", "queue", "reason", "body")
    for letter in services_of(home).list_dead_letters(limit=limit):
        body = str(letter["body"])
        table.add_row(
            str(letter["id"]),
            f"{letter['created_at']:%Y-%m-%d %H:%M:%S}",
            str(letter["queue"]),
            str(letter["reason"]),
            body if len(body) <= BODY_SHOWN else f"{body[:BODY_SHOWN]}…",
        )
    Console().print(table)


def print_dead_letter(home: Home, identifier: str) -> None:
    """Prints one dead letter as JSON; raises StackError when there is none of that id."""
    wanted = letter_id(identifier)
    for letter in services_of(home).list_dead_letters(limit=ALL):
        if letter["id"] == wanted:
            Console().print_json(json.dumps(letter, default=str))
            return
    raise StackError(f"there is no dead letter {identifier} that was not fed back already")


def replay_dead_letter(home: Home, identifier: str, body: str | None) -> None:
    """Feeds a dead letter back; raises StackError with the service's reason when that cannot be."""
    services = services_of(home)
    try:
        services.replay_dead_letter(letter_id(identifier), body=body)
    except DomainError as error:
        raise StackError(error.detail) from error
    Console().print(f"dead letter {identifier} was fed back")


def letter_id(identifier: str) -> UUID:
    """The id as typed; raises StackError when it is none."""
    try:
        return UUID(identifier)
    except ValueError:
        raise StackError(
            f"'{identifier}' is not the id of a dead letter; 'dead-letters list' shows them"
        ) from None
