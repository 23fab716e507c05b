"""A study from its request to its answer: queue, function, workflow, tasks as processes and files, for real."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import boto3
import httpx
import pytest

from chalicelib.domain.errors import NotReadyError
from runtime import settings
from runtime.embedded.stack import Stack
from runtime.task_runner.runner import TaskRunner
from tests.integration.flow import ENGINE, Flow, flow_on, wait_until

FINAL = ("succeeded", "failed", "cancelled")
QUICK = {
    "HRMA_STUDY_LEASE_SECONDS": "3",
    "HRMA_STUDY_HEARTBEAT_SECONDS": "0",
    "HRMA_STUDY_CHECKPOINT_SECONDS": "0",
    "HRMA_RESEND_SECONDS": "2",
}
IN_TASKS = {**QUICK, "HRMA_STUDY_FUNCTION_SECONDS": "0", "HRMA_STUDY_TASK_SECONDS": "1.0"}


def sweep(cases: int) -> dict[str, Any]:
    return {"type": "sweep", "base": ENGINE, "cases": cases}


class Studies:
    """The studies of one flow."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow

    def start(self, document: dict[str, Any], **options: Any) -> UUID:
        started = self.flow.services.start_study(
            document, principal=self.flow.principal, correlation_id="flow", **options
        )
        return UUID(str(started.study_id))

    def get(self, study_id: UUID) -> dict[str, Any]:
        return self.flow.services.get_study(study_id, project=self.flow.project)

    def is_over(self, study_id: UUID) -> bool:
        return self.get(study_id)["status"] in FINAL

    def table(self, study_id: UUID, kind: str) -> bytes:
        answer = httpx.get(self.flow.services.study_table(study_id, kind, project=self.flow.project).url)
        assert answer.status_code == 200, answer.text
        return answer.content


@contextmanager
def running_tasks(flow: Flow, places: int = 2) -> Iterator[TaskRunner]:
    """The tasks of the stack's cluster run while the block does."""
    import threading

    runner = TaskRunner(
        boto3.client("ecs"), flow.stack.environment["HRMA_STUDY_CLUSTER"], places, settings.own_variables()
    )
    stopping = threading.Event()
    thread = threading.Thread(target=runner.run, args=(stopping,))
    thread.start()
    try:
        yield runner
    finally:
        stopping.set()
        thread.join()


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
        in_function.flow.services.study_table(study_id, "csv", project=in_function.flow.project)
    in_function.flow.poll_until(lambda: in_function.is_over(study_id), "study_queue")
    study = in_function.get(study_id)
    assert (study["status"], study["route"]) == ("succeeded", "function")
    assert study["result"] == {"sum": 285.0, "cases": 10}
    assert study["progress"]["cases_done"] == 10
    assert in_function.table(study_id, "csv").splitlines()[0] == b'"square"'


def test_a_long_study_is_solved_by_tasks_of_a_workflow(in_tasks: Studies) -> None:
    study_id = in_tasks.start(sweep(40))
    with in_tasks.flow.polling("study_queue"), running_tasks(in_tasks.flow):
        wait_until(lambda: in_tasks.is_over(study_id), 60)
    study = in_tasks.get(study_id)
    assert (study["status"], study["route"]) == ("succeeded", "tasks"), study
    assert study["progress"]["tasks"] == 2
    assert study["result"] == {"sum": float(sum(n * n for n in range(40))), "cases": 40}
