"""Databases of a test's own, on the stack's server or on a server of another version."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from chalicelib.adapters.database import migrate
from chalicelib.adapters.database.unit_of_work import Database
from runtime import settings
from runtime.embedded.console import Console
from runtime.embedded.postgres import Postgres
from runtime.embedded.processes import Supervisor
from runtime.home import Home

TEMPLATE = "hrma_template"


@contextmanager
def empty_database(server_url: str) -> Iterator[str]:
    """A new database on the server, dropped afterwards."""
    name = f"test_{uuid4().hex}"
    with _made(server_url, name, "template0") as url:
        yield url


@contextmanager
def migrated_database(server_url: str) -> Iterator[Database]:
    """A new database at the newest revision; a copy of one that is migrated once per server."""
    _template(server_url)
    with _made(server_url, f"test_{uuid4().hex}", TEMPLATE) as url:
        database = Database(url, timeout=5)
        try:
            yield database
        finally:
            database.close()


def url_of(database: Database) -> str:
    return database._url


@cache
def _template(server_url: str) -> None:
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
    migrate.upgrade(_with_name(server_url, TEMPLATE))


@contextmanager
def _made(server_url: str, name: str, template: str) -> Iterator[str]:
    with psycopg.connect(server_url, autocommit=True) as connection:
        words = sql.Identifier(name), sql.Identifier(template)
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*words))
        try:
            yield _with_name(server_url, name)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(words[0]))


def _with_name(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


class Server:
    """A PostgreSQL server that a test may stop and start."""

    def __init__(self, folder: Path) -> None:
        home = Home(folder)
        home.claim()
        self._home = home
        self._postgres = Postgres(home)
        self._postgres.prepare()
        self._console = Console(home.logs)
        self._supervisor = Supervisor(self._console)
        self._supervisor.start(self._postgres.program())

    @property
    def url(self) -> str:
        return self._postgres.url

    def restart(self) -> None:
        self._supervisor.restart("postgres")

    def stop(self) -> None:
        self._supervisor.stop()

    def start(self) -> None:
        self._supervisor.start(self._postgres.program())

    def close(self) -> None:
        self._supervisor.stop()
        self._console.close()
        self._home.release()


@contextmanager
def server(folder: Path, programs: Path | None = None) -> Iterator[Server]:
    """A server with data in `folder`, of the programs in another folder where one is given."""
    with pytest.MonkeyPatch.context() as patch:
        if programs:
            patch.setenv("HRMA_POSTGRES_PROGRAMS", str(programs))
        settings.load.cache_clear()
        started = Server(folder)
        try:
            yield started
        finally:
            started.close()
            settings.load.cache_clear()
