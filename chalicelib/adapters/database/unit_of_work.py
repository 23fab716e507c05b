"""The database of a process: a pool made at the first use, transactions, and reads."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any, LiteralString

import psycopg
import tenacity
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

from chalicelib.adapters.database.analyses import Analyses
from chalicelib.adapters.database.batches import Batches
from chalicelib.adapters.database.dead_letters import DeadLetters
from chalicelib.adapters.database.idempotency import Idempotency
from chalicelib.adapters.database.maintenance import DatabaseMaintenance
from chalicelib.adapters.database.outbox import Outbox
from chalicelib.adapters.database.studies import Studies
from chalicelib.adapters.database.validations import Validations
from chalicelib.domain.errors import ServiceUnavailableError

Connection = psycopg.Connection[DictRow]


@dataclass(frozen=True)
class Transaction:
    """The repositories of one transaction, over one connection."""

    connection: Connection

    @cached_property
    def analyses(self) -> Analyses:
        return Analyses(self.connection)

    @cached_property
    def batches(self) -> Batches:
        return Batches(self.connection)

    @cached_property
    def studies(self) -> Studies:
        return Studies(self.connection)

    @cached_property
    def idempotency(self) -> Idempotency:
        return Idempotency(self.connection)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.connection)

    @cached_property
    def dead_letters(self) -> DeadLetters:
        return DeadLetters(self.connection)

    @cached_property
    def validations(self) -> Validations:
        return Validations(self.connection)

    @cached_property
    def maintenance(self) -> DatabaseMaintenance:
        return DatabaseMaintenance(self.connection)


class Database:
    """PostgreSQL at `url`, through at most `pool_size` connections.

    Nothing is connected before the first use. A connection is checked before it is handed out, so that
    the pool outlives a restart of the server; `password` makes the password of each, where there is one
    apart from the URL. Where none can be had within `timeout` seconds, and where
    one breaks in use, ServiceUnavailableError is raised and nothing of the transaction stays.
    """

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 8,
        timeout: float = 10.0,
        password: Callable[[], str] | None = None,
    ) -> None:
        self._url = url
        self._password = password
        self._pool_size = pool_size
        self._timeout = timeout
        self._lock = Lock()
        self._pool: ConnectionPool[Connection] | None = None

    @contextmanager
    def unit_of_work(self) -> Iterator[Transaction]:
        """A transaction: committed at the end of the block, rolled back where it raises."""
        with self.connection() as connection:
            yield Transaction(connection)

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        try:
            with self._open_pool().connection() as connection:
                yield connection
        except psycopg.OperationalError as error:
            raise ServiceUnavailableError(
                f"the database does not answer ({str(error).strip()}); try again in a few seconds"
            ) from error

    @property
    def reader(self) -> "DatabaseReader":
        return DatabaseReader(self)

    def close(self) -> None:
        """Closes all connections; the next use opens a new pool."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def _open_pool(self) -> ConnectionPool[Connection]:
        with self._lock:
            if self._pool is None:
                self._pool = ConnectionPool(
                    self._url,
                    kwargs=self._arguments,
                    min_size=0,
                    max_size=self._pool_size,
                    timeout=self._timeout,
                    check=ConnectionPool.check_connection,
                    open=True,
                )
            return self._pool

    def _arguments(self) -> dict[str, Any]:
        """Of each new connection; a proxy can not share one that holds prepared statements."""
        arguments: dict[str, Any] = {
            "row_factory": dict_row,
            "connect_timeout": 5,
            "application_name": "hrma",
        }
        if self._password is None:
            return arguments
        return {**arguments, "password": self._password(), "prepare_threshold": None}


class DatabaseReader:
    """Single statements for the views; a read whose connection broke is tried once more."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def one(self, statement: LiteralString, parameters: Mapping[str, Any]) -> dict[str, Any] | None:
        rows = self.all(statement, parameters)
        return rows[0] if rows else None

    @tenacity.retry(
        retry=tenacity.retry_if_exception_type(ServiceUnavailableError),
        stop=tenacity.stop_after_attempt(2),
        reraise=True,
    )
    def all(self, statement: LiteralString, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        with self._database.connection() as connection:
            return connection.execute(statement, parameters).fetchall()
