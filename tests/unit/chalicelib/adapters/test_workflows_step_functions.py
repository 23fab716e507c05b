import json
from collections.abc import Callable
from uuid import UUID

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from chalicelib.adapters.workflows_step_functions import StepFunctionsLauncher

ID = UUID("8f14e45f-ceea-467f-a8d2-1d3b3c1f2a10")
MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:"


@pytest.fixture
def launcher() -> StepFunctionsLauncher:
    """Over two state machines that no test lets end."""
    boto3.client("iam").create_role(RoleName="workflow", AssumeRolePolicyDocument="{}")
    made = [
        boto3.client("stepfunctions").create_state_machine(
            name=name,
            definition=json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}),
            roleArn="arn:aws:iam::123456789012:role/workflow",
        )["stateMachineArn"]
        for name in ("batch", "study")
    ]
    return StepFunctionsLauncher(*made)


def started(name: str) -> dict[str, object]:
    client = boto3.client("stepfunctions")
    (execution,) = client.list_executions(stateMachineArn=f"{MACHINE}{name}")["executions"]
    found: dict[str, object] = client.describe_execution(executionArn=execution["executionArn"])
    return found


def test_a_batch_is_started_once_under_its_own_name(launcher: StepFunctionsLauncher) -> None:
    launcher.start_batch(ID, "c-1", bucket="results", manifest="a/manifest.json", shards=3)
    launcher.start_batch(ID, "c-1", bucket="results", manifest="a/manifest.json", shards=3)
    execution = started("batch")
    assert execution["name"] == str(ID)
    assert json.loads(str(execution["input"])) == {
        "batch_id": str(ID),
        "correlation_id": "c-1",
        "bucket": "results",
        "manifest": "a/manifest.json",
    }


def test_a_launch_of_a_study_is_started_once_under_its_own_name(launcher: StepFunctionsLauncher) -> None:
    launcher.start_study(ID, 1, [0, 7], "c-1")
    launcher.start_study(ID, 1, [0, 7], "c-1")
    execution = started("study")
    assert execution["name"] == f"{ID}-1"
    assert json.loads(str(execution["input"])) == {
        "study_id": str(ID),
        "correlation_id": "c-1",
        "tasks": ["0", "7"],
    }


def test_a_launch_runs_until_it_is_stopped(launcher: StepFunctionsLauncher) -> None:
    assert not launcher.study_runs(ID, 0)
    launcher.stop_study(ID, 0)
    launcher.start_study(ID, 0, [0], "c-1")
    assert launcher.study_runs(ID, 0)
    launcher.stop_study(ID, 0)
    assert not launcher.study_runs(ID, 0)


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_a_task_that_is_over_is_passed_over(code: str) -> None:
    launcher = StepFunctionsLauncher("batch", "study")
    with Stubber(launcher._client) as stub:
        for call in ("send_task_success", "send_task_failure", "send_task_heartbeat"):
            stub.add_client_error(call, code)
        launcher.report_success("token")
        launcher.report_failure("token", error="DeadLetter", reason="x" * 40_000)
        launcher.heartbeat("token")
        stub.assert_no_pending_responses()


def test_a_failure_carries_the_name_that_the_state_machine_goes_by() -> None:
    launcher = StepFunctionsLauncher("batch", "study")
    with Stubber(launcher._client) as stub:
        expected = {"taskToken": "token", "error": "DeadLetter", "cause": "broke"}
        stub.add_response("send_task_failure", {}, expected)
        launcher.report_failure("token", error="DeadLetter", reason="broke")


CALLS: dict[str, Callable[[StepFunctionsLauncher], object]] = {
    "send_task_success": lambda launcher: launcher.report_success("token"),
    "send_task_heartbeat": lambda launcher: launcher.heartbeat("token"),
    "send_task_failure": lambda launcher: launcher.report_failure(
        "token", error="DeadLetter", reason="broke"
    ),
    "start_execution": lambda launcher: launcher.start_batch(
        ID, "c", bucket="results", manifest="m", shards=1
    ),
    "describe_execution": lambda launcher: launcher.study_runs(ID, 0),
    "stop_execution": lambda launcher: launcher.stop_study(ID, 0),
}


@pytest.mark.parametrize("call", CALLS)
def test_any_other_trouble_is_raised(call: str) -> None:
    launcher = StepFunctionsLauncher(f"{MACHINE}batch", f"{MACHINE}study")
    with Stubber(launcher._client) as stub:
        stub.add_client_error(call, "AccessDeniedException")
        with pytest.raises(ClientError, match="AccessDenied"):
            CALLS[call](launcher)
