"""Batches and shards on a real PostgreSQL."""

import time
from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest

from chalicelib.adapters.database.unit_of_work import Database
from chalicelib.domain.batch import BatchStatus, ClaimedShard, NewBatch, ShardCounts
from chalicelib.domain.errors import NotFoundError
from chalicelib.views.get_batch import get_batch
from runtime.embedded.stack import Stack
from tests.integration.databases import migrated_database

NUMBERS = [float(place) for place in range(14)]
HEADLINES = [
    (2, "succeeded", None, *NUMBERS),
    (3, "failed", "not_converged", *[None] * 14),
    (4, "succeeded", None, None, *NUMBERS[1:]),
    (5_000_000_000, "succeeded", None, 1e-300, -2.5, *NUMBERS[2:]),
]


@pytest.fixture
def database(stack: Stack) -> Iterator[Database]:
    with migrated_database(stack.environment["HRMA_DATABASE_URL"]) as database:
        yield database


def add(database: Database) -> UUID:
    batch_id = uuid4()
    key = f"apollo/{batch_id}/a.csv"
    with database.unit_of_work() as work:
        work.batches.add(NewBatch(batch_id, "apollo", "ada", "a.csv", "uploads", key, "c-1"))
    return batch_id


def plan(database: Database, batch_id: UUID, *shard_rows: int) -> None:
    with database.unit_of_work() as work:
        assert work.batches.claim_planning(batch_id, "etag", lease_seconds=60)
        assert work.batches.planned(
            batch_id,
            columns=["a.b", "c"],
            validated=True,
            shard_rows=shard_rows,
        )


def claim(
    database: Database, batch_id: UUID, shard: int, token: str = "", seconds: float = 60
) -> ClaimedShard | None:
    with database.unit_of_work() as work:
        return work.batches.claim_shard(
            batch_id, shard, task_token=token, lease_owner=uuid4(), lease_seconds=seconds
        )


def test_one_upload_is_planned_by_one_process_at_a_time(database: Database) -> None:
    batch_id = add(database)
    with database.unit_of_work() as work:
        assert work.batches.claim_planning(batch_id, "etag", lease_seconds=0.05)
        assert not work.batches.claim_planning(batch_id, "etag", lease_seconds=60)
    time.sleep(0.1)
    with database.unit_of_work() as work:
        assert not work.batches.claim_planning(batch_id, "another", lease_seconds=60)
        assert work.batches.claim_planning(batch_id, "etag", lease_seconds=60)
        work.batches.release_planning(batch_id)
        assert work.batches.claim_planning(batch_id, "etag", lease_seconds=60)


def test_a_plan_is_kept_once_and_read_back(database: Database) -> None:
    batch_id = add(database)
    plan(database, batch_id, 3, 2)
    with database.unit_of_work() as work:
        assert not work.batches.planned(batch_id, columns=[], validated=False, shard_rows=[9])
        batch = work.batches.get(batch_id)
        assert work.batches.find_upload("uploads", f"apollo/{batch_id}/a.csv") == batch_id
        assert work.batches.find_upload("uploads", "none") is None
    assert batch is not None
    assert (batch.status, batch.columns, batch.validated) == (BatchStatus.RUNNING, ("a.b", "c"), True)
    assert (batch.rows, batch.shards, batch.planned) == (5, 2, True)
    assert not batch.workflow_started


