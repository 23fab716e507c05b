"""Versions of functions, on Lambda, and the deployments that wait for a word about them, on CodeDeploy."""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.aws import make_client
from chalicelib.domain.errors import ServiceUnavailableError

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient


class CodeDeployReleases:
    """Keeps `release_ports.Releases`."""

    @cached_property
    def _lambda_client(self) -> "LambdaClient":
        client: LambdaClient = make_client("lambda")
        return client

    @cached_property
    def _codedeploy_client(self) -> Any:
        return make_client("codedeploy")

    def call(self, function: str, event: Mapping[str, Any]) -> Any:
        answer = self._lambda_client.invoke(FunctionName=function, Payload=json.dumps(event).encode())
        text = answer["Payload"].read().decode()
        if "FunctionError" in answer:
            raise ServiceUnavailableError(f"{function} broke: {text[:1000]}")
        return json.loads(text)

    def report(self, deployment: str, hook: str, *, succeeded: bool) -> None:
        self._codedeploy_client.put_lifecycle_event_hook_execution_status(
            deploymentId=deployment,
            lifecycleEventHookExecutionId=hook,
            status="Succeeded" if succeeded else "Failed",
        )
