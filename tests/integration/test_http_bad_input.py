"""What the real server says to what it can not take: always a problem, never a failure of its own."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chalicelib.api.examples import RS_25_LIKE
from chalicelib.domain.access import Permission
from runtime.home import Home
from runtime.tokens import AUDIENCE, ISSUER, TokenIssuer

BODIES: dict[str, Any] = {
    "empty": b"",
    "broken": b'{"motor_type":',
    "not utf-8": b'{"motor_type": "\xff"}',
    "a list": b"[]",
    "a repeated name": b'{"motor_type": "liquid", "motor_type": "liquid"}',
    "NaN": b'{"chamber_pressure": NaN}',
    "infinity": b'{"chamber_pressure": 1e999}',
    "deep": b"[" * 50_000,
    "NUL": b'{"motor_type": "liq\\u0000uid"}',
    "half a surrogate": b'{"motor_type": "\\ud83d"}',
    "huge": b'{"motor_type": "' + b"x" * 2_000_000 + b'"}',
}


def changed(**changes: Any) -> dict[str, Any]:
    return {**RS_25_LIKE, **changes}


def burning(**changes: Any) -> dict[str, Any]:
    return changed(propellant={**RS_25_LIKE["propellant"], **changes})


SPECS: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "motor_type"),
    "unknown motor": (changed(motor_type="steam"), "motor_type"),
    "unknown field": (changed(chamber_presure=7e6), "chamber_presure"),
    "unknown inner field": (changed(nozzle={"area_ratio": 40, "hlaf_angle": 15}), "nozzle.hlaf_angle"),
    "wrong type": (changed(chamber_pressure="high"), "chamber_pressure"),
    "negative pressure": (changed(chamber_pressure=-7e6), "chamber_pressure"),
    "null pressure": (changed(chamber_pressure=None), "chamber_pressure"),
    "negative mixture ratio": (burning(mixture_ratio=-6), "propellant.mixture_ratio"),
    "absurd mixture ratio": (burning(mixture_ratio=1e9), "propellant.mixture_ratio"),
    "unknown propellant": (burning(fuel="LHH2"), "propellant.fuel"),
    "area ratio under one": (changed(nozzle={"area_ratio": 0.5}), "nozzle.area_ratio"),
    "no nozzle": ({k: v for k, v in RS_25_LIKE.items() if k != "nozzle"}, "nozzle"),
}


@pytest.fixture(scope="module")
def issuer(running_stack: Any) -> TokenIssuer:
    return TokenIssuer.of(Home(running_stack.home))


@pytest.fixture(scope="module")
def api(running_stack: Any) -> Iterator[httpx.Client]:
    with running_stack.api as client:
        yield client


def problem_in(answer: httpx.Response, *statuses: int) -> dict[str, Any]:
    assert answer.status_code in statuses, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["correlation_id"] == answer.headers["X-Correlation-Id"]
    return problem


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_can_not_be_read_is_a_problem(api: httpx.Client, name: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = api.post("/v1/analyses", content=BODIES[name], headers=headers)
    problem = problem_in(answer, 400, 413, 422)
    assert problem["code"] in ("malformed_body", "body_too_large", "invalid_request")


def test_a_huge_body_leaves_the_connection_good_for_the_next_request(running_stack: Any) -> None:
    headers = {"Content-Type": "application/json"}
    for _ in range(5):
        with running_stack.api as client:
            assert client.post("/v1/analyses", content=BODIES["huge"], headers=headers).status_code == 413
            assert client.post("/v1/analyses", json={}).status_code == 422


@pytest.mark.parametrize("name", SPECS)
def test_a_field_that_breaks_a_rule_is_named(api: httpx.Client, name: str) -> None:
    spec, field = SPECS[name]
    problem = problem_in(api.post("/v1/analyses", json=spec), 422)
    assert problem["code"] == "invalid_request"
    assert field in [error["field"] for error in problem["errors"]], problem
    assert all(error["message"] for error in problem["errors"])


def test_an_unknown_propellant_is_told_the_nearest_names(api: httpx.Client) -> None:
    answer = api.post("/v1/analyses", json=SPECS["unknown propellant"][0])
    assert "LH2" in json.dumps(answer.json()["errors"])


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded"])
def test_another_content_type_is_a_problem(api: httpx.Client, kind: str) -> None:
    answer = api.post("/v1/analyses", content=json.dumps(RS_25_LIKE), headers={"Content-Type": kind})
    assert problem_in(answer, 415)["code"] == "unsupported_media_type"


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/analysis", "/v1/analyses/a/b/c/d", "/v2/analyses", "/%00"])
def test_an_unknown_route_is_a_problem(api: httpx.Client, path: str) -> None:
    assert problem_in(api.get(path), 404)["code"] == "route_not_found"
    bare = httpx.get(f"{api.base_url}{path}", timeout=10)
    assert bare.status_code in (401, 404)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_wrong_method_is_a_problem(api: httpx.Client, method: str) -> None:
    answer = api.request(method, "/v1/analyses")
    assert problem_in(answer, 405)["code"] == "method_not_allowed"
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST"}


@pytest.mark.parametrize(
    "path",
    [
        "/v1/analyses/not-a-uuid",
        "/v1/batches/not-a-uuid/results",
        "/v1/validations/%F0%9F%9A%80",
        "/v1/analyses?cursor=nonsense",
        "/v1/analyses?cursor=%FF%FE",
        "/v1/analyses?limit=-1",
        "/v1/analyses?limit=1e400",
        "/v1/analyses?status=flying",
        "/v1/analyses?created_after=never",
        "/v1/analyses?text=%00",
        "/v1/analyses?unknown=1",
    ],
)
def test_a_bad_id_or_parameter_is_a_problem(api: httpx.Client, path: str) -> None:
    problem_in(api.get(path), 400, 404, 422)


def token_with(key: Ed25519PrivateKey, **changes: Any) -> str:
    now = datetime.now(UTC)
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "ada",
        "iat": now,
        "exp": now + timedelta(hours=1),
        "project": "demo",
        "permissions": ["read"],
        **changes,
    }
    return jwt.encode(
        {name: value for name, value in claims.items() if value is not None}, key, algorithm="EdDSA"
    )


def test_a_token_that_is_not_good_is_told_why(api: httpx.Client, issuer: TokenIssuer) -> None:
    own, foreign = issuer.private_key, Ed25519PrivateKey.generate()
    past = datetime.now(UTC) - timedelta(hours=2)
    unsigned = jwt.encode({"sub": "ada", "project": "demo"}, None, algorithm="none")
    bad = {
        "expired": token_with(own, exp=past, iat=past),
        "foreign key": token_with(foreign),
        "foreign issuer": token_with(own, iss="elsewhere"),
        "foreign audience": token_with(own, aud="elsewhere"),
        "no expiry": token_with(own, exp=None),
        "no project": token_with(own, project=None),
        "project that climbs": token_with(own, project="../other"),
        "unsigned": unsigned,
        "garbage": "garbage",
    }
    details = {}
    for name, token in bad.items():
        answer = api.get("/v1/analyses", headers={"Authorization": f"Bearer {token}"})
        problem = problem_in(answer, 401)
        assert problem["code"] == "unauthenticated", name
        details[name] = problem["detail"]
    assert "expired" in details["expired"].lower()
    assert len(set(details.values())) >= 6


def test_no_token_is_told_what_to_send(api: httpx.Client) -> None:
    answer = httpx.get(f"{api.base_url}/v1/analyses", timeout=10)
    assert "Authorization" in problem_in(answer, 401)["detail"]
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_permission_that_is_lacking_is_named(api: httpx.Client, issuer: TokenIssuer) -> None:
    reader = {"Authorization": f"Bearer {issuer.issue('bob', 'demo', (Permission.READ,), 1.0)}"}
    problem = problem_in(api.post("/v1/analyses", json=RS_25_LIKE, headers=reader), 403)
    assert (problem["code"], "write" in problem["detail"]) == ("permission_denied", True)
    assert problem_in(api.get("/metrics", headers=reader), 403)["code"] == "permission_denied"
