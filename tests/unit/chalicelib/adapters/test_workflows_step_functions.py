import json
from collections.abc import Callable
from uuid import UUID

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from chalicelib.adapters.workflows_step_functions import StepFunctionsLauncher

BATCH = UUID("8f14e45f-ceea-467f-a8d2-1d3b3c1f2a10")


@pytest.fixture
def arn() -> str:
    boto3.client("iam").create_role(RoleName="workflow", AssumeRolePolicyDocument="{}")
    made = boto3.client("stepfunctions").create_state_machine(
        name="batch",
        definition=json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}),
        roleArn="arn:aws:iam::123456789012:role/workflow",
    )
    return str(made["stateMachineArn"])


def test_a_batch_is_started_once_under_its_own_name(arn: str) -> None:
    launcher = StepFunctionsLauncher(arn)
    launcher.start_batch(BATCH, "c-1", bucket="results", manifest="a/manifest.json")
    launcher.start_batch(BATCH, "c-1", bucket="results", manifest="a/manifest.json")
    client = boto3.client("stepfunctions")
    (execution,) = client.list_executions(stateMachineArn=arn)["executions"]
    described = client.describe_execution(executionArn=execution["executionArn"])
    assert described["name"] == str(BATCH)
    assert json.loads(described["input"]) == {
        "batch_id": str(BATCH),
        "correlation_id": "c-1",
        "bucket": "results",
        "manifest": "a/manifest.json",
    }


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_a_task_that_is_over_is_passed_over(code: str) -> None:
    launcher = StepFunctionsLauncher("arn")
    with Stubber(launcher._client) as stub:
        stub.add_client_error("send_task_success", code)
        stub.add_client_error("send_task_failure", code)
        launcher.report_success("token")
        launcher.report_failure("token", error="DeadLetter", reason="x" * 40_000)
        stub.assert_no_pending_responses()


def test_a_failure_carries_the_name_that_the_state_machine_goes_by() -> None:
    launcher = StepFunctionsLauncher("arn")
    with Stubber(launcher._client) as stub:
        expected = {"taskToken": "token", "error": "DeadLetter", "cause": "broke"}
        stub.add_response("send_task_failure", {}, expected)
        launcher.report_failure("token", error="DeadLetter", reason="broke")


CALLS: dict[str, Callable[[StepFunctionsLauncher], None]] = {
    "send_task_success": lambda launcher: launcher.report_success("token"),
    "send_task_failure": lambda launcher: launcher.report_failure(
        "token", error="DeadLetter", reason="broke"
    ),
    "start_execution": lambda launcher: launcher.start_batch(BATCH, "c", bucket="results", manifest="m"),
}


@pytest.mark.parametrize("call", CALLS)
def test_any_other_trouble_is_raised(call: str) -> None:
    launcher = StepFunctionsLauncher("arn")
    with Stubber(launcher._client) as stub:
        stub.add_client_error(call, "AccessDeniedException")
        with pytest.raises(ClientError, match="AccessDenied"):
            CALLS[call](launcher)
