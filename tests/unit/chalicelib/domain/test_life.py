from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.access import Permission, Principal
from chalicelib.domain.analysis import FINAL_STATUSES, TRANSITIONS, AnalysisStatus, Outcome
from chalicelib.domain.batch import BatchStatus, final_status
from chalicelib.domain.batch_keys import ResultKeys, direct_batch_id, parse_upload_key
from chalicelib.domain.dead_letter import queue_for, subject_of
from chalicelib.domain.errors import InvalidRequestError, PermissionDeniedError, UnknownMessageError
from chalicelib.domain.messages import (
    BatchDrawRequested,
    BatchFinishRequested,
    ShardRequested,
    SolveRequested,
    StudyFinishRequested,
    StudyRequested,
    decode,
    encode,
)

ID = UUID("8f14e45f-ceea-467f-a8d2-1d3b3c1f2a10")
MESSAGES = (
    SolveRequested(correlation_id="c", analysis_id=ID),
    ShardRequested(correlation_id="c", batch_id=ID, shard=3, task_token="t"),
    BatchFinishRequested(correlation_id="c", batch_id=ID, error="late"),
    BatchDrawRequested(correlation_id="c", batch_id=ID),
    StudyRequested(correlation_id="c", study_id=ID),
    StudyFinishRequested(correlation_id="c", study_id=ID, task_token="t"),
)


def test_an_analysis_that_has_ended_goes_nowhere_and_every_other_can_end() -> None:
    for status in AnalysisStatus:
        assert status.is_final == (not TRANSITIONS[status])
        assert status.is_final or TRANSITIONS[status] & FINAL_STATUSES
    assert AnalysisStatus.RUNNING.may_become(AnalysisStatus.QUEUED)
    assert not AnalysisStatus.SUCCEEDED.may_become(AnalysisStatus.QUEUED)


def test_an_outcome_without_a_result_has_failed() -> None:
    assert Outcome(ID, {"thrust": 1.0}).status == AnalysisStatus.SUCCEEDED
    assert Outcome(ID, error={"code": "x"}).status == AnalysisStatus.FAILED


@pytest.mark.parametrize(
    ("rows", "solved", "status"),
    [
        (3, 3, BatchStatus.COMPLETED),
        (3, 2, BatchStatus.COMPLETED_WITH_ERRORS),
        (3, 0, BatchStatus.FAILED),
    ],
)
def test_the_counts_of_a_batch_say_how_it_ended(rows: int, solved: int, status: BatchStatus) -> None:
    assert final_status(rows=rows, solved=solved) == status


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.type)
def test_a_message_is_read_back_as_it_was_written(message: SolveRequested) -> None:
    assert decode(encode(message)) == message
    subject = subject_of(encode(message))
    assert ID in (subject.analysis_id, subject.batch_id, subject.study_id)
    expected = {"solve": "solve", "study": "study"}.get(message.type.partition("_")[0], "batch")
    assert queue_for(encode(message)) == expected


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "{}",
        '{"type": "solve_requested"}',
        encode(MESSAGES[0]).replace('"version":1', '"version":2'),
        encode(MESSAGES[0]).replace("}", ', "more": 1}'),
    ],
)
def test_what_this_version_does_not_know_is_refused(body: str) -> None:
    with pytest.raises(UnknownMessageError):
        decode(body)


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_any_text_at_all_may_be_a_dead_letter(body: str) -> None:
    subject_of(body)
    queue_for(body)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("apollo/a.csv", ("apollo", "a.csv", None)),
        (f"apollo/{ID}/a b.csv", ("apollo", "a b.csv", ID)),
        ("apollo/2026/a.csv", ("apollo", "a.csv", None)),
        (f"apollo/{ID}/deep/a.csv", ("apollo", "a.csv", None)),
    ],
)
def test_the_key_of_an_upload_says_project_name_and_batch(key: str, expected: tuple[object, ...]) -> None:
    assert tuple(parse_upload_key(key)) == expected


@pytest.mark.parametrize("key", ["a.csv", "/a.csv", "apollo/", ""])
def test_an_upload_that_belongs_to_no_project_is_refused(key: str) -> None:
    with pytest.raises(InvalidRequestError, match="no project"):
        parse_upload_key(key)


def test_another_content_under_the_same_key_is_another_batch() -> None:
    first = direct_batch_id("uploads", "apollo/a.csv", "e-1")
    assert first == direct_batch_id("uploads", "apollo/a.csv", "e-1")
    assert first != direct_batch_id("uploads", "apollo/a.csv", "e-2")


def test_all_files_of_a_batch_lie_in_its_own_folder_and_apart() -> None:
    keys = ResultKeys("apollo", ID)
    paths = [keys.results, keys.errors, keys.summary]
    paths += [name(shard) for name in (keys.shard, keys.part, keys.part_errors) for shard in range(3)]
    assert len(set(paths)) == len(paths)
    assert all(path.startswith(f"apollo/{ID}/") for path in paths)


def test_a_missing_permission_is_named() -> None:
    reader = Principal("ada", "apollo", frozenset({Permission.READ}))
    reader.require(Permission.READ)
    with pytest.raises(PermissionDeniedError, match="'write'"):
        reader.require(Permission.WRITE)
