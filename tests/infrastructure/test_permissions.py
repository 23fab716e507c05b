"""Each function may make the calls of AWS that it makes, and no others."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from app import app
from chalicelib.adapters.aws import Service
from chalicelib.bootstrap import Services
from tests.infrastructure import calls

ROOT = Path(__file__).resolve().parents[2]
POLICIES = ROOT / ".chalice" / "policies"

ACTIONS = {
    "send_message_batch": {"sqs:SendMessage", "kms:Decrypt", "kms:GenerateDataKey"},
    "get_queue_attributes": {"sqs:GetQueueAttributes"},
    "get_object": {"s3:GetObject", "s3:ListBucket", "kms:Decrypt"},
    "head_object": {"s3:GetObject", "s3:ListBucket", "kms:Decrypt"},
    "head_bucket": {"s3:ListBucket"},
    "put_object": {"s3:PutObject", "kms:GenerateDataKey"},
    # in parts: the parts are opened to be put together, and taken back where one fails
    "upload_fileobj": {"s3:PutObject", "s3:AbortMultipartUpload", "kms:GenerateDataKey", "kms:Decrypt"},
    "generate_presigned_url": {"s3:PutObject", "s3:GetObject", "kms:GenerateDataKey", "kms:Decrypt"},
    "start_execution": {"states:StartExecution"},
    "describe_execution": {"states:DescribeExecution"},
    "stop_execution": {"states:StopExecution"},
    "send_task_success": {"states:SendTaskSuccess"},
    "send_task_failure": {"states:SendTaskFailure"},
    "get_secret_value": {"secretsmanager:GetSecretValue", "kms:Decrypt"},
    "invoke": {"lambda:InvokeFunction"},
    "put_lifecycle_event_hook_execution_status": {"codedeploy:PutLifecycleEventHookExecutionStatus"},
    "send_task_heartbeat": {"states:SendTaskHeartbeat"},
}
"""What a role has to allow for an operation; `s3:ListBucket`, or what is missing would count as forbidden."""

ALWAYS = {"logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTraceSegments", "xray:PutTelemetryRecords"}
"""Made by Lambda itself and by its tracing."""
INSIDE = {
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeSubnets",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
    "rds-db:connect",
}
"""Made by Lambda for a function in the network, and by the driver of the database."""
CACHE = {"elasticache:Connect"}
"""Made by the driver of the cache."""
QUEUE = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "kms:Decrypt"}
"""Made by the event source mapping in the name of the function."""

NEVER = {("uploads", "send_task_success"): "a batch that ends while it is planned has no workflow to answer"}
WIDE = {
    "ec2:": "the interfaces of a function do not exist before they are made, and describing knows no resources",
    "xray:": "traces have no resources",
}
"""Where a resource may be `*`, and why."""


def statements(function: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((POLICIES / f"{function}.json").read_text())["Statement"]
    return found


def allowed(function: str) -> set[str]:
    return {action for statement in statements(function) for action in statement["Action"]}


def handlers() -> Iterator[tuple[str, list[calls.Name]]]:
    """The functions with what they run; the API's function runs all of the API."""
    routes = {entry.view_name for methods in app.routes.values() for entry in methods.values()}
    yield (
        "api_handler",
        [
            (f"chalicelib.api.{path.stem}", name)
            for path in sorted((ROOT / "chalicelib" / "api").glob("*.py"))
            for name in calls.read(f"chalicelib.api.{path.stem}").defined
        ],
    )
    events = (
        f"chalicelib.events.{path.stem}" for path in sorted((ROOT / "chalicelib" / "events").glob("*.py"))
    )
    modules = [*events, "chalicelib.api.authorizer"]
    for name in app.handler_map:
        if name not in routes:
            yield name, [(module, name) for module in modules if name in calls.read(module).defined]


HANDLERS = dict(handlers())
QUEUED = {source.name for source in app.event_sources if hasattr(source, "queue")}
OUTSIDE = {"authorize", "before_traffic", "after_traffic"}
"""Functions that are not in the network."""
WITHOUT_CACHE = {"migrate_database", *OUTSIDE}


def reached(function: str) -> set[str]:
    found = set().union(*(calls.operations(*start) for start in HANDLERS[function]))
    return {operation for operation in found if (function, operation) not in NEVER}


