"""The workflow of a batch: its messages are ones that the service understands, and nothing waits forever."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.messages import BatchFinishRequested, Message, ShardRequested, decode

ROOT = Path(__file__).resolve().parents[2]
DEFINITION = json.loads((ROOT / ".chalice" / "state-machines" / "batch.asl.json").read_text())
BATCH_ID = "0c1d4a52-6a5b-4d83-8f0e-2f1f2a8d1c12"
INPUT = {
    "$.batch_id": BATCH_ID,
    "$.correlation_id": "trace",
    "$.shard": 7,
    "$$.Task.Token": "token",
    "States.JsonToString($.failure)": '{"Error": "States.Timeout"}',
}


def states(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in machine["States"].items():
        yield name, state
        if "ItemProcessor" in state:
            yield from states(state["ItemProcessor"])


TASKS = {name: state for name, state in states(DEFINITION) if state["Type"] == "Task"}


def message_of(task: dict[str, Any]) -> Message:
    """What a task sends, with its paths replaced by what they would find."""
    body = task["Parameters"]["MessageBody"]
    filled = {
        name.removesuffix(".$"): INPUT[value] if name.endswith(".$") else value
        for name, value in body.items()
    }
    return decode(json.dumps(filled))


def test_a_shard_is_asked_for_with_its_token() -> None:
    assert message_of(TASKS["SolveShard"]) == ShardRequested(
        correlation_id="trace", batch_id=BATCH_ID, shard=7, task_token="token"
    )


def test_the_end_is_asked_for_with_its_token() -> None:
    assert message_of(TASKS["Finish"]) == BatchFinishRequested(
        correlation_id="trace", batch_id=BATCH_ID, task_token="token"
    )


def test_a_workflow_that_gives_up_says_why() -> None:
    assert message_of(TASKS["FinishWithError"]) == BatchFinishRequested(
        correlation_id="trace", batch_id=BATCH_ID, error='{"Error": "States.Timeout"}'
    )


@pytest.mark.parametrize("name", [name for name in TASKS if "waitForTaskToken" in TASKS[name]["Resource"]])
def test_nothing_that_waits_waits_forever_or_gives_up_at_once(name: str) -> None:
    task = TASKS[name]
    assert task["TimeoutSeconds"] > 0
    assert any("States.ALL" in retry["ErrorEquals"] for retry in task["Retry"])
    assert any("States.ALL" in caught["ErrorEquals"] for caught in task["Catch"])


@pytest.mark.parametrize("name", ["SolveShard", "Finish"])
def test_what_became_a_dead_letter_is_not_tried_again(name: str) -> None:
    first = TASKS[name]["Retry"][0]
    assert first["MaxAttempts"] == 0
    assert "DeadLetter" in first["ErrorEquals"]


def test_only_portable_features_are_used() -> None:
    text = json.dumps(DEFINITION)
    assert "JSONata" not in text
    assert "ItemBatcher" not in text
    assert "HeartbeatSeconds" not in text
    assert "ResultWriter" not in text
    assert {state["Type"] for _, state in states(DEFINITION)} <= {"Map", "Task", "Pass", "Fail"}
