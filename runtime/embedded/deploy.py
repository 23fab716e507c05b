"""Brings the description of a stage to an AWS endpoint's CloudFormation."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError, WaiterError

from runtime.embedded import description
from runtime.errors import StackError

PLACE = re.compile(r"\$\{(\w+)\}")
POLL = {"Delay": 1, "MaxAttempts": 60}
FAILED_STATES = ("ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED")


@dataclass(frozen=True)
class Deployment:
    """What a deployed stack offers to the service, and whether this deployment changed it."""

    outputs: Mapping[str, str]
    changed: bool

    def environment(self) -> dict[str, str]:
        """The outputs as the service's variables: `UploadsBucket` becomes `HRMA_UPLOADS_BUCKET`."""
        return {f"HRMA_{upper_snake(name)}": value for name, value in self.outputs.items()}


def deploy(environment: Mapping[str, str], stage: str, parameters: Mapping[str, str]) -> Deployment:
    """Creates or updates the stage's stack; raises StackError with the endpoint's reason when it fails."""
    client = aws_client("cloudformation", environment)
    name = f"hrma-{stage}"
    values = {"Stage": stage, **parameters}
    request = {
        "StackName": name,
        "TemplateBody": json.dumps(template()),
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
    }
    state = stack_state(client, name)
    if state in FAILED_STATES:
        client.delete_stack(StackName=name)
        client.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig=POLL)
        state = None
    try:
        changed = update(client, request) if state else create(client, request)
    except (ClientError, WaiterError) as error:
        raise StackError(f"the resources could not be created: {error}\n{reasons(client, name)}") from error
    found = client.describe_stacks(StackName=name)["Stacks"][0].get("Outputs", [])
    return Deployment({output["OutputKey"]: output["OutputValue"] for output in found}, changed)


def template() -> dict[str, Any]:
    """The description for an endpoint of one machine, with its state machines' definitions put in."""
    plain = description.local()
    plain["Resources"] = {
        name: with_definition(resource, description.FOLDER) for name, resource in plain["Resources"].items()
    }
    return plain


def with_definition(resource: dict[str, Any], folder: Path) -> dict[str, Any]:
    """A state machine with the file that it names in place of the name; anything else as it is."""
    properties = resource.get("Properties", {})
    location = properties.get("DefinitionS3Location")
    if resource["Type"] != "AWS::StepFunctions::StateMachine" or not isinstance(location, str):
        return resource
    kept = {key: value for key, value in properties.items() if key != "DefinitionS3Location"}
    definition = json.dumps(json.loads((folder / location).read_text(encoding="utf-8")))
    for name in set(PLACE.findall(definition)) - properties["DefinitionSubstitutions"].keys():
        definition = definition.replace(f"${{{name}}}", "")  # what only AWS has, such as subnets
    return {**resource, "Properties": {**kept, "DefinitionString": definition}}


def create(client: Any, request: Mapping[str, Any]) -> bool:
    client.create_stack(**request)
    client.get_waiter("stack_create_complete").wait(StackName=request["StackName"], WaiterConfig=POLL)
    return True


def update(client: Any, request: Mapping[str, Any]) -> bool:
    """Updates the stack; returns whether there was anything to change."""
    try:
        client.update_stack(**request)
    except ClientError as error:
        if "No updates are to be performed" in str(error):
            return False
        raise
    client.get_waiter("stack_update_complete").wait(StackName=request["StackName"], WaiterConfig=POLL)
    return True


def stack_state(client: Any, name: str) -> str | None:
    """The state of the stack; None when there is none."""
    try:
        return str(client.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
    except ClientError:
        return None


def reasons(client: Any, name: str) -> str:
    """Why the endpoint could not make the stack's resources, as far as it says."""
    try:
        events = client.describe_stack_events(StackName=name)["StackEvents"]
    except ClientError:
        return ""
    failed = [event for event in events if "FAILED" in event.get("ResourceStatus", "")]
    return "\n".join(
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}" for event in failed
    )


def remove_leftover_buckets(environment: Mapping[str, str], stage: str) -> None:
    """Removes the stage's empty buckets where no stack owns them.

    The embedded endpoint keeps buckets as soon as they are made but remembers stacks only after an orderly
    stop; when it is killed in between, the buckets stand in the way of the stack.
    """
    if stack_state(aws_client("cloudformation", environment), f"hrma-{stage}"):
        return
    client = aws_client("s3", environment)
    for bucket in client.list_buckets()["Buckets"]:
        if bucket["Name"].startswith(f"hrma-{stage}-"):
            try:
                client.delete_bucket(Bucket=bucket["Name"])
            except ClientError as error:
                raise StackError(
                    f"the bucket {bucket['Name']} holds files but the endpoint lost its records: {error}; "
                    "move the folder 'aws' out of HRMA_HOME and start again"
                ) from error


def aws_client(service: str, environment: Mapping[str, str]) -> Any:
    """A boto3 client for the endpoint that the stack's environment names."""
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=environment.get("AWS_ENDPOINT_URL"),
        region_name=environment["AWS_DEFAULT_REGION"],
        aws_access_key_id=environment.get("AWS_ACCESS_KEY_ID"),
        aws_secret_access_key=environment.get("AWS_SECRET_ACCESS_KEY"),
    )


def upper_snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()
