import json
from typing import Any
from uuid import UUID, uuid4

from chalicelib.domain.analysis import AnalysisStatus, NewAnalysis
from chalicelib.domain.batch import BatchStatus, NewBatch
from chalicelib.domain.messages import SolveRequested, decode
from chalicelib.services.reap import reap
from tests.unit.chalicelib.fakes import FakeDatabase, FakeQueue


def sweep(database: FakeDatabase, queue: FakeQueue) -> dict[str, int]:
    return reap(
        unit_of_work=database.unit_of_work,
        queue=queue,
        solve_attempts=2,
        resend_seconds=60,
        idempotency_hours=72,
        cache_database_bytes=1000,
    )


def add(database: FakeDatabase) -> UUID:
    analysis_id = uuid4()
    database.analyses.add(NewAnalysis(analysis_id, "apollo", "ada", "liquid", {}, "c-1"))
    return analysis_id


def claim(database: FakeDatabase, analysis_id: UUID) -> None:
    database.analyses.claim([analysis_id], lease_owner=uuid4(), lease_seconds=1)


def test_nothing_dropped_means_nothing_done(database: FakeDatabase, queue: FakeQueue) -> None:
    claim(database, add(database))
    add(database)
    assert set(sweep(database, queue).values()) == {0}
    assert queue.sent == []


def test_an_expired_lease_is_sent_again_at_once(database: FakeDatabase, queue: FakeQueue) -> None:
    analysis_id = add(database)
    claim(database, analysis_id)
    database.analyses.expire()
    counts = sweep(database, queue)
    assert (counts["released"], counts["analyses_resent"]) == (1, 1)
    ((name, body),) = queue.sent
    assert (name, decode(body)) == ("solve", SolveRequested(correlation_id="c-1", analysis_id=analysis_id))


def test_after_its_last_attempt_an_analysis_has_failed_and_is_not_sent(
    database: FakeDatabase, queue: FakeQueue
) -> None:
    analysis_id = add(database)
    for _ in range(2):
        claim(database, analysis_id)
        database.analyses.expire()
    assert sweep(database, queue)["failed"] == 1
    assert database.analyses.rows[analysis_id].status == AnalysisStatus.FAILED
    assert queue.sent == []


def test_what_waits_without_news_is_sent_again_and_survives_a_queue_that_is_away(
    database: FakeDatabase, queue: FakeQueue
) -> None:
    add(database)
    database.analyses.age()
    queue.broken = True
    assert sweep(database, queue)["analyses_resent"] == 1
    assert len(database.outbox.unsent(limit=10)) == 1


def test_a_batch_that_everybody_forgot_goes_on_where_it_stopped(
    database: FakeDatabase, queue: FakeQueue
) -> None:
    planned, unplanned, done = (
        NewBatch(
            uuid4(), "apollo", "ada", "a b.csv", "uploads", "apollo/a b.csv", "c-2", BatchStatus.QUEUED, "e"
        )
        for _ in range(3)
    )
    for batch in (planned, unplanned, done):
        database.batches.add(batch)
    for batch in (planned, done):
        plan: dict[str, Any] = {"columns": [], "validated": False, "shard_rows": [1]}
        database.batches.planned(batch.id, **plan)
    database.batches.shards[planned.id, 0].is_stale = True
    database.batches.stale_ids = {unplanned.id, done.id}
    assert sweep(database, queue)["batches_resent"] == 3
    shard, finish, upload = (json.loads(body) for _, body in queue.sent)
    assert (shard["type"], shard["batch_id"], shard["shard"]) == ("shard_requested", str(planned.id), 0)
    assert (finish["type"], finish["batch_id"]) == ("batch_finish_requested", str(done.id))
    assert upload["Records"][0]["s3"]["object"] == {"key": "apollo/a+b.csv", "eTag": "e", "size": 0}
    assert [name for name, _ in queue.sent] == ["batch", "batch", "uploads"]


def test_keys_of_three_days_are_removed(database: FakeDatabase, queue: FakeQueue) -> None:
    sweep(database, queue)
    assert database.idempotency.removed_hours == 72
