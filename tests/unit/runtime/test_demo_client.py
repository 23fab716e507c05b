import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from runtime.demo import client as module
from runtime.demo.client import Client
from runtime.errors import StackError

Handler = Callable[[httpx.Request], httpx.Response]
BATCH = uuid4()


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_SECONDS", 0.0)


def client_of(handler: Handler) -> Client:
    return Client("http://stack", "secret", httpx.MockTransport(handler))


def answering(*bodies: dict[str, Any], seen: list[httpx.Request] | None = None) -> Handler:
    """Gives the bodies one after another, and the last one from then on."""
    left: Iterator[dict[str, Any]] = iter(bodies)

    def handle(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        return httpx.Response(200, json=next(left, bodies[-1]))

    return handle


def test_an_analysis_is_sent_with_the_token_a_key_of_its_own_and_the_wish_to_wait() -> None:
    seen: list[httpx.Request] = []
    with client_of(answering({"id": "a", "status": "succeeded", "result": {}}, seen=seen)) as client:
        client.analyze({"thrust": 1.0})
        client.analyze({"thrust": 1.0})
    assert [request.url.path for request in seen] == ["/v1/analyses"] * 2
    assert seen[0].headers["Authorization"] == "Bearer secret"
    assert seen[0].url.params["wait"] == "20"
    assert json.loads(seen[0].content) == {"thrust": 1.0}
    assert len({request.headers["Idempotency-Key"] for request in seen}) == 2


def test_an_analysis_that_takes_longer_is_asked_for_until_it_is_done() -> None:
    seen: list[httpx.Request] = []
    states = [{"id": "a", "status": "queued"}, {"id": "a", "status": "running"}]
    done = {"id": "a", "status": "succeeded", "result": {"thrust": 5.0}}
    with client_of(answering(*states, done, seen=seen)) as client:
        assert client.analyze({}) == done
    assert [(request.method, request.url.path) for request in seen] == [
        ("POST", "/v1/analyses"),
        ("GET", "/v1/analyses/a"),
        ("GET", "/v1/analyses/a"),
    ]


def test_a_failed_analysis_is_an_error_with_its_reason() -> None:
    body = {
        "id": "a",
        "status": "failed",
        "error": {"code": "no_convergence", "message": "it does not settle"},
    }
    with (
        client_of(answering(body)) as client,
        pytest.raises(StackError, match="a failed: no_convergence: it does"),
    ):
        client.analyze({})


def test_an_analysis_that_is_never_done_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ANALYSIS_SECONDS", 0.0)
    with (
        client_of(answering({"id": "a", "status": "queued"})) as client,
        pytest.raises(StackError, match="still queued after 0 s"),
    ):
        client.analyze({})


def test_a_refusal_is_an_error_with_what_the_api_said() -> None:
    with (
        client_of(lambda _: httpx.Response(422, text="no propellant 'LHX'")) as client,
        pytest.raises(StackError, match=r"refused POST /v1/analyses \(422\): no propellant 'LHX'"),
    ):
        client.analyze({})


def test_an_api_that_is_not_there_is_an_error_with_its_address() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("connection refused", request=request)

    with client_of(refuse) as client, pytest.raises(StackError, match="http://stack does not answer"):
        client.batch(BATCH)


def test_a_batch_that_has_not_begun_is_none() -> None:
    with client_of(lambda _: httpx.Response(404, json={})) as client:
        assert client.batch(BATCH) is None


def test_any_other_refusal_of_a_batch_is_an_error() -> None:
    with (
        client_of(lambda _: httpx.Response(401, text="expired")) as client,
        pytest.raises(StackError, match="401"),
    ):
        client.batch(BATCH)


def test_results_elsewhere_are_fetched_without_the_token() -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.host == "stack":
            return httpx.Response(303, headers={"Location": "http://bucket/results.csv"})
        assert "Authorization" not in request.headers
        return httpx.Response(200, text="line,c_star\n2,1800.5\n3,\n")

    with client_of(handle) as client:
        assert client.batch_rows(BATCH) == [{"line": "2", "c_star": "1800.5"}, {"line": "3", "c_star": ""}]
