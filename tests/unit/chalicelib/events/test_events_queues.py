"""What the queues' handlers ask of the services, and which messages they give back."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from event_makers import (
    ANALYSIS,
    BATCH,
    failed,
    finish_requested,
    shard_requested,
    solve_requested,
    sqs_event,
)

from app import app
from chalicelib.domain.messages import BatchDrawRequested, StudyFinishRequested, StudyRequested, encode

Invoke = Callable[[str, dict[str, Any]], Any]
UNREADABLE = {
    "not json": "{",
    "not ours": json.dumps({"hello": "world"}),
    "a list": "[]",
    "a later version": solve_requested(version=2),
    "an unknown type": solve_requested(type="dance_requested"),
    "an unknown field": solve_requested(priority=1),
    "no id": json.dumps({"version": 1, "type": "solve_requested", "correlation_id": "x"}),
}


def solved(*failed_ids: Any) -> SimpleNamespace:
    return SimpleNamespace(failed_ids=frozenset(failed_ids))


def test_every_queue_of_the_stack_has_its_handler() -> None:
    sources = {one.name: (one.queue, one.batch_size) for one in app.event_sources if hasattr(one, "queue")}
    assert sources == {
        "solve_queue": ("hrma-local-solve", 10),
        "solve_retry_queue": ("hrma-local-solve-retry", 1),
        "batch_queue": ("hrma-local-batch", 1),
        "study_queue": ("hrma-local-study", 1),
        "uploads": ("hrma-local-uploads", 1),
        "dead_letters": ("hrma-local-dead-letters", 1),
    }


@pytest.mark.parametrize("handler", ["solve_queue", "solve_retry_queue"])
def test_all_analyses_of_an_event_are_solved_in_one_call(
    invoke: Invoke, services: SimpleNamespace, handler: str
) -> None:
    ids = [uuid4() for _ in range(10)]
    services.solve_analyses.return_value = solved()
    event = sqs_event({f"m{n}": solve_requested(one) for n, one in enumerate(ids)})
    assert failed(invoke(handler, event)) == set()
    services.solve_analyses.assert_called_once_with(ids)


def test_only_the_messages_of_broken_analyses_come_back(invoke: Invoke, services: SimpleNamespace) -> None:
    good, bad = uuid4(), uuid4()
    services.solve_analyses.return_value = solved(bad)
    event = sqs_event({"good": solve_requested(good), "bad": solve_requested(bad)})
    assert failed(invoke("solve_queue", event)) == {"bad"}


def test_both_copies_of_a_message_share_one_solve_and_one_fate(
    invoke: Invoke, services: SimpleNamespace
) -> None:
    services.solve_analyses.return_value = solved(ANALYSIS)
    event = sqs_event({"first": solve_requested(), "second": solve_requested()})
    assert failed(invoke("solve_queue", event)) == {"first", "second"}
    services.solve_analyses.assert_called_once_with([ANALYSIS])


@pytest.mark.parametrize("kind", UNREADABLE)
def test_an_unreadable_message_comes_back_and_the_others_are_solved(
    invoke: Invoke, services: SimpleNamespace, kind: str
) -> None:
    services.solve_analyses.return_value = solved()
    event = sqs_event({"poison": UNREADABLE[kind], "good": solve_requested()})
    assert failed(invoke("solve_queue", event)) == {"poison"}
    services.solve_analyses.assert_called_once_with([ANALYSIS])


@pytest.mark.parametrize("handler", ["solve_queue", "solve_retry_queue", "batch_queue", "uploads"])
def test_an_event_of_only_unreadable_messages_is_answered_and_not_raised(
    invoke: Invoke, services: SimpleNamespace, handler: str
) -> None:
    assert failed(invoke(handler, sqs_event({"a": "{", "b": "[]"}))) == {"a", "b"}
    assert not any(service.called for service in vars(services).values())


@pytest.mark.parametrize("body", [shard_requested(), finish_requested()])
def test_a_message_of_another_queue_comes_back(invoke: Invoke, services: SimpleNamespace, body: str) -> None:
    assert failed(invoke("solve_queue", sqs_event({"m": body}))) == {"m"}
    services.solve_analyses.assert_not_called()


def test_a_shard_is_solved(invoke: Invoke, services: SimpleNamespace) -> None:
    assert failed(invoke("batch_queue", sqs_event({"m": shard_requested(3)}))) == set()
    services.run_shard.assert_called_once_with(BATCH, 3, "token")


@pytest.mark.parametrize(
    ("more", "expected"),
    [({"task_token": "t"}, ("t", None)), ({"error": "the workflow gave up"}, (None, "the workflow gave up"))],
)
def test_a_batch_is_finished_with_what_the_workflow_says(
    invoke: Invoke, services: SimpleNamespace, more: dict[str, str], expected: tuple[str | None, str | None]
) -> None:
    assert failed(invoke("batch_queue", sqs_event({"m": finish_requested(**more)}))) == set()
    services.finish_batch.assert_called_once_with(BATCH, *expected)


def test_pictures_are_drawn(invoke: Invoke, services: SimpleNamespace) -> None:
    body = encode(BatchDrawRequested(correlation_id="x", batch_id=BATCH))
    assert failed(invoke("batch_queue", sqs_event({"m": body}))) == set()
    services.draw_batch.assert_called_once_with(BATCH)


def test_a_solve_request_is_none_of_the_batch_queues(invoke: Invoke, services: SimpleNamespace) -> None:
    assert failed(invoke("batch_queue", sqs_event({"m": solve_requested()}))) == {"m"}


def test_a_shard_that_breaks_comes_back(invoke: Invoke, services: SimpleNamespace) -> None:
    services.run_shard.side_effect = RuntimeError("the disk is full")
    assert failed(invoke("batch_queue", sqs_event({"m": shard_requested()}))) == {"m"}


def test_a_dead_letter_is_kept_with_its_attributes(invoke: Invoke, services: SimpleNamespace) -> None:
    assert failed(invoke("dead_letters", sqs_event({"m": "not even json"}))) == set()
    message_id, body, attributes = services.record_dead_letter.call_args.args
    assert (message_id, body) == ("m", "not even json")
    assert attributes["ApproximateReceiveCount"] == "1"


def test_a_dead_letter_that_can_not_be_kept_stays_in_its_queue(
    invoke: Invoke, services: SimpleNamespace
) -> None:
    services.record_dead_letter.side_effect = RuntimeError("no database")
    assert failed(invoke("dead_letters", sqs_event({"m": "x"}))) == {"m"}


def test_a_study_is_begun_and_finished(invoke: Invoke, services: SimpleNamespace) -> None:
    study = uuid4()
    begin = encode(StudyRequested(correlation_id="c", study_id=study))
    end = encode(StudyFinishRequested(correlation_id="c", study_id=study, task_token="t"))
    assert failed(invoke("study_queue", sqs_event({"a": begin, "b": end}))) == set()
    services.begin_study.assert_called_once_with(study)
    services.finish_study.assert_called_once_with(study, "t", None)


def test_what_does_not_belong_in_the_study_queue_comes_back(
    invoke: Invoke, services: SimpleNamespace
) -> None:
    assert failed(invoke("study_queue", sqs_event({"a": solve_requested()}))) == {"a"}
