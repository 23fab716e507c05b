import json
from uuid import UUID, uuid4

import pytest

from chalicelib.domain.analysis import AnalysisStatus, NewAnalysis
from chalicelib.domain.batch import BatchStatus, NewBatch
from chalicelib.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from chalicelib.domain.messages import BatchFinishRequested, ShardRequested, SolveRequested, encode
from chalicelib.services.list_dead_letters import list_dead_letters
from chalicelib.services.record_dead_letter import record_dead_letter
from chalicelib.services.replay_dead_letter import replay_dead_letter
from tests.unit.chalicelib.fakes import FakeDatabase, FakeQueue, FakeWorkflows


@pytest.fixture
def analysis_id(database: FakeDatabase) -> UUID:
    analysis = NewAnalysis(uuid4(), "apollo", "ada", "liquid", {}, "c-1")
    database.analyses.add(analysis)
    return analysis.id


@pytest.fixture
def batch_id(database: FakeDatabase) -> UUID:
    batch = NewBatch(uuid4(), "apollo", "ada", "a.csv", "up", "apollo/a b.csv", "c", BatchStatus.QUEUED, "e")
    database.batches.add(batch)
    database.batches.planned(batch.id, columns=[], validated=False, shard_rows=[3, 2])
    return batch.id


def record(database: FakeDatabase, workflows: FakeWorkflows, body: str, message_id: str = "m-1") -> UUID:
    return record_dead_letter(
        message_id, body, {"SentTimestamp": "1"}, unit_of_work=database.unit_of_work, workflows=workflows
    )


def replay(database: FakeDatabase, queue: FakeQueue, letter_id: UUID, body: str | None = None) -> None:
    replay_dead_letter(letter_id, unit_of_work=database.unit_of_work, queue=queue, body=body)


def test_a_dead_letter_fails_its_analysis_with_the_reason_and_is_kept_once(
    database: FakeDatabase, workflows: FakeWorkflows, analysis_id: UUID
) -> None:
    body = encode(SolveRequested(correlation_id="c", analysis_id=analysis_id))
    letter_id = record(database, workflows, body)
    assert record(database, workflows, body) == letter_id
    row = database.analyses.rows[analysis_id]
    assert row.status == AnalysisStatus.FAILED
    assert row.error == {
        "code": "dead_letter",
        "message": "every attempt to handle the message broke",
        "dead_letter_id": str(letter_id),
    }
    assert len(list_dead_letters(unit_of_work=database.unit_of_work)) == 1


def test_a_message_of_a_later_version_fails_its_analysis_too(
    database: FakeDatabase, workflows: FakeWorkflows, analysis_id: UUID
) -> None:
    body = json.dumps({"type": "solve_requested", "version": 2, "analysis_id": str(analysis_id)})
    record(database, workflows, body)
    error = database.analyses.rows[analysis_id].error
    assert error is not None
    assert "not a message this version understands" in error["message"]


def test_an_analysis_that_has_ended_keeps_its_end(
    database: FakeDatabase, workflows: FakeWorkflows, analysis_id: UUID
) -> None:
    database.analyses.rows[analysis_id].status = AnalysisStatus.SUCCEEDED
    record(database, workflows, encode(SolveRequested(correlation_id="c", analysis_id=analysis_id)))
    assert database.analyses.rows[analysis_id].status == AnalysisStatus.SUCCEEDED


@pytest.mark.parametrize("body", ["", "nonsense", "[1]", "{}", '{"analysis_id": 7}', '{"Records": []}'])
def test_what_nobody_can_read_is_kept(database: FakeDatabase, workflows: FakeWorkflows, body: str) -> None:
    record(database, workflows, body)
    assert [letter.body for letter in database.dead_letters.rows.values()] == [body]


def test_a_dead_shard_is_given_up_and_the_rest_of_its_batch_goes_on(
    database: FakeDatabase, workflows: FakeWorkflows, batch_id: UUID
) -> None:
    body = encode(ShardRequested(correlation_id="c", batch_id=batch_id, shard=1, task_token="t-1"))
    record(database, workflows, body)
    assert workflows.failed == [("t-1", "DeadLetter")]
    assert database.batches.rows[batch_id].status == BatchStatus.RUNNING
    assert [counts.failed for counts in database.batches.shard_counts(batch_id)] == [0, 2]


def test_a_batch_that_cannot_be_finished_has_failed(
    database: FakeDatabase, workflows: FakeWorkflows, batch_id: UUID
) -> None:
    record(database, workflows, encode(BatchFinishRequested(correlation_id="c", batch_id=batch_id)))
    assert database.batches.rows[batch_id].status == BatchStatus.FAILED


def test_an_upload_that_cannot_be_planned_fails_its_batch(
    database: FakeDatabase, workflows: FakeWorkflows, batch_id: UUID
) -> None:
    s3 = {"bucket": {"name": "up"}, "object": {"key": "apollo%2Fa+b.csv"}}
    record(database, workflows, json.dumps({"Records": [{"s3": s3}]}))
    assert database.batches.rows[batch_id].status == BatchStatus.FAILED


def test_a_letter_fed_back_finds_work_to_do_and_only_once(
    database: FakeDatabase, workflows: FakeWorkflows, queue: FakeQueue, analysis_id: UUID
) -> None:
    body = encode(SolveRequested(correlation_id="c", analysis_id=analysis_id))
    letter_id = record(database, workflows, body)
    replay(database, queue, letter_id)
    assert queue.sent == [("solve", body)]
    assert database.analyses.rows[analysis_id].status == AnalysisStatus.QUEUED
    assert list_dead_letters(unit_of_work=database.unit_of_work) == []
    with pytest.raises(ConflictError):
        replay(database, queue, letter_id)


def test_a_shard_or_batch_fed_back_goes_on(
    database: FakeDatabase, workflows: FakeWorkflows, queue: FakeQueue, batch_id: UUID
) -> None:
    shard = encode(ShardRequested(correlation_id="c", batch_id=batch_id, shard=0, task_token="t"))
    replay(database, queue, record(database, workflows, shard, "m-1"))
    assert not database.batches.shards[batch_id, 0].done
    finish = encode(BatchFinishRequested(correlation_id="c", batch_id=batch_id))
    replay(database, queue, record(database, workflows, finish, "m-2"))
    assert database.batches.rows[batch_id].status == BatchStatus.RUNNING
    assert [name for name, _ in queue.sent] == ["batch", "batch"]


def test_an_edited_body_is_what_is_fed_back(
    database: FakeDatabase, workflows: FakeWorkflows, queue: FakeQueue, analysis_id: UUID
) -> None:
    letter_id = record(database, workflows, "broken")
    with pytest.raises(InvalidRequestError, match="edited body"):
        replay(database, queue, letter_id)
    edited = encode(SolveRequested(correlation_id="c", analysis_id=analysis_id))
    replay(database, queue, letter_id, edited)
    assert queue.sent == [("solve", edited)]


def test_an_unknown_letter_is_not_found(database: FakeDatabase, queue: FakeQueue) -> None:
    with pytest.raises(NotFoundError):
        replay(database, queue, uuid4())
