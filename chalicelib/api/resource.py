"""A blueprint whose routes say what they take and answer, for the checks and the OpenAPI document alike.

A handler gets a `Call`: the caller, the path's ids, the query and the body, all checked. It calls one
service and returns an `Answer`, or raises; everything else about HTTP is done here.
"""

import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Generic, TypeVar
from uuid import UUID

from chalice.app import Blueprint, Request, Response
from pydantic import BaseModel, ConfigDict, RootModel, ValidationError
from pydantic_core import to_json

from chalicelib import observability, settings
from chalicelib.api import json_body
from chalicelib.api.authorizer import authorize, principal_of
from chalicelib.api.errors import CORRELATION_HEADER, Problem, invalid, problem, problem_of
from chalicelib.domain.access import Permission, Principal
from chalicelib.domain.errors import FieldProblem, InvalidRequestError, MalformedBodyError

ANONYMOUS = Principal(user_id="", project="")
JSON = "application/json"

logger = logging.getLogger(__name__)


class Query(BaseModel):
    """The query parameters of a route; an unknown one is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoBody(RootModel[None]):
    """The route takes no body, and looks at none."""


Q = TypeVar("Q", bound=Query)
B = TypeVar("B", bound=BaseModel)


@dataclass(frozen=True)
class Call(Generic[Q, B]):
    """One checked request."""

    principal: Principal
    correlation_id: str
    path: Mapping[str, str]
    query: Q
    body: B
    idempotency_key: str | None = None

    def identifier(self, name: str) -> UUID:
        """The id in the path that the route calls `name`; raises InvalidRequestError where it is no UUID."""
        text = self.path[name]
        try:
            return UUID(text)
        except ValueError:
            message = f"'{text[:60]}' is not an id; give the UUID that the service answered with"
            raise InvalidRequestError(message, fields=(FieldProblem(name, message),)) from None


@dataclass(frozen=True)
class Answer:
    """What a handler answers: text and bytes go as they are, everything else as JSON."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = JSON


@dataclass(frozen=True)
class Outcome:
    """One way an operation can end well, for the document: a model, or a content type for files."""

    description: str
    model: type[BaseModel] | None = None
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """What one route takes and answers."""

    method: str
    path: str
    name: str
    summary: str
    description: str
    permission: Permission | None
    query: type[Query]
    body: type[BaseModel]
    outcomes: Mapping[int, Outcome]
    refusals: tuple[str, ...]
    idempotent: bool
    examples: Mapping[str, Any]

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)


class Resource(Blueprint):  # type: ignore[misc]
    """A Chalice blueprint that remembers its operations."""

    def __init__(self, import_name: str) -> None:
        super().__init__(import_name)
        self.operations: list[Operation] = []

    def operation(
        self,
        method: str,
        path: str,
        *,
        permission: Permission | None,
        outcomes: Mapping[int, Outcome],
        query: type[Q] = Query,  # type: ignore[assignment]
        body: type[B] = NoBody,  # type: ignore[assignment]
        refusals: tuple[str, ...] = (),
        idempotent: bool = False,
        examples: Mapping[str, Any] | None = None,
    ) -> Callable[[Callable[[Call[Q, B]], Answer]], Callable[[Call[Q, B]], Answer]]:
        """Registers a handler; the first line of its docstring is the summary in the document.

        `permission` None opens the route to everyone; `refusals` are the codes of domain errors that it
        answers beyond the ones every route may.
        """

        def register(handler: Callable[[Call[Q, B]], Answer]) -> Callable[[Call[Q, B]], Answer]:
            summary, _, description = (handler.__doc__ or "").strip().partition("\n")
            operation = Operation(
                method=method,
                path=path,
                name=handler.__name__,
                summary=summary.rstrip("."),
                description=" ".join(description.split()),
                permission=permission,
                query=query,
                body=body,
                outcomes=outcomes,
                refusals=refusals,
                idempotent=idempotent,
                examples=examples or {},
            )
            self.operations.append(operation)
            self._add_route(operation, handler)
            return handler

        return register

    def _add_route(self, operation: Operation, handler: Callable[[Call[Any, Any]], Answer]) -> None:
        @wraps(handler)
        def view(**path: str) -> Response:
            return respond(operation, handler, self.current_request, path)

        authorizer = None if operation.permission is None else authorize
        self.route(operation.path, methods=[operation.method], authorizer=authorizer)(view)


