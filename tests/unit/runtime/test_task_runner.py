"""The runner over a cluster in memory; its tasks are real processes."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from runtime.task_runner import definitions
from runtime.task_runner.runner import TaskRunner

DEFINITION = {
    "containerDefinitions": [
        {
            "name": "study",
            "command": ["python", "-c", "import time; time.sleep(60)"],
            "environment": [{"name": "HRMA_STAGE", "value": "prod"}, {"name": "ONLY", "value": "there"}],
        }
    ]
}


class FakeCluster:
    """As much of ECS as the runner asks for."""

    def __init__(self) -> None:
        self.tasks: dict[str, dict[str, Any]] = {}
        self.stopped: list[tuple[str, str]] = []

    def add(self, name: str, code: str | None = None, **states: str) -> None:
        override = {"name": "study", "environment": [{"name": "HRMA_TASK_TOKEN", "value": name}]}
        if code:
            override |= {"command": ["python", "-c", code]}
        self.tasks[name] = {
            "taskArn": name,
            "taskDefinitionArn": "definition",
            "desiredStatus": "RUNNING",
            "lastStatus": "RUNNING",
            "overrides": {"containerOverrides": [override]},
            **states,
        }

    def get_paginator(self, _name: str) -> "FakeCluster":
        return self

    def paginate(self, **_: str) -> Iterator[dict[str, list[str]]]:
        for arn in self.tasks:
            yield {"taskArns": [arn]}

    def describe_tasks(self, *, cluster: str, tasks: list[str]) -> dict[str, Any]:
        return {"tasks": [self.tasks[arn] for arn in tasks]}

    def describe_task_definition(self, **_: str) -> dict[str, Any]:
        return {"taskDefinition": DEFINITION}

    def stop_task(self, *, cluster: str, task: str, reason: str) -> None:
        self.stopped.append((task, reason))
        self.tasks[task]["desiredStatus"] = self.tasks[task]["lastStatus"] = "STOPPED"


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


@pytest.fixture
def runner(cluster: FakeCluster) -> Iterator[TaskRunner]:
    runner = TaskRunner(cluster, "hrma", 2, dict(os.environ))
    yield runner
    runner.stop()


def eventually(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_this_machines_variables_stand_between_the_definitions_and_the_tasks(cluster: FakeCluster) -> None:
    cluster.add("a")
    own = {"HRMA_STAGE": "local", "HRMA_TASK_TOKEN": "mine", "PATH": "/bin"}
    process = definitions.of(cluster.tasks["a"], DEFINITION, own)
    assert process.command == DEFINITION["containerDefinitions"][0]["command"]
    wanted = {"HRMA_STAGE": "local", "ONLY": "there", "HRMA_TASK_TOKEN": "a"}
    assert wanted.items() <= process.environment.items()
    assert process.environment["PATH"] == f"{os.path.dirname(sys.executable)}:/bin"  # noqa: PTH120


def test_tasks_run_as_far_as_there_are_places_and_the_others_follow(
    cluster: FakeCluster, runner: TaskRunner
) -> None:
    cluster.add("a", "pass")
    cluster.add("b")
    cluster.add("c")
    runner.poll()
    assert set(runner.processes) == {"a", "b"}
    eventually(lambda: runner.processes["a"].poll() is not None)
    runner.poll()
    assert cluster.stopped == [("a", "ended with exit code 0")]
    runner.poll()
    assert set(runner.processes) == {"b", "c"}


def test_an_exit_code_is_told(cluster: FakeCluster, runner: TaskRunner) -> None:
    cluster.add("a", "raise SystemExit(75)")
    runner.poll()
    eventually(lambda: runner.processes["a"].poll() is not None)
    runner.poll()
    assert cluster.stopped == [("a", "ended with exit code 75")]


def test_a_task_that_is_stopped_from_outside_is_ended(cluster: FakeCluster, runner: TaskRunner) -> None:
    cluster.add("a")
    runner.poll()
    process = runner.processes["a"]
    cluster.stop_task(cluster="hrma", task="a", reason="enough")
    runner.poll()
    eventually(lambda: process.poll() is not None)
    runner.poll()
    assert (runner.processes, len(cluster.stopped)) == ({}, 1)


def test_records_that_a_restart_left_are_not_run(cluster: FakeCluster, runner: TaskRunner) -> None:
    cluster.add("a", lastStatus="STOPPED")
    cluster.add("b", desiredStatus="STOPPED")
    runner.poll()
    assert runner.processes == {}