def needed(function: str) -> set[str]:
    known = set().union(*(ACTIONS[operation] for operation in reached(function)))
    known |= ALWAYS | (QUEUE if function in QUEUED else set())
    known |= set() if function in OUTSIDE else INSIDE
    return known if function in WITHOUT_CACHE else known | CACHE


@pytest.mark.parametrize("function", HANDLERS)
def test_a_role_allows_what_its_function_calls_and_nothing_else(function: str) -> None:
    unknown = reached(function) - ACTIONS.keys()
    assert not unknown, f"say in ACTIONS what these operations need: {sorted(unknown)}"
    missing, unused = needed(function) - allowed(function), allowed(function) - needed(function)
    assert not missing, f"policies/{function}.json does not allow {sorted(missing)}"
    assert not unused, f"policies/{function}.json allows {sorted(unused)}, which nothing calls"


def test_the_task_of_studies_may_do_what_it_calls_and_nothing_else(template: dict[str, Any]) -> None:
    resources = template["Resources"]
    granted = [
        *resources["StudyTaskRole"]["Properties"]["Policies"],
        {"PolicyDocument": resources["StudyTaskAnswers"]["Properties"]["PolicyDocument"]},
    ]
    actions = {
        action
        for policy in granted
        for statement in policy["PolicyDocument"]["Statement"]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }
    wanted = set().union(*(ACTIONS[one] for one in calls.operations("chalicelib.tasks.study", "main")))
    assert actions == wanted | {"rds-db:connect", "elasticache:Connect"}


@pytest.mark.parametrize("function", HANDLERS)
def test_only_what_has_no_resources_is_allowed_on_all(function: str) -> None:
    for statement in statements(function):
        assert not any("*" in action for action in statement["Action"])
        if "*" in statement["Resource"]:
            assert all(action.startswith(tuple(WIDE)) for action in statement["Action"]), statement["Sid"]


def test_a_function_receives_only_from_its_own_queue(template: dict[str, Any]) -> None:
    queues = {
        name: resource["Properties"]["QueueName"]["Fn::Sub"].replace("${Stage}", "prod")
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::SQS::Queue"
    }
    for source in app.event_sources:
        if hasattr(source, "queue"):
            (received,) = [one for one in statements(source.name) if "sqs:ReceiveMessage" in one["Action"]]
            # the name of a queue has the stage of the process in it, and this is not a deployed one
            (queue,) = [one["Fn::GetAtt"][0] for one in received["Resource"]]
            assert queues[queue].split("-", 2)[2] == source.queue.split("-", 2)[2]


def test_the_functions_in_the_network_are_those_that_need_it(template: dict[str, Any]) -> None:
    for function in HANDLERS:
        logical = (
            "APIHandler" if function == "api_handler" else "".join(map(str.capitalize, function.split("_")))
        )
        inside = "VpcConfig" in template["Resources"][logical]["Properties"]
        assert inside == (function not in OUTSIDE), function


class TestTheWalk:
    """It finds what is there; a walk that finds nothing would have nothing to compare."""

    def test_it_goes_from_a_handler_through_its_service_to_the_adapter(self) -> None:
        assert "start_execution" in calls.operations("chalicelib.events.uploads", "uploads")
        assert "send_message_batch" in calls.operations("chalicelib.events.schedules", "sweep")
        assert calls.operations("chalicelib.events.solve_queue", "solve_queue") == frozenset()

    def test_it_knows_every_operation_of_the_adapters(self) -> None:
        modules = (
            "object_store",
            "queue",
            "workflows_step_functions",
            "diagnostics",
            "ranged_object",
            "secrets",
            "releases",
        )
        there = {
            operation
            for module in modules
            for name in calls.read(f"{calls.ADAPTERS}.{module}").defined
            for operation in calls.operations(f"{calls.ADAPTERS}.{module}", name)
        }
        assert there == ACTIONS.keys()

    def test_the_services_are_all_found(self) -> None:
        imported = calls.read(calls.COMPOSITION).imported
        others = {"close", "object_store", *calls.OF_SERVICES}
        assert set(Services.__dataclass_fields__) - others <= imported.keys()


def test_the_archive_knows_every_service_that_is_called() -> None:
    """botocore without the description of a service raises at its first call, which no import shows."""
    recipe = tomllib.loads((ROOT / "layers" / "dependencies" / "recipe.toml").read_text(encoding="utf-8"))
    assert {f"botocore/data/{service}/*" for service in get_args(Service)} <= set(recipe["keep"])