def respond(
    operation: Operation,
    handler: Callable[[Call[Any, Any]], Answer],
    request: Request,
    path: Mapping[str, str],
) -> Response:
    """The answer of a handler to one request, or the problem that it met."""
    correlation = observability.correlation_id(request.headers.get(CORRELATION_HEADER))
    started = time.perf_counter()
    with observability.working_on(correlation):
        try:
            response = _wire(handler(_call(operation, request, path, correlation)), correlation)
        except Exception as error:
            response = as_response(problem_of(error, correlation_id=correlation))
        _log(operation, response.status_code, time.perf_counter() - started)
    return response


def translate_gateway_errors(request: Request, get_response: Callable[[Request], Response]) -> Response:
    """Chalice middleware: its own refusals (wrong method, wrong content type) become problems too."""
    response = get_response(request)
    code = response.body.get("Code") if isinstance(response.body, dict) else None
    if code is None or response.status_code < 400:
        return response
    correlation = observability.correlation_id(request.headers.get(CORRELATION_HEADER) if request else None)
    if code == "MethodNotAllowedError":
        allowed = response.headers.get("Allow", "")
        detail = f"{request.method} is not allowed here; allowed are {allowed}"
        refused = as_response(problem("method_not_allowed", detail, correlation_id=correlation))
        refused.headers["Allow"] = allowed
        return refused
    if code == "UnsupportedMediaType":
        given = request.headers.get("content-type", "")[:100]
        detail = f"the body is '{given}', and only {JSON} is taken; send the header 'Content-Type: {JSON}'"
        return as_response(problem("unsupported_media_type", detail, correlation_id=correlation))
    return as_response(problem_of(RuntimeError(str(response.body)), correlation_id=correlation))


def as_response(refused: Problem) -> Response:
    """A problem as Chalice sends it."""
    return Response(body=refused.body.decode(), status_code=refused.status, headers=dict(refused.headers))


def _call(
    operation: Operation, request: Request, path: Mapping[str, str], correlation: str
) -> Call[Any, Any]:
    principal = ANONYMOUS if operation.permission is None else principal_of(request.context)
    if operation.permission is not None:
        principal.require(operation.permission)
    return Call(
        principal=principal,
        correlation_id=correlation,
        path=path,
        query=_query(operation.query, request),
        body=_body(operation.body, request),
        idempotency_key=request.headers.get("idempotency-key") if operation.idempotent else None,
    )


def _query(model: type[Query], request: Request) -> Query:
    given = request.query_params
    values: dict[str, str] = {}
    for name in given or ():
        texts = given.getlist(name)
        if len(texts) > 1:
            message = f"'{name}' is given {len(texts)} times; give it once"
            raise InvalidRequestError(message, fields=(FieldProblem(name, message),))
        values[name] = texts[0]
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise invalid(error, model, what="the query") from error


def _body(model: type[BaseModel], request: Request) -> BaseModel:
    if model is NoBody:
        return NoBody(None)
    value = json_body.parse(_content(request), limit=settings.deployment().body_limit)
    if not isinstance(value, dict):
        raise InvalidRequestError(f"the body is a JSON {type(value).__name__}, and an object is expected")
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise invalid(error, model, what="the body") from error


def _content(request: Request) -> bytes:
    try:
        raw = request.raw_body
        return raw if isinstance(raw, bytes) else str(raw or "").encode()
    except ValueError as error:
        raise MalformedBodyError("the body can not be read as UTF-8 text") from error


def _wire(answer: Answer, correlation: str) -> Response:
    body = answer.body
    if body is not None and not isinstance(body, str | bytes):
        body = to_json(body, inf_nan_mode="null").decode()
    headers = {"Content-Type": answer.content_type, CORRELATION_HEADER: correlation, **answer.headers}
    return Response(body="" if body is None else body, status_code=answer.status, headers=headers)


def _log(operation: Operation, status: int, seconds: float) -> None:
    logger.info(
        "%s %s %d",
        operation.method,
        operation.path,
        status,
        extra={"operation": operation.name, "status": status, "seconds": round(seconds, 4)},
    )
    observability.count("requests", operation=operation.name, status=str(status))