def test_a_shard_delivered_twice_is_solved_and_counted_once(database: Database) -> None:
    batch_id = add(database)
    plan(database, batch_id, 3)
    first = claim(database, batch_id, 0, "t-1")
    assert first is not None
    assert claim(database, batch_id, 0, "t-2") is None
    with database.unit_of_work() as work:
        assert work.batches.progress(first, ShardCounts(1, 0), lease_seconds=60)
    assert get_batch(batch_id, project="apollo", reader=database.reader)["solved"] == 1
    for _ in range(2):
        with database.unit_of_work() as work:
            assert work.batches.finish_shard(first, ShardCounts(2, 1, 0, {"x": 1}), HEADLINES) == "t-2"
            assert work.batches.shard_is_done(batch_id, 0)
    assert claim(database, batch_id, 0, "t-3") is None
    with database.unit_of_work() as work:
        assert work.batches.shard_counts(batch_id) == [ShardCounts(2, 1, 0, {"x": 1})]
    kept = database.reader.all(
        "SELECT line, status, error_code, thrust, c_star, exit_mach FROM batch_results "
        "WHERE batch_id = %(id)s ORDER BY position",
        {"id": batch_id},
    )
    assert [tuple(row.values()) for row in kept] == [
        (2, "succeeded", None, 0.0, 4.0, 13.0),
        (3, "failed", "not_converged", None, None, None),
        (4, "succeeded", None, None, 4.0, 13.0),
        (5_000_000_000, "succeeded", None, 1e-300, 4.0, 13.0),
    ]


def test_what_a_case_takes_is_learnt_from_shards_and_stays_for_a_batch_what_it_was(
    database: Database,
) -> None:
    batch_id, later = add(database), add(database)
    with database.unit_of_work() as work:
        assert work.batches.case_seconds(batch_id) == {}
    plan(database, batch_id, 1, 1)
    for shard, seconds in enumerate((1.0, 30.0)):
        owner = claim(database, batch_id, shard)
        assert owner is not None
        pace = {"pace": {"motor_type": "unheard-of", "cases": 1000, "seconds": seconds}}
        with database.unit_of_work() as work:
            work.batches.finish_shard(owner, ShardCounts(1, 0, 0, pace), [])
    with database.unit_of_work() as work:
        assert work.batches.case_seconds(later) == {"unheard-of": pytest.approx(30.8 / 1800)}
        assert work.batches.case_seconds(batch_id) == {}


def test_a_small_first_shard_does_not_overthrow_what_is_known_of_liquids(database: Database) -> None:
    batch_id = add(database)
    plan(database, batch_id, 1)
    owner = claim(database, batch_id, 0)
    assert owner is not None
    pace = {"pace": {"motor_type": "liquid", "cases": 200, "seconds": 1.0}}
    with database.unit_of_work() as work:
        work.batches.finish_shard(owner, ShardCounts(1, 0, 0, pace), [])
    with database.unit_of_work() as work:
        assert work.batches.case_seconds(batch_id) == {"liquid": pytest.approx(2.0 / 10_200)}


def test_a_lost_shard_is_taken_over_and_its_first_owner_cannot_write(database: Database) -> None:
    batch_id = add(database)
    plan(database, batch_id, 3)
    zombie = claim(database, batch_id, 0, seconds=0.02)
    time.sleep(0.05)
    owner = claim(database, batch_id, 0)
    assert zombie is not None
    assert owner is not None
    with database.unit_of_work() as work:
        assert not work.batches.progress(zombie, ShardCounts(3), lease_seconds=60)
        assert work.batches.finish_shard(zombie, ShardCounts(3), []) is None
        work.batches.release_shard(zombie)
        assert not work.batches.shard_is_done(batch_id, 0)
        assert work.batches.finish_shard(owner, ShardCounts(2, 1), []) == ""


def test_a_cancelled_batch_stops_its_shards(database: Database) -> None:
    batch_id = add(database)
    plan(database, batch_id, 3, 3)
    owner = claim(database, batch_id, 0)
    assert owner is not None
    with database.unit_of_work() as work:
        assert work.batches.cancel(batch_id, "gemini") is None
        assert work.batches.cancel(batch_id, "apollo") == "cancelled"
        assert work.batches.cancel(batch_id, "apollo") == "cancelled"
        assert not work.batches.progress(owner, ShardCounts(1), lease_seconds=60)
        assert work.batches.shard_is_done(batch_id, 1)
        assert not work.batches.finish(batch_id, BatchStatus.COMPLETED, None)
    assert claim(database, batch_id, 1) is None


