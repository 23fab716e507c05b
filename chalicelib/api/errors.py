"""Errors as RFC 9457 problems: the one place that knows status codes."""

import logging
from collections.abc import Iterable
from difflib import get_close_matches
from http import HTTPStatus
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, to_json

from chalicelib.domain.errors import DomainError, FieldProblem, InvalidRequestError
from chalicelib.observability import CORRELATION_HEADER

CONTENT_TYPE = "application/problem+json"

STATUS: dict[str, HTTPStatus] = {
    "malformed_body": HTTPStatus.BAD_REQUEST,
    "unauthenticated": HTTPStatus.UNAUTHORIZED,
    "permission_denied": HTTPStatus.FORBIDDEN,
    "not_found": HTTPStatus.NOT_FOUND,
    "route_not_found": HTTPStatus.NOT_FOUND,
    "method_not_allowed": HTTPStatus.METHOD_NOT_ALLOWED,
    "conflict": HTTPStatus.CONFLICT,
    "not_ready": HTTPStatus.CONFLICT,
    "request_in_progress": HTTPStatus.CONFLICT,
    "body_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "unsupported_media_type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "invalid_request": HTTPStatus.UNPROCESSABLE_ENTITY,
    "idempotency_key_reused": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unknown_message": HTTPStatus.UNPROCESSABLE_ENTITY,
    "quota_exceeded": HTTPStatus.TOO_MANY_REQUESTS,
    "too_many_requests": HTTPStatus.TOO_MANY_REQUESTS,
    "internal_error": HTTPStatus.INTERNAL_SERVER_ERROR,
    "service_unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
}
HEADERS: dict[str, dict[str, str]] = {
    "unauthenticated": {"WWW-Authenticate": 'Bearer realm="hrma"'},
    "request_in_progress": {"Retry-After": "1"},
    "not_ready": {"Retry-After": "1"},
    "service_unavailable": {"Retry-After": "5"},
}
_INTERNAL = "something broke on our side; the log of this correlation id says what"

logger = logging.getLogger(__name__)


class Problem(NamedTuple):
    """One refused request, as it goes over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes


def problem(code: str, detail: str, *, correlation_id: str, **members: Any) -> Problem:
    """The answer for `code`; `members` join the body, those that are None are left out."""
    status = STATUS[code]
    body = {
        "type": f"urn:hrma:problem:{code}",
        "title": status.phrase,
        "status": int(status),
        "code": code,
        "detail": detail,
        "correlation_id": correlation_id,
        **{name: value for name, value in members.items() if value is not None},
    }
    headers = {
        "Content-Type": CONTENT_TYPE,
        CORRELATION_HEADER: correlation_id,
        "Cache-Control": "no-store",
        **HEADERS.get(code, {}),
    }
    return Problem(int(status), headers, to_json(body, inf_nan_mode="null", fallback=str))


def problem_of(error: Exception, *, correlation_id: str) -> Problem:
    """The answer for any exception; one that nobody foresaw is logged and its insides are kept back."""
    if isinstance(error, DomainError) and error.code in STATUS and error.code != "internal_error":
        fields = [_field(one) for one in error.fields] or None
        return problem(error.code, error.detail, correlation_id=correlation_id, errors=fields, **error.extra)
    logger.error("a request broke", exc_info=error)
    return problem("internal_error", _INTERNAL, correlation_id=correlation_id)


def route_not_found(method: str, path: str, *, correlation_id: str) -> Problem:
    """The answer where no route has this path; for the gateways, which meet it before the app does."""
    detail = f"there is no {method} {path[:200]}; /openapi.json lists every route"
    return problem("route_not_found", detail, correlation_id=correlation_id)


def invalid(error: ValidationError, model: type[BaseModel], *, what: str) -> InvalidRequestError:
    """The refusal that a pydantic error amounts to; `what` is where the fields are, such as 'the query'."""
    fields = tuple(_described(one, model) for one in error.errors(include_url=False, include_context=False))
    names = ", ".join(dict.fromkeys(one.field for one in fields if one.field))
    return InvalidRequestError(f"{what} breaks a rule: {names or fields[0].message}", fields=fields)


def _field(one: FieldProblem) -> dict[str, str]:
    named = {"field": one.field, "message": one.message, "hint": one.hint}
    return {name: value for name, value in named.items() if value is not None}


def _described(one: ErrorDetails, model: type[BaseModel]) -> FieldProblem:
    field = ".".join(str(part) for part in one["loc"])
    if one["type"] == "extra_forbidden":
        known = list(_names(model))
        message = f"'{field}' is not known here; known are {', '.join(known) or 'none'}"
        return FieldProblem(field, message, _nearest(field, known))
    if one["type"] == "missing":
        return FieldProblem(field, f"'{field}' is missing; it has to be given")
    rule = one["msg"].removeprefix("Value error, ").replace("Input should", "it should", 1)
    if not field:
        return FieldProblem(field, rule)
    given = repr(one["input"])
    return FieldProblem(field, f"{given if len(given) < 80 else given[:77] + '...'} does not fit: {rule}")


def _names(model: type[BaseModel]) -> Iterable[str]:
    return (field.alias or name for name, field in model.model_fields.items())


def _nearest(field: str, known: list[str]) -> str | None:
    near = get_close_matches(field, known, n=1)
    return f"did you mean '{near[0]}'?" if near else None
