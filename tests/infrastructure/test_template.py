"""The template for AWS: valid, complete, and in step with the code."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app import app
from chalicelib.api.errors import STATUS
from chalicelib.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
TIMES = 6
"""AWS wants a queue's visibility timeout to be at least six times the timeout of its function."""


def functions(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        name: resource["Properties"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def queue_sources(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        name: event["Properties"]
        for name, function in functions(template).items()
        for event in function.get("Events", {}).values()
        if event["Type"] == "SQS"
    }


def queue_of(template: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
    """The properties of the queue that an event source reads; its name has to be in the template."""
    name = source["Queue"]["Fn::Sub"].rpartition(":")[2]
    found = [
        resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::SQS::Queue"
        and resource["Properties"]["QueueName"]["Fn::Sub"].replace("${Stage}", "prod") == name
    ]
    assert len(found) == 1, name
    return found[0]


def test_the_template_is_valid(packaged: Path) -> None:
    linter = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run(
        [str(linter), "--regions", "us-east-1", "--template", "template.json"],
        cwd=packaged,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_merged_parts_keep_parameters_and_outputs(
    template: dict[str, Any], resources: dict[str, Any]
) -> None:
    assert resources["Parameters"].items() <= template["Parameters"].items()
    assert resources["Outputs"].items() <= template["Outputs"].items()
    assert {"EndpointURL", "RestAPIId"} <= template["Outputs"].keys()


def test_every_function_that_is_changed_is_one_that_chalice_makes(
    template: dict[str, Any], resources: dict[str, Any]
) -> None:
    changed = functions(resources)
    assert changed
    # a name that Chalice does not make gets no role and no handler
    assert changed.keys() == {name for name, one in functions(template).items() if "Role" in one}


def test_every_queue_that_is_read_is_described_and_reports_single_failures(template: dict[str, Any]) -> None:
    sources = queue_sources(template)
    assert len(sources) == len([one for one in app.event_sources if hasattr(one, "queue")])
    for source in sources.values():
        queue_of(template, source)
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_a_message_stays_hidden_while_its_function_may_run(template: dict[str, Any]) -> None:
    for name, source in queue_sources(template).items():
        parameter = queue_of(template, source)["VisibilityTimeout"]["Ref"]
        hidden = template["Parameters"][parameter]["Default"]
        assert hidden >= TIMES * functions(template)[name]["Timeout"], name


def test_every_message_that_can_not_be_handled_ends_in_the_dead_letters(template: dict[str, Any]) -> None:
    queues = {n: r["Properties"] for n, r in template["Resources"].items() if r["Type"] == "AWS::SQS::Queue"}

    def follow(name: str) -> str:
        redrive = queues[name].get("RedrivePolicy")
        return follow(redrive["deadLetterTargetArn"]["Fn::GetAtt"][0]) if redrive else name

    assert {follow(name) for name in queues} == {"DeadLetterMessages"}
    attempts = {n: q["RedrivePolicy"]["maxReceiveCount"] for n, q in queues.items() if "RedrivePolicy" in q}
    assert attempts.pop("SolveRequests") == 1
    assert attempts == dict.fromkeys(
        ("SolveRetries", "UploadNotifications", "BatchRequests", "StudyRequests"), 3
    )


def test_every_setting_without_a_default_is_given_to_the_functions(template: dict[str, Any]) -> None:
    given = template["Globals"]["Function"]["Environment"]["Variables"]
    needed = {f"HRMA_{name.upper()}" for name, field in Settings.model_fields.items() if field.is_required()}
    needed |= {"HRMA_BATCH_STATE_MACHINE_ARN", "HRMA_STUDY_STATE_MACHINE_ARN"}
    assert needed <= given.keys()
    known = template["Resources"] | template["Parameters"]
    for variable in given.values():
        assert isinstance(variable, str) or "Ref" not in variable or variable["Ref"] in known


def test_the_functions_know_their_stage(template: dict[str, Any]) -> None:
    for function in functions(template).values():
        assert function["Environment"]["Variables"]["HRMA_STAGE"] == "prod"


def test_every_function_has_a_role_of_its_own(template: dict[str, Any]) -> None:
    roles = [function["Role"]["Fn::GetAtt"][0] for function in functions(template).values()]
    assert len(set(roles)) == len(roles)


def test_every_policy_belongs_to_a_function() -> None:
    configured = json.loads((ROOT / ".chalice" / "config.json").read_text())["lambda_functions"]
    named = {function["iam_policy_file"] for function in configured.values()}
    assert named == {f"policies/{path.name}" for path in (ROOT / ".chalice" / "policies").iterdir()}
    assert set(configured) == {"api_handler"} | set(app.handler_map) - {
        entry.view_name for methods in app.routes.values() for entry in methods.values()
    }


def test_the_gateway_refuses_with_the_same_problems_as_the_app(template: dict[str, Any]) -> None:
    for response in template["Resources"]["RestAPI"]["Properties"]["GatewayResponses"].values():
        body = json.loads(response["ResponseTemplates"]["application/json"])
        status = STATUS[body["code"]]
        assert (body["status"], response["StatusCode"], body["title"]) == (status, status, status.phrase)
        assert body["type"] == f"urn:hrma:problem:{body['code']}"
        assert body["detail"]
        assert response["ResponseParameters"]["Headers"]["Content-Type"] == "'application/problem+json'"


def test_every_closed_route_has_the_authorizer(template: dict[str, Any]) -> None:
    paths = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    is_open = {
        path for path, methods in paths.items() for entry in methods.values() if not entry.get("security")
    }
    assert is_open == {"/health", "/openapi.json"}


def test_the_uploads_bucket_tells_the_uploads_queue_which_lets_it(template: dict[str, Any]) -> None:
    bucket = template["Resources"]["UploadsBucket"]
    told = bucket["Properties"]["NotificationConfiguration"]["QueueConfigurations"]
    assert [(one["Event"], one["Queue"]["Fn::GetAtt"][0]) for one in told] == [
        ("s3:ObjectCreated:*", "UploadNotifications")
    ]
    assert bucket["DependsOn"] == "UploadNotificationsPolicy"
    policy = template["Resources"]["UploadNotificationsPolicy"]["Properties"]
    allowed = policy["PolicyDocument"]["Statement"][0]
    arn = allowed["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::Sub"]
    assert arn.rpartition(":")[2] == bucket["Properties"]["BucketName"]["Fn::Sub"]


@pytest.mark.parametrize("name", ["UploadsBucket", "ResultsBucket"])
def test_no_bucket_is_public_or_lost_with_the_stack(template: dict[str, Any], name: str) -> None:
    bucket = template["Resources"][name]
    assert all(bucket["Properties"]["PublicAccessBlockConfiguration"].values())
    assert bucket["DeletionPolicy"] == bucket["UpdateReplacePolicy"] == "Retain"


def test_what_is_packaged_is_the_service_without_the_engine_and_the_runtime(packaged: Path) -> None:
    code = packaged / "code"
    assert {"app.py", "chalice", "chalicelib"} == {path.name for path in code.iterdir()}
    assert (code / "chalicelib" / "bootstrap.py").exists()
    assert (code / "chalicelib" / "api" / "documentation.html").exists()


def test_the_api_calls_aliases_and_nothing_else(template: dict[str, Any]) -> None:
    """A new version that gets a tenth of the requests would else get all of them."""
    text = json.dumps(template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"])
    assert text.count("/invocations") == text.count('{"Alias": {"Ref": ')
    assert {"APIHandler.Alias", "Authorize.Alias"} == set(re.findall(r'{"Ref": "(\w+\.Alias)"}', text))
    for name in ("APIHandler", "Authorize"):
        permission = template["Resources"][f"{name}InvokePermission"]["Properties"]
        assert permission["FunctionName"] == {"Ref": f"{name}.Alias"}
