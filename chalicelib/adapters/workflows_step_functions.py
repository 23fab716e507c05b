"""The workflows of batches and studies, on Step Functions."""

import json
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from botocore.exceptions import ClientError

from chalicelib.adapters.aws import error_code, make_client

if TYPE_CHECKING:
    from types_boto3_stepfunctions import SFNClient

STARTED_BEFORE = ("ExecutionAlreadyExists",)
UNKNOWN = ("ExecutionDoesNotExist",)
TOKEN_IS_OVER = ("TaskTimedOut", "TaskDoesNotExist", "InvalidToken")
LONGEST_CAUSE = 32_768


class StepFunctionsLauncher:
    """Keeps `ports.WorkflowLauncher`: an execution per batch and per launch of a study, named by the id, so that
    it starts once.
    """

    def __init__(self, batch_state_machine_arn: str, study_state_machine_arn: str) -> None:
        self._batches = batch_state_machine_arn
        self._studies = study_state_machine_arn

    @cached_property
    def _client(self) -> "SFNClient":
        client: SFNClient = make_client("stepfunctions")
        return client

    def start_batch(
        self,
        batch_id: UUID,
        correlation_id: str,
        *,
        bucket: str,
        manifest: str,
        shards: int,  # noqa: ARG002
    ) -> None:
        described = {
            "batch_id": str(batch_id),
            "correlation_id": correlation_id,
            "bucket": bucket,
            "manifest": manifest,
        }
        self._start(self._batches, str(batch_id), described)

    def start_study(self, study_id: UUID, launch: int, tasks: Sequence[int], correlation_id: str) -> None:
        described = {
            "study_id": str(study_id),
            "correlation_id": correlation_id,
            "tasks": [str(task) for task in tasks],
        }
        self._start(self._studies, _name(study_id, launch), described)

    def study_runs(self, study_id: UUID, launch: int) -> bool:
        try:
            found = self._client.describe_execution(executionArn=self._execution(study_id, launch))
        except ClientError as error:
            if error_code(error.response) not in UNKNOWN:
                raise
            return False
        return found["status"] == "RUNNING"

    def stop_study(self, study_id: UUID, launch: int) -> None:
        try:
            self._client.stop_execution(
                executionArn=self._execution(study_id, launch), error="StudyCancelled"
            )
        except ClientError as error:
            if error_code(error.response) not in UNKNOWN:
                raise

    def _start(self, state_machine_arn: str, name: str, described: dict[str, Any]) -> None:
        try:
            self._client.start_execution(
                stateMachineArn=state_machine_arn, name=name, input=json.dumps(described)
            )
        except ClientError as error:
            if error_code(error.response) not in STARTED_BEFORE:
                raise

    def _execution(self, study_id: UUID, launch: int) -> str:
        machine = self._studies.replace(":stateMachine:", ":execution:")
        return f"{machine}:{_name(study_id, launch)}"

    def heartbeat(self, task_token: str) -> None:
        try:
            self._client.send_task_heartbeat(taskToken=task_token)
        except ClientError as error:
            if error_code(error.response) not in TOKEN_IS_OVER:
                raise

    def report_success(self, task_token: str) -> None:
        try:
            self._client.send_task_success(taskToken=task_token, output="{}")
        except ClientError as error:
            if error_code(error.response) not in TOKEN_IS_OVER:
                raise

    def report_failure(self, task_token: str, *, error: str, reason: str) -> None:
        try:
            self._client.send_task_failure(taskToken=task_token, error=error, cause=reason[:LONGEST_CAUSE])
        except ClientError as failure:
            if error_code(failure.response) not in TOKEN_IS_OVER:
                raise


def _name(study_id: UUID, launch: int) -> str:
    return f"{study_id}-{launch}"
