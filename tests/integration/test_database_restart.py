"""The pool outlives its server."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from chalicelib.adapters.database import migrate
from chalicelib.adapters.database.unit_of_work import Database
from chalicelib.domain.errors import ServiceUnavailableError
from chalicelib.services.retrying import retried
from chalicelib.views.health import health
from tests.integration.databases import Server, server


@pytest.fixture
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with server(Path(tmp_path_factory.mktemp("server"))) as own:
        migrate.upgrade(own.url)
        yield own


def test_connections_of_before_a_restart_are_replaced_without_an_error(own_server: Server) -> None:
    database = Database(own_server.url)
    assert health(reader=database.reader)["database"] == "ok"
    own_server.restart()
    assert health(reader=database.reader)["database"] == "ok"
    with database.unit_of_work() as work:
        work.outbox.add("solve", ["a"])
    database.close()


def test_a_server_that_is_away_is_reported_as_unavailable_and_used_again_when_back(
    own_server: Server,
) -> None:
    database = Database(own_server.url, timeout=0.5)
    own_server.stop()
    with pytest.raises(ServiceUnavailableError, match="try again"):
        health(reader=database.reader)
    own_server.start()
    deadline = time.monotonic() + 10
    while True:
        try:
            assert health(reader=database.reader)["database"] == "ok"
            break
        except ServiceUnavailableError:
            assert time.monotonic() < deadline
    database.close()


def write_more(written: list[str], count: int) -> None:
    """Waits until so many more were written, however slow the machine is."""
    wanted, deadline = len(written) + count, time.monotonic() + 60
    while len(written) < wanted:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_writes_go_on_through_a_restart_and_none_is_lost_or_doubled(own_server: Server) -> None:
    database = Database(own_server.url)
    written: list[str] = []
    stop = threading.Event()

    @retried
    def write(key: str) -> None:
        with database.unit_of_work() as work:
            if work.idempotency.find("p", key) is None:
                work.idempotency.add("p", key, "hash", {})

    def write_on() -> None:
        while not stop.is_set():
            key = str(len(written))
            write(key)
            written.append(key)

    thread = threading.Thread(target=write_on)
    thread.start()
    for _ in range(2):
        write_more(written, 7)
        own_server.restart()
    write_more(written, 7)
    stop.set()
    thread.join()
    before = len(written)
    with psycopg.connect(own_server.url) as connection:
        rows = connection.execute("SELECT key FROM idempotency").fetchall()
    assert before > 20
    assert {key for (key,) in rows} == set(written)
    database.close()
