"""What the steps of a release need from the outside world, as Protocols."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol


class Migrator(Protocol):
    """Brings the database from one revision of its schema to another."""

    def turn(self) -> AbstractContextManager[None]:
        """While the block runs no other migrator does anything."""

    def current(self) -> str | None:
        """The revision that the database is at; None before the first."""

    def upgrade(self) -> None:
        """Applies every migration that is missing."""

    def downgrade(self, revision: str | None) -> None:
        """Takes the migrations after `revision` back; None takes back all."""

    def problems(self) -> list[str]:
        """What is wrong with the schema."""


class Releases(Protocol):
    """Versions of functions that are about to get traffic, and whoever asks whether they may."""

    def call(self, function: str, event: Mapping[str, Any]) -> Any:
        """The answer of a function; raises ServiceUnavailableError with what broke inside it."""

    def report(self, deployment: str, hook: str, *, succeeded: bool) -> None:
        """Says whether the deployment may go on."""
