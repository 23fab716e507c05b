"""The real Chalice app as a WSGI application."""

import base64
import logging
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple, Protocol

from chalice.app import Chalice
from chalice.config import Config
from chalice.local import LocalChalice, LocalGateway, LocalGatewayException

from chalicelib import observability
from chalicelib.api.authorizer import refusal
from chalicelib.api.errors import Problem, problem_of, route_not_found
from chalicelib.domain.errors import BodyTooLargeError, MalformedBodyError

Headers = list[tuple[str, str]]
StartResponse = Callable[[str, Headers], object]
Environment = Mapping[str, Any]
HTTP_PREFIX = "HTTP_"
CORRELATION_HEADER = observability.CORRELATION_HEADER.lower()
PIECE = 1 << 16
MOST_DISCARDED = 1 << 26
BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)

logger = logging.getLogger(__name__)


class Stream(Protocol):
    """What WSGI gives to read a request's body from."""

    def read(self, size: int) -> bytes: ...


class ThreadSafeApp(LocalChalice):  # type: ignore[misc]
    """The app with a current request per thread."""


class Answer(NamedTuple):
    """One response, ready for WSGI."""

    status: int
    headers: Headers
    body: bytes


class Gateway:
    """Turns WSGI requests into the events that the app gets from API Gateway, and its answers back."""

    def __init__(self, app: Chalice, *, body_limit: int, timeout_seconds: float) -> None:
        app.__class__ = ThreadSafeApp
        self._app = app
        self._body_limit = body_limit
        configuration = Config(
            user_provided_params={"app_name": app.app_name, "lambda_timeout": timeout_seconds}
        )
        self._gateway = LocalGateway(app, configuration)

    def __call__(self, environment: Environment, start_response: StartResponse) -> Iterable[bytes]:
        answer = self._answer(environment)
        without_body = environment["REQUEST_METHOD"] == "HEAD" or answer.status in BODILESS
        length = [] if answer.status in BODILESS else [("Content-Length", str(len(answer.body)))]
        headers = [*answer.headers, *length]
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", headers)
        return [] if without_body else [answer.body]

    def _answer(self, environment: Environment) -> Answer:
        headers = request_headers(environment)
        correlation_id = observability.correlation_id(headers.get(CORRELATION_HEADER))
        headers[CORRELATION_HEADER] = correlation_id
        try:
            return self._call_app(environment, headers)
        except LocalGatewayException as error:
            refused = self._stopped(error, environment, headers, correlation_id)
        except Exception as error:
            refused = problem_of(error, correlation_id=correlation_id)
        logger.info("%s %s %d", environment["REQUEST_METHOD"], environment["PATH_INFO"], refused.status)
        return of_problem(refused)

    def _call_app(self, environment: Environment, headers: dict[str, str]) -> Answer:
        body = read_body(environment, self._body_limit)
        method = environment["REQUEST_METHOD"]
        path = environment.get("RAW_URI") or environment["PATH_INFO"]
        if method == "HEAD":
            method = "GET"
        response = self._gateway.handle_request(method, path, headers, body)
        return of_response(response)

    def _stopped(
        self,
        error: LocalGatewayException,
        environment: Environment,
        headers: Mapping[str, str],
        correlation_id: str,
    ) -> Problem:
        """The answer to a request that never reached its route."""
        unknown = error.headers.get("x-amzn-ErrorType") == "UnauthorizedException" and not self._has_route(
            environment
        )
        if unknown:
            method, path = environment["REQUEST_METHOD"], environment["PATH_INFO"]
            return route_not_found(method, path, correlation_id=correlation_id)
        return refusal(headers.get("authorization"), correlation_id=correlation_id)

    def _has_route(self, environment: Environment) -> bool:
        try:
            self._gateway.event_converter.create_lambda_event(
                environment["REQUEST_METHOD"], environment.get("RAW_URI") or environment["PATH_INFO"], {}
            )
        except ValueError:
            return False
        return True


def request_headers(environment: Environment) -> dict[str, str]:
    """The request's headers by their lower-case names."""
    headers = {
        name.removeprefix(HTTP_PREFIX).replace("_", "-").lower(): str(value)
        for name, value in environment.items()
        if name.startswith(HTTP_PREFIX)
    }
    if environment.get("CONTENT_TYPE"):
        headers["content-type"] = environment["CONTENT_TYPE"]
    return headers


def read_body(environment: Environment, limit: int) -> str | bytes:
    """The body, as text as Lambda gets it.

    Raises BodyTooLargeError before reading more than `limit` bytes, and MalformedBodyError for bytes
    that are not UTF-8 text.
    """
    announced = environment.get("CONTENT_LENGTH") or ""
    stream: Stream = environment["wsgi.input"]
    if announced.isdigit() and int(announced) > limit:
        discard(stream)
        raise too_large(f"{announced} bytes", limit)
    if not announced and "chunked" not in environment.get("HTTP_TRANSFER_ENCODING", "").lower():
        return ""
    content = stream.read(int(announced) if announced else limit + 1)
    if len(content) > limit:
        discard(stream)
        raise too_large(f"more than {limit} bytes", limit)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedBodyError(f"the body is not UTF-8: byte {error.start} is invalid") from error


def discard(stream: Stream) -> None:
    """Reads on past a refused body, piece by piece, so that the connection is good for another request."""
    for _ in range(MOST_DISCARDED // PIECE):
        if not stream.read(PIECE):
            return


def too_large(size: str, limit: int) -> BodyTooLargeError:
    """The refusal of a body over the limit."""
    return BodyTooLargeError(
        f"the body has {size}, and {limit} are allowed; put many cases into a file and upload it as a batch"
    )


def of_response(response: Mapping[str, Any]) -> Answer:
    """The answer of the app."""
    headers = dict(response.get("headers") or {})
    body = response.get("body") or ""
    content = base64.b64decode(body) if response.get("isBase64Encoded") else encoded(body)
    several = response.get("multiValueHeaders") or {}
    pairs = [(name, str(value)) for name, value in headers.items() if name not in several]
    pairs += [(name, str(value)) for name, values in several.items() for value in values]
    return Answer(
        int(response["statusCode"]), [pair for pair in pairs if pair[0].lower() != "content-length"], content
    )


def encoded(body: str | bytes) -> bytes:
    return body if isinstance(body, bytes) else body.encode("utf-8")


def of_problem(refused: Problem) -> Answer:
    """A problem as an answer."""
    return Answer(refused.status, list(refused.headers.items()), refused.body)
