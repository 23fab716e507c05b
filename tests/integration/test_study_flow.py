"""A study from its request to its answer: queue, function, workflow, tasks as processes and files, for real."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.errors import NotReadyError, QuotaExceededError
from runtime.embedded.stack import Stack
from runtime.settings import ROOT
from tests.integration.flow import flow_on, wait_until
from tests.integration.studies import IN_TASKS, IN_TWO_TASKS, QUICK, Studies, running_tasks, sweep
from tests.unit.chalicelib.adapters.kubernetes_api import cluster


@pytest.fixture
def in_function(stack: Stack) -> Iterator[Studies]:
    with flow_on(stack, QUICK) as flow:
        yield Studies(flow)


@pytest.fixture
def in_tasks(stack: Stack) -> Iterator[Studies]:
    with flow_on(stack, IN_TASKS) as flow:
        yield Studies(flow)


def test_a_short_study_is_solved_by_the_worker_that_takes_its_message(in_function: Studies) -> None:
    study_id = in_function.start(sweep(10))
    with pytest.raises(NotReadyError):
        in_function.table(study_id, "csv")
    in_function.flow.poll_until(lambda: in_function.is_over(study_id), "study_queue")
    study = in_function.get(study_id)
    assert (study["status"], study["route"]) == ("succeeded", "function")
    assert study["progress"]["cases_done"] == 10
    assert in_function.table(study_id, "csv").count(b"\n") == 11


def test_a_long_study_is_solved_by_tasks_of_a_workflow(in_tasks: Studies) -> None:
    study_id = in_tasks.start(sweep(IN_TWO_TASKS))
    with in_tasks.flow.polling("study_queue"), running_tasks(in_tasks.flow):
        wait_until(lambda: in_tasks.is_over(study_id), 120)
        wait_until(lambda: in_tasks.execution(study_id)["status"] == "SUCCEEDED")
    study = in_tasks.get(study_id)
    assert (study["status"], study["route"]) == ("succeeded", "tasks")
    assert study["progress"]["tasks"] == study["progress"]["tasks_done"] == 2
    assert in_tasks.table(study_id, "csv").count(b"\n") == IN_TWO_TASKS + 1


def test_on_kubernetes_the_pods_of_a_job_solve_it_and_the_last_asks_for_the_end(
    stack: Stack, tmp_path: Path
) -> None:
    with cluster() as server:
        config = tmp_path / "config"
        config.write_text(json.dumps(server.config))
        kubernetes = {
            "HRMA_WORKFLOWS": "kubernetes",
            "HRMA_KUBERNETES_IMAGE": "registry.example/hrma:1",
            "HRMA_KUBERNETES_CONFIG": str(config),
        }
        with flow_on(stack, {**IN_TASKS, **kubernetes}) as flow:
            studies = Studies(flow)
            study_id = studies.start(sweep(IN_TWO_TASKS))
            flow.poll_until(lambda: bool(server.jobs), "study_queue")
            for code in run_pods(server.jobs[f"study-{study_id}-0"]):
                assert code == 0
            flow.poll_until(lambda: studies.is_over(study_id), "study_queue", seconds=120)
            assert studies.get(study_id)["progress"]["tasks_done"] == 2
            assert studies.table(study_id, "csv").count(b"\n") == IN_TWO_TASKS + 1


def run_pods(job: dict[str, Any]) -> list[int]:
    """The exit codes of the job's pods, each run as a process with its index."""
    (container,) = job["spec"]["template"]["spec"]["containers"]
    variables = {one["name"]: one["value"] for one in container["env"]}
    pods = [
        subprocess.Popen(
            [sys.executable, *container["command"][1:]],
            cwd=ROOT,
            env={**os.environ, **variables, "JOB_COMPLETION_INDEX": str(index)},
        )
        for index in range(job["spec"]["completions"])
    ]
    return [pod.wait(120) for pod in pods]


def test_the_quota_counts_what_was_started(stack: Stack) -> None:
    with flow_on(stack, {**QUICK, "HRMA_STUDY_QUOTA_SECONDS": "5"}) as flow:
        studies = Studies(flow)
        studies.start(sweep(5000))
        studies.start(sweep(5000))
        with pytest.raises(QuotaExceededError, match="s left of 5 s"):
            studies.start(sweep(5000))
        estimate = flow.services.estimate_study(sweep(5000), principal=flow.principal)
        assert not estimate["allowed"]
        for one in flow.services.list_studies(project=flow.project)["items"]:
            flow.services.cancel_study(one["id"], project=flow.project)
        assert flow.services.estimate_study(sweep(5000), principal=flow.principal)["allowed"]
