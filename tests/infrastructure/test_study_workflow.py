"""The workflow of a study: a task is told which it is, messages are understood, nothing waits forever."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.messages import StudyFinishRequested, decode
from chalicelib.services import estimate_study, reap_studies, run_study_task
from chalicelib.settings import StudyTask

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / ".chalice" / "state-machines" / "study.asl.json").read_text()
DEFINITION = json.loads(TEXT)
STUDY_ID = "0c1d4a52-6a5b-4d83-8f0e-2f1f2a8d1c12"
INPUT = {
    "$.study_id": STUDY_ID,
    "$.correlation_id": "trace",
    "$.task": "7",
    "$$.Task.Token": "token",
    "States.JsonToString($.failure)": '{"Error": "States.Timeout"}',
}


def states(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in machine["States"].items():
        yield name, state
        if "ItemProcessor" in state:
            yield from states(state["ItemProcessor"])


TASKS = {name: state for name, state in states(DEFINITION) if state["Type"] == "Task"}


def filled(members: dict[str, Any]) -> dict[str, Any]:
    """The members with their paths replaced by what they would find."""
    return {
        name.removesuffix(".$"): INPUT[value] if name.endswith(".$") else value
        for name, value in members.items()
    }


def test_a_program_understands_what_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    (override,) = TASKS["SolveTask"]["Parameters"]["Overrides"]["ContainerOverrides"]
    for variable in override["Environment"]:
        told = filled(variable)
        monkeypatch.setenv(told["Name"], told["Value"])
    task = StudyTask.read()
    assert (str(task.study_id), task.study_task, task.task_token) == (STUDY_ID, 7, "token")
    assert task.correlation_id == "trace"


def test_the_program_is_the_container_of_the_task(resources: dict[str, Any]) -> None:
    (override,) = TASKS["SolveTask"]["Parameters"]["Overrides"]["ContainerOverrides"]
    (container,) = resources["Resources"]["StudyTask"]["Properties"]["ContainerDefinitions"]
    assert override["Name"] == container["Name"]
    assert container["Command"] == ["python", "-m", "chalicelib.tasks.study"]


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("Finish", {"task_token": "token"}),
        ("FinishWithError", {"error": '{"Error": "States.Timeout"}'}),
    ],
)
def test_the_end_is_asked_for(name: str, members: dict[str, str]) -> None:
    body = filled(TASKS[name]["Parameters"]["MessageBody"])
    assert decode(json.dumps(body)) == StudyFinishRequested(
        correlation_id="trace", study_id=STUDY_ID, **members
    )


@pytest.mark.parametrize("name", [name for name in TASKS if "waitForTaskToken" in TASKS[name]["Resource"]])
def test_nothing_that_waits_waits_forever_or_gives_up_at_once(name: str) -> None:
    task = TASKS[name]
    assert task["TimeoutSeconds"] > 0
    assert any("States.ALL" in retry["ErrorEquals"] for retry in task["Retry"])


def test_only_a_lost_worker_is_tried_again() -> None:
    for name in ("SolveTask", "Finish"):
        first = TASKS[name]["Retry"][0]
        assert first["MaxAttempts"] == 0
        assert {"DeadLetter", run_study_task.FAILED, run_study_task.CANCELLED} == set(first["ErrorEquals"])
        assert run_study_task.LOST not in first["ErrorEquals"]
    assert DEFINITION["States"]["SolveTasks"]["Catch"][0]["Next"] == "FinishWithError"
    assert reap_studies.LIMIT > 0


def test_every_name_in_the_definition_is_substituted(resources: dict[str, Any]) -> None:
    machine = resources["Resources"]["StudyStateMachine"]["Properties"]
    text = TEXT
    for name in machine["DefinitionSubstitutions"]:
        assert f"${{{name}}}" in text, name
        text = text.replace(f"${{{name}}}", 'a","b' if name in ("Subnets", "SecurityGroups") else "x")
    assert "${" not in text
    network = json.loads(text)["States"]["SolveTasks"]["ItemProcessor"]["States"]["SolveTask"]
    assert network["Parameters"]["NetworkConfiguration"]["AwsvpcConfiguration"]["Subnets"] == ["a", "b"]


def test_the_workflow_may_start_this_task_and_no_other(resources: dict[str, Any]) -> None:
    (policy,) = resources["Resources"]["StudyStateMachineRole"]["Properties"]["Policies"]
    allowed = {one["Sid"]: one for one in policy["PolicyDocument"]["Statement"]}
    assert set(allowed) == {"RunTheTask", "GiveItsRoles", "AskForTheEnd", "SealMessages"}
    assert allowed["RunTheTask"]["Resource"] == {"Ref": "StudyTask"}
    assert {one["Fn::GetAtt"][0] for one in allowed["GiveItsRoles"]["Resource"]} == {
        "StudyTaskRole",
        "StudyExecutionRole",
    }


def test_a_task_has_the_variables_of_a_function_and_may_touch_only_the_work(
    resources: dict[str, Any],
) -> None:
    (container,) = resources["Resources"]["StudyTask"]["Properties"]["ContainerDefinitions"]
    names = {variable["Name"] for variable in container["Environment"]}
    assert resources["Globals"]["Function"]["Environment"]["Variables"].keys() <= names
    (policy,) = resources["Resources"]["StudyTaskRole"]["Properties"]["Policies"]
    objects = policy["PolicyDocument"]["Statement"][0]
    assert objects["Resource"] == {"Fn::Sub": "${ResultsBucket.Arn}/work/*"}


def test_the_estimate_knows_what_function_and_task_are_given(resources: dict[str, Any]) -> None:
    task = resources["Resources"]["StudyTask"]["Properties"]
    given = float(task["Cpu"]) / 1024, float(task["Memory"]) / 1024
    assert given == (estimate_study.TASK_CPUS, estimate_study.TASK_GIGABYTES)
    configuration = json.loads((ROOT / ".chalice" / "config.json").read_text())
    megabytes = configuration["lambda_functions"]["study_queue"]["lambda_memory_size"]
    assert megabytes / 1024 == estimate_study.FUNCTION_GIGABYTES