def test_counts_of_rows_add_up_while_it_runs_and_at_the_end(database: Database) -> None:
    batch_id = add(database)
    plan(database, batch_id, 4, 4)
    owner = claim(database, batch_id, 0)
    assert owner is not None
    with database.unit_of_work() as work:
        work.batches.progress(owner, ShardCounts(1, 0, 1), lease_seconds=60)
    shown = get_batch(batch_id, project="apollo", reader=database.reader)
    assert {name: shown[name] for name in ("rows", "valid", "solved", "failed", "progress")} == {
        "rows": 8,
        "valid": 1,
        "solved": 1,
        "failed": 1,
        "progress": 0.25,
    }
    with database.unit_of_work() as work:
        work.batches.finish_shard(owner, ShardCounts(2, 1, 1), [])
        work.batches.give_up_shard(batch_id, 1, "it broke")
        assert work.batches.finish(batch_id, BatchStatus.COMPLETED_WITH_ERRORS, None)
    shown = get_batch(batch_id, project="apollo", reader=database.reader)
    assert [shown[name] for name in ("valid", "solved", "failed", "progress")] == [7, 2, 6, 1.0]
    with pytest.raises(NotFoundError):
        get_batch(batch_id, project="gemini", reader=database.reader)


def age(database: Database, seconds: int) -> None:
    with psycopg.connect(database._url) as connection:
        connection.execute("UPDATE batches SET last_sent_at = now() - make_interval(secs => %s)", (seconds,))
        connection.execute(
            "UPDATE batch_shards SET last_sent_at = now() - make_interval(secs => %s), "
            "done_at = done_at - make_interval(secs => %s)",
            (seconds, seconds),
        )


def test_what_everybody_forgot_is_found_and_its_clock_starts_anew(database: Database) -> None:
    unplanned, running, done = add(database), add(database), add(database)
    with database.unit_of_work() as work:
        work.batches.claim_planning(unplanned, "e", lease_seconds=0)
    plan(database, running, 1, 1)
    plan(database, done, 1)
    for batch_id in (running, done):
        owner = claim(database, batch_id, 0, "t")
        assert owner is not None
        with database.unit_of_work() as work:
            work.batches.finish_shard(owner, ShardCounts(1), [])
    for expected in (1, 0):
        age(database, 100 if expected else 10)
        with database.unit_of_work() as work:
            assert [batch.id for batch in work.batches.stale_plans(seconds=60, limit=9)] == [
                unplanned
            ] * expected
            shards = work.batches.stale_shards(seconds=60, limit=9)
            assert shards == [(running, 1, "", "c-1")] * expected
            assert work.batches.stale_finishes(seconds=60, limit=9) == [(done, "c-1")] * expected


def test_a_shard_revived_after_the_end_reopens_its_batch_and_is_solved(database: Database) -> None:
    batch_id = add(database)
    plan(database, batch_id, 2)
    with database.unit_of_work() as work:
        work.batches.give_up_shard(batch_id, 0, "it broke")
        work.batches.finish(batch_id, BatchStatus.FAILED, {"code": "nothing_solved"})
        work.batches.revive_shard(batch_id, 0)
    owner = claim(database, batch_id, 0)
    assert owner is not None
    with database.unit_of_work() as work:
        assert work.batches.finish_shard(owner, ShardCounts(2), []) == ""
    age(database, 100)
    with database.unit_of_work() as work:
        assert work.batches.stale_finishes(seconds=60, limit=9) == [(batch_id, "c-1")]
        work.batches.revive_shard(batch_id, 0)
        assert work.batches.shard_counts(batch_id) == [ShardCounts(2)]


def test_a_batch_or_shard_that_a_dead_letter_ended_can_be_revived(database: Database) -> None:
    batch_id = add(database)
    plan(database, batch_id, 2, 2)
    with database.unit_of_work() as work:
        work.batches.give_up_shard(batch_id, 0, "it broke")
        work.batches.revive_shard(batch_id, 0)
        work.batches.revive_shard(batch_id, 1)
        assert not work.batches.shard_is_done(batch_id, 0)
        work.batches.finish(batch_id, BatchStatus.FAILED, {"code": "dead_letter"})
        work.batches.revive(batch_id)
        batch = work.batches.get(batch_id)
    assert batch is not None
    assert (batch.status, batch.error) == (BatchStatus.RUNNING, None)
