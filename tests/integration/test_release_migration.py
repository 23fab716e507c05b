"""A release migrates the real PostgreSQL: once, in turn, soundly, and back where it goes wrong."""

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from chalicelib.adapters.database import migrate
from chalicelib.adapters.database.migrate import Migrator
from chalicelib.adapters.database.owner import make_owner
from chalicelib.domain.errors import MigrationError, ServiceUnavailableError
from chalicelib.services.migrate_database import migrate_database
from runtime.embedded.stack import Stack
from tests.integration.databases import empty_database

NEWEST = migrate.revisions()[-1]


@pytest.fixture
def url(stack: Stack) -> Iterator[str]:
    with empty_database(stack.environment["HRMA_DATABASE_URL"]) as made:
        yield made


def run(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_an_empty_database_comes_to_the_newest_revision_and_stays_there(url: str) -> None:
    migrator = Migrator(url)
    assert migrator.current() is None
    assert migrate_database(migrator=migrator) == (None, NEWEST)
    assert migrate_database(migrator=migrator) == (NEWEST, NEWEST)
    assert migrator.problems() == []


def test_a_revision_that_breaks_leaves_the_database_as_it_was(url: str) -> None:
    migrate.upgrade(url, "0009")
    run(url, "CREATE TABLE cached_answers (in_the_way int)")
    with pytest.raises(Exception, match='relation "cached_answers" already exists'):
        migrate_database(migrator=Migrator(url))
    assert Migrator(url).current() == "0009"
    assert run(url, "SELECT to_regclass('studies')") == [(None,)]
    run(url, "DROP TABLE cached_answers")
    assert migrate_database(migrator=Migrator(url)) == ("0009", NEWEST)


def test_an_unsound_schema_is_taken_back(url: str) -> None:
    migrate.upgrade(url, "0010")
    run(url, "ALTER TABLE batches ADD CONSTRAINT unchecked CHECK (filename <> '') NOT VALID")
    with pytest.raises(MigrationError, match="the constraint unchecked of batches was never checked"):
        migrate_database(migrator=Migrator(url))
    assert Migrator(url).current() == "0010"


def test_a_broken_index_is_found(url: str) -> None:
    migrate.upgrade(url)
    run(url, "INSERT INTO cache_counts SELECT * FROM cache_counts")
    run(url, "CREATE TABLE twice AS SELECT 1 AS one FROM generate_series(1, 2)")
    with pytest.raises(psycopg.errors.UniqueViolation):
        run(url, "CREATE UNIQUE INDEX CONCURRENTLY twice_one ON twice (one)")
    assert Migrator(url).problems() == ["the index twice_one is broken; drop it and make it again"]


def test_a_table_in_use_is_waited_for_only_so_long(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "LOCK_SECONDS", 0.2)
    migrate.upgrade(url, "0004")
    with psycopg.connect(url) as reader:
        reader.execute("SELECT FROM analyses")
        started = time.monotonic()
        with pytest.raises(ServiceUnavailableError, match="a table is in use; nothing was changed"):
            Migrator(url).downgrade(None)
        assert time.monotonic() - started < 5
    assert Migrator(url).current() is not None


def test_whoever_comes_second_waits_for_its_turn_and_gives_up(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "TURN_SECONDS", 0.2)
    with (
        Migrator(url).turn(),
        pytest.raises(ServiceUnavailableError, match="another migration is under way"),
        Migrator(url).turn(),
    ):
        raise AssertionError("two at once")


def test_two_releases_at_once_migrate_once(url: str) -> None:
    done: list[tuple[str | None, str | None]] = []
    threads = [Thread(target=lambda: done.append(migrate_database(migrator=Migrator(url)))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(done, key=str) == sorted([(None, NEWEST), (NEWEST, NEWEST)], key=str)


def test_the_owner_is_made_once_and_may_do_everything_that_the_service_does(
    url: str, request: pytest.FixtureRequest
) -> None:
    owner = "hrma_owner_of_a_test"
    administrator, password = without_password(url)

    def remove() -> None:
        run(url, f"REASSIGN OWNED BY {owner} TO CURRENT_USER; DROP OWNED BY {owner}; DROP ROLE {owner}")

    request.addfinalizer(remove)
    make_owner(administrator, password, owner)
    make_owner(administrator, password, owner)
    run(url, f"ALTER ROLE {owner} PASSWORD 'token'")
    own = urlsplit(administrator)
    own_url = urlunsplit(own._replace(netloc=f"{owner}@{own.hostname}:{own.port}"))
    tokens: list[int] = []

    def token() -> str:
        tokens.append(1)
        return "token"

    assert migrate_database(migrator=Migrator(own_url, password=token)) == (None, NEWEST)
    assert len(tokens) > 3
    assert run(url, "SELECT tableowner FROM pg_tables WHERE tablename = 'analyses'") == [(owner,)]


def without_password(url: str) -> tuple[str, str]:
    """The URL as the settings have it for IAM, and the password apart."""
    parts = urlsplit(url)
    host = f"{parts.username}@{parts.hostname}:{parts.port}"
    return urlunsplit(parts._replace(netloc=host)), parts.password or ""


def test_the_revisions_are_files_that_the_package_holds() -> None:
    folder = Path(migrate.__file__).parent / "migrations" / "versions"
    assert len(list(folder.glob("r*.py"))) == len(migrate.revisions())
