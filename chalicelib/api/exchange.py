"""One HTTP request, from Chalice's event to a checked call, and back from an answer or an error."""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from chalice.app import Request, Response
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from chalicelib import observability, settings
from chalicelib.api import caching, json_body
from chalicelib.api.authorizer import principal_of
from chalicelib.api.errors import Problem, invalid, problem, problem_of
from chalicelib.api.operation import JSON, Answer, Call, NoBody, Operation, Query
from chalicelib.domain.access import Principal
from chalicelib.domain.errors import FieldProblem, InvalidRequestError, MalformedBodyError

ANONYMOUS = Principal(user_id="", project="")

logger = logging.getLogger(__name__)


def respond(
    operation: Operation,
    handler: Callable[[Call[Any, Any]], Answer],
    request: Request,
    path: Mapping[str, str],
) -> Response:
    """The answer of a handler to one request, or the problem that it met."""
    correlation = observability.correlation_id(request.headers.get(observability.CORRELATION_HEADER))
    started = time.perf_counter()
    with observability.working_on(correlation):
        try:
            answer = handler(_call(operation, request, path, correlation))
            response = _wire(answer, request, correlation)
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
    correlation = observability.correlation_id(request.headers.get(observability.CORRELATION_HEADER))
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


def _wire(answer: Answer, request: Request, correlation: str) -> Response:
    body = "" if answer.body is None else answer.body
    if not isinstance(body, str | bytes):
        body = to_json(body, inf_nan_mode="null").decode()
    kept = caching.headers_of(answer, body if isinstance(body, bytes) else body.encode())
    common = {observability.CORRELATION_HEADER: correlation, **kept}
    if caching.is_known(kept.get("ETag"), request.headers):
        return Response(body="", status_code=304, headers=common)
    headers = {"Content-Type": answer.content_type, **common, **answer.headers}
    return Response(body=body, status_code=answer.status, headers=headers)


def _log(operation: Operation, status: int, seconds: float) -> None:
    logger.info(
        "%s %s %d",
        operation.method,
        operation.path,
        status,
        extra={"operation": operation.name, "status": status, "seconds": round(seconds, 4)},
    )
    observability.count("requests", operation=operation.name, status=str(status))
