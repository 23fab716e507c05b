"""Outbox, idempotency, partitions and statistics on a real PostgreSQL."""

from collections.abc import Iterator
from datetime import date
from uuid import uuid4

import psycopg
import pytest

from chalicelib.adapters.database import migrate
from chalicelib.adapters.database.unit_of_work import Database
from chalicelib.domain.analysis import NewAnalysis, Outcome
from chalicelib.views.health import health
from chalicelib.views.statistics import statistics
from runtime.embedded.stack import Stack
from tests.integration.databases import migrated_database


@pytest.fixture
def database(stack: Stack) -> Iterator[Database]:
    with migrated_database(stack.environment["HRMA_DATABASE_URL"]) as database:
        yield database


def test_two_relays_at_once_never_hold_the_same_message(database: Database) -> None:
    with database.unit_of_work() as work:
        ids = work.outbox.add("solve", ["a", "b", "c"])
    with database.unit_of_work() as one, database.unit_of_work() as other:
        first = one.outbox.unsent(limit=2)
        second = other.outbox.unsent(limit=10)
        one.outbox.mark_sent([message.id for message in first])
    assert [message.body for message in first] == ["a", "b"]
    assert [message.body for message in second] == ["c"]
    with database.unit_of_work() as work:
        assert [message.id for message in work.outbox.unsent(limit=10)] == [ids[2]]
        assert work.outbox.remove_sent(older_than_hours=1) == 0
        assert work.outbox.remove_sent(older_than_hours=-1) == 2


def test_a_key_that_another_transaction_holds_is_in_progress_until_it_ends(database: Database) -> None:
    with database.unit_of_work() as one:
        assert one.idempotency.lock("apollo", "k")
        with database.unit_of_work() as other:
            assert not other.idempotency.lock("apollo", "k")
            assert other.idempotency.lock("gemini", "k")
        one.idempotency.add("apollo", "k", "hash", {"id": "1"})
    with database.unit_of_work() as work:
        assert work.idempotency.lock("apollo", "k")
        assert work.idempotency.find("apollo", "k") == ("hash", {"id": "1"})
        assert work.idempotency.find("gemini", "k") is None
        assert work.idempotency.remove_older_than(72) == 0
        assert work.idempotency.remove_older_than(-1) == 1


def test_nothing_of_a_transaction_that_raises_stays(database: Database) -> None:
    def broken_use_case() -> None:
        with database.unit_of_work() as work:
            work.outbox.add("solve", ["a"])
            raise KeyError

    with pytest.raises(KeyError):
        broken_use_case()
    with database.unit_of_work() as work:
        assert work.outbox.unsent(limit=1) == []


def test_a_month_made_late_takes_its_results_out_of_the_default_partition(database: Database) -> None:
    analysis_id, owner = uuid4(), uuid4()
    with database.unit_of_work() as work:
        work.analyses.add(NewAnalysis(analysis_id, "apollo", "ada", "liquid", {}, "c"))
        work.analyses.claim([analysis_id], lease_owner=owner, lease_seconds=60)
    with psycopg.connect(database._url) as connection:
        connection.execute("UPDATE analyses SET created_at = '2031-05-31T23:59:59Z'")
    with database.unit_of_work() as work:
        work.analyses.record([Outcome(analysis_id, {"thrust": 1.0})], lease_owner=owner)
    where = "SELECT tableoid::regclass::text FROM analysis_results"
    with psycopg.connect(database._url) as connection:
        assert connection.execute(where).fetchall() == [("analysis_results_default",)]
    with database.unit_of_work() as work:
        assert work.maintenance.make_partition(date(2031, 5, 1))
        assert not work.maintenance.make_partition(date(2031, 5, 1))
        assert work.maintenance.make_partition(date(2031, 6, 1))
    with psycopg.connect(database._url) as connection:
        assert connection.execute(where).fetchall() == [("analysis_results_2031_05",)]
        connection.execute("DELETE FROM analysis_results")
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            connection.execute("INSERT INTO analysis_results VALUES (%s, '2031-06-01Z', '{}')", (uuid4(),))


def test_the_statistics_are_refreshed_while_somebody_reads_them(database: Database) -> None:
    owner = uuid4()
    with database.unit_of_work() as work:
        for thrust in (100.0, 300.0, None):
            analysis_id = uuid4()
            work.analyses.add(NewAnalysis(analysis_id, "apollo", "ada", "liquid", {}, "c"))
            if thrust:
                work.analyses.claim([analysis_id], lease_owner=owner, lease_seconds=60)
                work.analyses.record([Outcome(analysis_id, {"thrust": thrust})], lease_owner=owner)
    with psycopg.connect(database._url) as reader:
        reader.execute("SELECT * FROM monthly_statistics")
        with database.unit_of_work() as work:
            work.maintenance.refresh_statistics()
    (month,) = statistics(project="apollo", reader=database.reader)
    assert (month["analyses"], month["succeeded"], month["mean_thrust"]) == (3, 2, 200.0)
    assert statistics(project="gemini", reader=database.reader) == []


def test_the_health_names_the_revision(database: Database) -> None:
    assert health(reader=database.reader) == {"database": "ok", "revision": migrate.revisions()[-1]}
