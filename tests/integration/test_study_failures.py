"""Whatever dies, comes twice or is called off: a study answers once, and the same."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import boto3
import httpx
import pytest

from chalicelib.domain.messages import StudyFinishRequested, StudyRequested, encode
from chalicelib.domain.study import TaskEnd
from runtime.embedded.stack import Stack
from tests.integration.conftest import RunningStack, run_stack
from tests.integration.flow import flow_on, wait_until
from tests.integration.studies import FINAL, IN_TASKS, IN_TWO_TASKS, QUICK, Studies, running_tasks, sweep


@pytest.fixture
def studies(stack: Stack) -> Iterator[Studies]:
    with flow_on(stack, IN_TASKS) as flow:
        yield Studies(flow)


@pytest.fixture(scope="module")
def undisturbed(stack: Stack) -> tuple[object, bytes, bytes]:
    """The answer of the same study to a worker whom nobody disturbs."""
    with flow_on(stack, QUICK) as flow:
        studies = Studies(flow)
        study_id = studies.start(sweep(IN_TWO_TASKS))
        flow.poll_until(lambda: studies.is_over(study_id), "study_queue", seconds=120)
        return studies.answer(study_id)


def test_a_killed_task_goes_on_from_its_checkpoint_to_the_same_bytes(
    undisturbed: tuple[object, bytes, bytes], studies: Studies
) -> None:
    study_id = studies.start(sweep(IN_TWO_TASKS))
    with studies.flow.polling("study_queue"), running_tasks(studies.flow) as runner:
        for part in (0.05, 0.5):
            wait_until(lambda part=part: studies.is_swept_past(study_id, part * IN_TWO_TASKS), 120)
            assert not studies.is_over(study_id)
            for process in list(runner.processes.values()):
                process.send_signal(signal.SIGKILL)
        wait_until(lambda: studies.is_swept_past(study_id, IN_TWO_TASKS) and studies.is_over(study_id), 120)
    attempts = studies.flow.query("SELECT attempts FROM study_tasks WHERE study_id = %(id)s", id=study_id)
    assert sum(count for (count,) in attempts) >= 4
    assert studies.answer(study_id) == undisturbed


def test_every_message_may_come_twice(undisturbed: tuple[object, bytes, bytes], studies: Studies) -> None:
    study_id = studies.start(sweep(IN_TWO_TASKS))
    begin = encode(StudyRequested(correlation_id="flow", study_id=study_id))
    end = encode(StudyFinishRequested(correlation_id="flow", study_id=study_id))
    studies.flow.send("study", begin)
    with studies.flow.polling("study_queue"), running_tasks(studies.flow):
        wait_until(lambda: studies.done(study_id) > 0, 120)
        studies.flow.send("study", begin)
        studies.flow.send("study", end)
        wait_until(lambda: studies.is_over(study_id), 120)
        studies.flow.send("study", end)
        studies.flow.send("study", begin)
        wait_until(lambda: studies.execution(study_id)["status"] == "SUCCEEDED")
    assert studies.get(study_id)["progress"]["tasks"] == 2
    assert studies.answer(study_id) == undisturbed


def test_two_workers_of_one_task_take_turns(
    undisturbed: tuple[object, bytes, bytes], studies: Studies
) -> None:
    study_id = studies.start(sweep(IN_TWO_TASKS))
    studies.flow.poll_until(lambda: studies.get(study_id)["status"] == "running", "study_queue")
    ends: list[TaskEnd] = []

    def work() -> None:
        end = TaskEnd.BUSY
        while end == TaskEnd.BUSY:
            end = studies.flow.services.run_study_task(study_id, 0, "")
            time.sleep(0.2)
        ends.append(end)

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    studies.flow.services.run_study_task(study_id, 1, "")
    studies.flow.poll_until(lambda: studies.is_over(study_id), "study_queue")
    assert ends == [TaskEnd.OVER] * 2
    assert studies.answer(study_id) == undisturbed
    boto3.client("stepfunctions").stop_execution(executionArn=studies.execution(study_id)["executionArn"])


def test_a_cancelled_study_ends_within_seconds(stack: Stack) -> None:
    with flow_on(stack, {**IN_TASKS, "HRMA_STUDY_TASK_SECONDS": "60"}) as flow:
        studies = Studies(flow)
        study_id = studies.start(sweep(500_000))
        with flow.polling("study_queue"), running_tasks(flow) as runner:
            wait_until(lambda: studies.done(study_id) > 0, 120)
            working = list(runner.processes.values())
            started = time.monotonic()
            flow.services.cancel_study(study_id, project=flow.project)
            wait_until(lambda: all(process.poll() is not None for process in working))
            assert time.monotonic() - started < 8
        assert studies.get(study_id)["status"] == "cancelled"
        assert studies.execution(study_id)["status"] == "ABORTED"
        assert studies.done(study_id) < 500_000


def test_a_workflow_that_is_lost_is_started_anew_for_what_is_left(studies: Studies) -> None:
    study_id = studies.start(sweep(IN_TWO_TASKS))
    studies.flow.poll_until(lambda: studies.get(study_id)["status"] == "running", "study_queue")
    studies.flow.services.run_study_task(study_id, 1, "")
    boto3.client("stepfunctions").stop_execution(executionArn=studies.execution(study_id)["executionArn"])
    with studies.flow.polling("study_queue"), running_tasks(studies.flow):
        wait_until(lambda: studies.is_swept_over(study_id), 120)
    assert studies.get(study_id)["status"] == "succeeded", str(studies.get(study_id))[-900:]
    assert '"tasks": ["0"]' in studies.execution(study_id, 1)["input"]


def test_a_task_that_always_breaks_fails_the_study_with_the_reason(stack: Stack) -> None:
    settings = {**IN_TASKS, "HRMA_STUDY_ATTEMPTS": "2"}
    with flow_on(stack, settings) as flow:
        studies = Studies(flow)
        study_id = studies.start(sweep(IN_TWO_TASKS))
        with flow.polling("study_queue"), running_tasks(flow, HRMA_RESULTS_BUCKET="no-such-bucket"):
            wait_until(lambda: studies.is_swept_over(study_id), 120)
        study = studies.get(study_id)
        assert (study["status"], study["error"]["code"]) == ("failed", "attempts_exhausted")
        assert study["error"]["cause"]


def test_a_killed_stack_goes_on_with_the_study_after_its_start(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with run_stack(home, **IN_TASKS) as running:
        with running.api as api:
            study_id = api.post("/v1/studies", json=sweep(IN_TWO_TASKS)).raise_for_status().json()["id"]
            wait_until(lambda: found(api, study_id)["progress"]["cases_done"] > 0, 120)
        kill_everything(running)
    with run_stack(home, **IN_TASKS) as running, running.api as api:
        assert 0 < found(api, study_id)["progress"]["cases_done"] < IN_TWO_TASKS
        again = api.post("/v1/studies", json=sweep(IN_TWO_TASKS)).json()["id"]
        wait_until(lambda: {found(api, one)["status"] for one in (study_id, again)} <= {*FINAL}, 150)
        assert answer(api, study_id) == answer(api, again)


def kill_everything(running: RunningStack) -> None:
    """As a power failure does; PostgreSQL, whose lock would name a process that nobody collects, ends itself."""
    running.process.send_signal(signal.SIGSTOP)
    for process in _descendants(running.process.pid):
        if b"postgres" not in Path(f"/proc/{process}/cmdline").read_bytes():
            os.kill(process, signal.SIGKILL)
    running.process.wait()


def _descendants(process: int) -> list[int]:
    children = [
        int(number)
        for path in Path(f"/proc/{process}/task").glob("*/children")
        for number in path.read_text().split()
    ]
    return [number for child in children for number in _descendants(child)] + [process]


def found(api: httpx.Client, study_id: str) -> dict[str, dict[str, int]]:
    study: dict[str, dict[str, int]] = api.get(f"/v1/studies/{study_id}").raise_for_status().json()
    return study


def answer(api: httpx.Client, study_id: str) -> tuple[object, bytes]:
    study = found(api, study_id)
    assert study["status"] == "succeeded", study
    table = httpx.get(api.get(f"/v1/studies/{study_id}/results").headers["Location"])
    return study["result"], table.raise_for_status().content
