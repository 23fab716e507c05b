"""Studies that integration tests start, and what they ask of them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import boto3
import httpx

from runtime import settings
from runtime.task_runner.runner import TaskRunner
from tests.integration.flow import ENGINE, Flow

FINAL = ("succeeded", "failed", "cancelled")
QUICK = {
    "HRMA_STUDY_FUNCTION_SECONDS": "60",
    "HRMA_STUDY_LEASE_SECONDS": "4",
    "HRMA_STUDY_HEARTBEAT_SECONDS": "0",
    "HRMA_STUDY_CHECKPOINT_SECONDS": "0",
    "HRMA_RESEND_SECONDS": "2",
}
IN_TASKS = {**QUICK, "HRMA_STUDY_FUNCTION_SECONDS": "0", "HRMA_STUDY_TASK_SECONDS": "2"}


def sweep(cases: int) -> dict[str, Any]:
    """A sweep whose flow is frozen: 512 cases are a block, and a piece has 4,096 of them."""
    return {
        "type": "sweep",
        "base": {**ENGINE, "flow_model": "frozen"},
        "variables": [{"path": "propellant.mixture_ratio", "minimum": 4.0, "maximum": 8.0, "count": cases}],
        "outputs": ["c_star", "specific_impulse_vacuum"],
    }


IN_TWO_TASKS = 12_288
"""Cases: three pieces."""


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

    def done(self, study_id: UUID) -> int:
        cases: int = self.get(study_id)["progress"]["cases_done"]
        return cases

    def is_over(self, study_id: UUID) -> bool:
        return self.get(study_id)["status"] in FINAL

    def is_swept_over(self, study_id: UUID) -> bool:
        """The same, after a sweep such as comes every minute."""
        self.flow.services.reap_studies()
        return self.is_over(study_id)

    def is_swept_past(self, study_id: UUID, cases: float) -> bool:
        """Whether so many cases are done, after a sweep."""
        self.flow.services.reap_studies()
        return self.done(study_id) >= cases

    def table(self, study_id: UUID, kind: str) -> bytes:
        answer = httpx.get(self.flow.services.study_table(study_id, kind, project=self.flow.project).url)
        assert answer.status_code == 200, answer.text
        return answer.content

    def answer(self, study_id: UUID) -> tuple[Any, bytes, bytes]:
        """All that a study says: its summary and both tables, byte by byte."""
        study = self.get(study_id)
        assert study["status"] == "succeeded", study
        return study["result"], self.table(study_id, "csv"), self.table(study_id, "parquet")

    def execution(self, study_id: UUID, launch: int = 0) -> dict[str, Any]:
        arn = self.flow.stack.environment["HRMA_STUDY_STATE_MACHINE_ARN"]
        found: dict[str, Any] = boto3.client("stepfunctions").describe_execution(
            executionArn=f"{arn.replace(':stateMachine:', ':execution:')}:{study_id}-{launch}"
        )
        return found


@contextmanager
def running_tasks(flow: Flow, **variables: str) -> Iterator[TaskRunner]:
    """The tasks of the stack's cluster run while the block does, with these variables."""
    cluster = flow.stack.environment["HRMA_STUDY_CLUSTER"]
    stop_tasks(cluster)
    runner = TaskRunner(boto3.client("ecs"), cluster, 2, {**settings.own_variables(), **variables})
    stopping = threading.Event()
    thread = threading.Thread(target=runner.run, args=(stopping,))
    thread.start()
    try:
        yield runner
    finally:
        stopping.set()
        thread.join()


def stop_tasks(cluster: str) -> None:
    """Ends what the studies of earlier tests left waiting, so that it takes no places."""
    ecs = boto3.client("ecs")
    for arn in ecs.list_tasks(cluster=cluster)["taskArns"]:
        ecs.stop_task(cluster=cluster, task=arn)
