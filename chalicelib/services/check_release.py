"""Have a version of the service solve a real motor before it gets everybody's."""

import json
import time
from collections.abc import Callable
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from chalicelib.adapters.release_ports import Releases
from chalicelib.domain.errors import ReleaseRefusedError
from chalicelib.domain.messages import SolveRequested, encode

PROJECT = "release-check"
C_STAR = 2304.58
"""m/s: NASA CEA's for LOX/LH2 at mixture ratio 6 and 7 MPa; a percent of the pressure is 0.2 m/s of it."""
TOLERANCE = 1.0
SECONDS = 25.0
PAUSE_SECONDS = 0.5

Document = dict[str, Any]


def check_release(
    deployment: str,
    *,
    releases: Releases,
    api: str,
    solver: str,
    sleep: Callable[[float], None] = time.sleep,
) -> UUID:
    """Sends an analysis through the function `api`, shows its message to the function `solver`, reads the answer.

    Answers the analysis. The same deployment asks for the same analysis, however often its hook is run. Raises
    ReleaseRefusedError where a function refuses, breaks or answers another characteristic velocity, and
    ServiceUnavailableError where one can not be called.
    """
    motor = _motor(deployment)
    accepted = _body(releases.call(api, _request("POST", "/v1/analyses", key=deployment, body=motor)), 202)
    analysis_id = UUID(accepted["id"])
    message = encode(SolveRequested(correlation_id=deployment, analysis_id=analysis_id))
    answer = releases.call(solver, _delivery(deployment, message))
    if answer != {"batchItemFailures": []}:
        raise ReleaseRefusedError(f"{solver} does not take the analysis {analysis_id}: {answer}")
    _check(_followed(analysis_id, releases, api, sleep))
    return analysis_id


def _motor(deployment: str) -> Document:
    """A motor that nobody has asked for, so that no cache knows it: the pressure is off by up to a hundredth."""
    fraction = uuid5(NAMESPACE_URL, deployment).int % 1_000_000 / 1e8
    return {
        "motor_type": "liquid",
        "propellant": {"fuel": "LH2", "oxidizer": "LOX", "mixture_ratio": 6.0},
        "chamber_pressure": 7e6 * (1 + fraction),
        "nozzle": {"area_ratio": 40.0},
    }


def _followed(analysis_id: UUID, releases: Releases, api: str, sleep: Callable[[float], None]) -> Document:
    for _ in range(int(SECONDS / PAUSE_SECONDS)):
        request = _request("GET", "/v1/analyses/{analysis_id}", {"analysis_id": str(analysis_id)})
        found = _body(releases.call(api, request), 200)
        if found["status"] not in ("queued", "running"):
            return found
        sleep(PAUSE_SECONDS)
    raise ReleaseRefusedError(f"the analysis {analysis_id} is not solved after {SECONDS:g} s")


def _check(analysis: Document) -> None:
    if analysis["status"] != "succeeded":
        raise ReleaseRefusedError(
            f"the analysis {analysis['id']} {analysis['status']}: {analysis.get('error')}"
        )
    c_star = analysis["result"]["c_star"]
    if abs(c_star - C_STAR) > TOLERANCE:
        raise ReleaseRefusedError(f"the characteristic velocity is {c_star} m/s, and NASA CEA has {C_STAR}")


def _body(response: Document, status: int) -> Document:
    if response["statusCode"] != status:
        raise ReleaseRefusedError(f"the API answers {response['statusCode']}: {response['body'][:500]}")
    body: Document = json.loads(response["body"])
    return body


def _request(
    method: str,
    resource: str,
    path: dict[str, str] | None = None,
    *,
    key: str = "",
    body: Document | None = None,
) -> Document:
    """What API Gateway would hand over, after its authorizer had let the caller through."""
    headers = {"content-type": ["application/json"], **({"idempotency-key": [key]} if key else {})}
    return {
        "httpMethod": method,
        "resource": resource,
        "path": resource.format(**(path or {})),
        "pathParameters": path,
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "headers": {name: values[0] for name, values in headers.items()},
        "multiValueHeaders": headers,
        "stageVariables": None,
        "requestContext": {
            "httpMethod": method,
            "resourcePath": resource,
            "authorizer": {"principalId": PROJECT, "project": PROJECT, "permissions": "read write"},
            "identity": {"sourceIp": "127.0.0.1"},
        },
        "body": json.dumps(body) if body else None,
        "isBase64Encoded": False,
    }


def _delivery(deployment: str, message: str) -> Document:
    """What SQS would hand over."""
    record = {
        "messageId": deployment,
        "receiptHandle": "",
        "body": message,
        "attributes": {},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:::release-check",
    }
    return {"Records": [record]}
