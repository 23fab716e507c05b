"""Bring the database to a revision of its schema."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import Connection, create_engine, pool

from chalicelib.domain.errors import ServiceUnavailableError

CONNECTION = "connection"
LOCK = 6_872_846_001
"""The advisory lock that a migrator holds, so that two of them take turns."""
TURN_SECONDS = 120.0
"""How long a migrator waits for its turn."""
LOCK_SECONDS = 5.0
"""How long a statement waits for a table: everybody who comes later waits behind it."""


class Migrator:
    """Keeps `release_ports.Migrator`, on PostgreSQL at `url`; `password` makes the password of each connection.

    A revision that can not have its tables within LOCK_SECONDS raises ServiceUnavailableError, and so does a turn
    that does not come within TURN_SECONDS; nothing of the revision stays.
    """

    def __init__(self, url: str, *, password: Callable[[], str] | None = None) -> None:
        self._url = url
        self._password = password

    @contextmanager
    def turn(self) -> Iterator[None]:
        """While the block runs no other migrator does anything."""
        with _patience("another migration is under way"), self._connect(TURN_SECONDS) as guard:
            guard.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            yield

    def current(self) -> str | None:
        """The revision that the database is at; None before the first."""
        with self._alembic() as connection:
            return MigrationContext.configure(connection).get_current_revision()

    def upgrade(self, revision: str = "head") -> None:
        """Applies the migrations up to `revision`; those already applied are passed over."""
        with self._alembic() as connection:
            command.upgrade(_configuration(connection), revision)

    def downgrade(self, revision: str | None) -> None:
        """Takes the migrations after `revision` back; None takes back all."""
        with self._alembic() as connection:
            command.downgrade(_configuration(connection), revision or "base")

    def problems(self) -> list[str]:
        """What is wrong with the schema: broken indexes, constraints never checked, tables that can not be read."""
        with self._connect(LOCK_SECONDS) as connection:
            found = [row[0] for row in connection.execute(UNSOUND).fetchall()]
            for (table,) in connection.execute(TABLES).fetchall():
                try:
                    connection.execute(sql.SQL("SELECT FROM {} LIMIT 0").format(sql.Identifier(table)))
                except psycopg.Error as error:
                    found.append(f"{table} can not be read: {str(error).strip()}")
            return found

    @contextmanager
    def _alembic(self) -> Iterator[Connection]:
        engine = create_engine(
            "postgresql+psycopg://",
            creator=lambda: self._connect(LOCK_SECONDS, False),
            poolclass=pool.NullPool,
        )
        with _patience("a table is in use"), engine.connect() as connection:
            yield connection

    def _connect(self, lock_seconds: float, autocommit: bool = True) -> psycopg.Connection[Any]:
        secret: dict[str, Any] = {"password": self._password()} if self._password else {}
        return psycopg.connect(
            self._url,
            connect_timeout=10,
            autocommit=autocommit,
            application_name="hrma-migration",
            options=f"-c lock_timeout={int(lock_seconds * 1000)}",
            **secret,
        )


UNSOUND = """
SELECT 'the index ' || indexrelid::regclass || ' is broken; drop it and make it again'
FROM pg_index WHERE NOT indisvalid AND indrelid::regclass::text NOT LIKE 'pg\\_%'
UNION ALL
SELECT 'the constraint ' || conname || ' of ' || conrelid::regclass || ' was never checked'
FROM pg_constraint WHERE NOT convalidated AND connamespace = 'public'::regnamespace
"""
TABLES = """
SELECT relname FROM pg_class
WHERE relkind IN ('r', 'p', 'm', 'v') AND relnamespace = 'public'::regnamespace AND NOT relispartition
"""


def upgrade(url: str, revision: str = "head") -> None:
    """Applies the migrations up to `revision`, when its turn has come."""
    migrator = Migrator(url)
    with migrator.turn():
        migrator.upgrade(revision)


def downgrade(url: str, revision: str) -> None:
    """Takes the migrations after `revision` back, when its turn has come; `base` takes back all."""
    migrator = Migrator(url)
    with migrator.turn():
        migrator.downgrade(revision)


def revisions() -> list[str]:
    """Every revision, the oldest first."""
    scripts = ScriptDirectory.from_config(_configuration(None))
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


@contextmanager
def _patience(what: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        cause = getattr(error, "orig", error)
        if not isinstance(cause, psycopg.errors.LockNotAvailable):
            raise
        raise ServiceUnavailableError(f"{what}; nothing was changed, try again") from error


def _configuration(connection: Connection | None) -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    configuration.set_main_option("path_separator", "os")
    configuration.attributes[CONNECTION] = connection
    return configuration
