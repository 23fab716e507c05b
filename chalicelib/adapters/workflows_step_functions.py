"""The workflow of a batch, on Step Functions."""

import json
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from botocore.exceptions import ClientError

from chalicelib.adapters.aws import error_code, make_client

if TYPE_CHECKING:
    from types_boto3_stepfunctions import SFNClient

STARTED_BEFORE = ("ExecutionAlreadyExists",)
TOKEN_IS_OVER = ("TaskTimedOut", "TaskDoesNotExist", "InvalidToken")
LONGEST_CAUSE = 32_768


class StepFunctionsLauncher:
    """Keeps `ports.WorkflowLauncher`: an execution per batch, named by its id, so that it starts once."""

    def __init__(self, state_machine_arn: str) -> None:
        self._state_machine_arn = state_machine_arn

    @cached_property
    def _client(self) -> "SFNClient":
        client: SFNClient = make_client("stepfunctions")
        return client

    def start_batch(self, batch_id: UUID, correlation_id: str, *, bucket: str, manifest: str) -> None:
        described = {
            "batch_id": str(batch_id),
            "correlation_id": correlation_id,
            "bucket": bucket,
            "manifest": manifest,
        }
        try:
            self._client.start_execution(
                stateMachineArn=self._state_machine_arn, name=str(batch_id), input=json.dumps(described)
            )
        except ClientError as error:
            if error_code(error.response) not in STARTED_BEFORE:
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
