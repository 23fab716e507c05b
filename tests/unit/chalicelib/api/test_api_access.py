"""Who may do what, and how those who may not are told."""

import json
from types import SimpleNamespace

import pytest
from fake_api import Api

from app import app
from chalicelib.api import operations
from chalicelib.api.authorizer import refusal
from chalicelib.api.operation import Operation
from chalicelib.domain.access import Permission

OPEN = {"/health", "/openapi.json"}
CLOSED = [operation for operation in operations() if operation.path not in OPEN]
ID = "6f8f1f6e-0b7c-4c39-9d5e-2f1f2a8d1c11"


def name_of(operation: Operation) -> str:
    return operation.name


def path_of(operation: Operation) -> str:
    path = operation.path
    for parameter in operation.parameters:
        path = path.replace(f"{{{parameter}}}", ID)
    return path


def test_only_health_and_the_document_are_open() -> None:
    assert {operation.path for operation in operations() if operation.permission is None} == OPEN


def test_every_route_of_the_app_is_an_operation() -> None:
    routes = {(method, path) for path, entries in app.routes.items() for method in entries}
    assert routes == {(operation.method, operation.path) for operation in operations()}


@pytest.mark.parametrize("operation", CLOSED, ids=name_of)
def test_a_closed_route_is_not_reached_without_a_token(
    api: Api, services: SimpleNamespace, operation: Operation
) -> None:
    answer = api.send(operation.method, path_of(operation), caller=None)
    assert answer.status_code == 401
    assert not any(service.called for service in vars(services).values())


@pytest.mark.parametrize("operation", CLOSED, ids=name_of)
def test_a_closed_route_is_not_reached_with_a_bad_token(
    api: Api, services: SimpleNamespace, operation: Operation
) -> None:
    answer = api.send(operation.method, path_of(operation), caller="expired")
    assert answer.status_code == 403
    assert not any(service.called for service in vars(services).values())


@pytest.mark.parametrize(
    "operation", [one for one in CLOSED if one.permission is not Permission.READ], ids=name_of
)
def test_a_reader_may_only_read(api: Api, services: SimpleNamespace, operation: Operation) -> None:
    answer = api.send(operation.method, path_of(operation), {}, caller="reader")
    assert (answer.status_code, answer.json_body["code"]) == (403, "permission_denied")
    assert str(operation.permission) in answer.json_body["detail"]
    assert not any(service.called for service in vars(services).values())


@pytest.mark.parametrize(
    ("authorization", "said"),
    [
        (None, "no token"),
        ("", "no token"),
        ("Basic YTpi", "Bearer <token>"),
        ("Bearer ", "Bearer <token>"),
        ("engineer", "Bearer <token>"),
        ("Bearer old", "expired"),
    ],
)
def test_a_stopped_request_is_told_why(
    services: SimpleNamespace, authorization: str | None, said: str
) -> None:
    refused = refusal(authorization, correlation_id="trace")
    body = json.loads(refused.body)
    assert (refused.status, body["code"], body["correlation_id"]) == (401, "unauthenticated", "trace")
    assert said in body["detail"]
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_may_be_written_in_any_case(api: Api, services: SimpleNamespace, scheme: str) -> None:
    services.list_analyses.return_value = {"items": [], "next_cursor": None}
    headers = {"Authorization": f"{scheme} engineer"}
    assert api.get("/v1/analyses", caller=None, headers=headers).status_code == 200


def test_an_offered_correlation_id_comes_back(api: Api) -> None:
    answer = api.get("/health", headers={"X-Correlation-Id": "flight-42"})
    assert answer.headers["X-Correlation-Id"] == "flight-42"


@pytest.mark.parametrize("offered", ["", "two words", "a" * 129, "line\nbreak", "ü"])
def test_an_unusable_correlation_id_is_replaced(api: Api, offered: str) -> None:
    answer = api.get("/health", headers={"X-Correlation-Id": offered})
    assert answer.status_code == 200
    assert answer.headers["X-Correlation-Id"] != offered
    assert len(answer.headers["X-Correlation-Id"]) == 36
