"""Whatever is sent, the answer is a problem of the caller's, never a failure of ours."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from fake_api import Api
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.api import json_body
from chalicelib.domain.errors import BodyTooLargeError, InvalidRequestError, MalformedBodyError

LIMIT = 1_000_000
POSTS = ("/v1/analyses", "/v1/batches", "/v1/validations")
BROKEN = {
    "empty": (b"", "empty"),
    "blank": (b" \n\t", "empty"),
    "broken": (b'{"motor_type": "liquid",', "line 1, column"),
    "two values": (b"{} {}", "line 1, column"),
    "not utf-8": (b'{"a": "\xff"}', "byte 7"),
    "repeated name": (b'{"thrust": 1, "thrust": 2}', "'thrust' is given more than once"),
    "repeated name inside": (b'{"a": [{"b": 1, "b": 1}]}', "'b' is given more than once"),
    "NaN": (b'{"thrust": NaN}', "NaN is not JSON"),
    "infinity": (b'{"thrust": -Infinity}', "-Infinity is not JSON"),
    "overflowing number": (b'{"thrust": 1e999}', "too large"),
    "overflowing integer": (b'{"thrust": 1' + b"0" * 400 + b"}", "too large"),
    "endless integer": (b'{"thrust": ' + b"1" * 5000 + b"}", "too many digits"),
    "deep list": (b"[" * 40 + b"]" * 40, "levels"),
    "abysmal list": (b"[" * 100_000 + b"]" * 100_000, "levels"),
    "NUL": (b'{"name": "a\\u0000b"}', "NUL"),
    "half a surrogate pair": (b'{"name": "\\ud800"}', "surrogate"),
    "NUL in a name": (b'{"a\\u0000": 1}', "NUL"),
}


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_body_is_refused_with_what_is_wrong(
    api: Api, services: SimpleNamespace, path: str, kind: str
) -> None:
    content, said = BROKEN[kind]
    answer = api.post(path, content)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json_body["code"] == "malformed_body"
    assert said in answer.json_body["detail"]
    assert not any(service.called for service in vars(services).values())


@pytest.mark.parametrize("value", [[], "text", 1, None, True])
def test_a_body_that_is_no_object_is_refused(api: Api, value: Any) -> None:
    answer = api.post("/v1/analyses", json.dumps(value).encode())
    assert answer.status_code == 422
    assert "an object is expected" in answer.json_body["detail"]


def test_a_huge_body_is_refused_with_the_limit(api: Api) -> None:
    answer = api.post("/v1/analyses", b'{"a": "' + b"x" * LIMIT + b'"}')
    assert (answer.status_code, answer.json_body["code"]) == (413, "body_too_large")
    assert str(LIMIT) in answer.json_body["detail"]


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "ü"]
)
def test_another_content_type_is_refused_with_the_right_one(api: Api, kind: str) -> None:
    answer = api.post("/v1/analyses", {}, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json_body["code"]) == (415, "unsupported_media_type")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "application/json" in answer.json_body["detail"]


def test_a_charset_beside_the_content_type_is_fine(api: Api, services: SimpleNamespace) -> None:
    services.submit_analysis.side_effect = InvalidRequestError("reached")
    answer = api.post("/v1/analyses", {}, headers={"Content-Type": "application/json; charset=utf-8"})
    assert answer.json_body["detail"] == "reached"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_wrong_method_is_told_the_right_ones(api: Api, method: str) -> None:
    answer = api.send(method, "/v1/analyses", {})
    assert (answer.status_code, answer.json_body["code"]) == (405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST"}


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/v1/batches", {"file": "a.csv"}, "file"),
        ("/v1/batches", {}, "filename"),
        ("/v1/batches", {"filename": 3}, "filename"),
        ("/v1/validations", {"spek": {}}, "spek"),
        ("/v1/validations", {"analysis_id": "rs-25"}, "analysis_id"),
        ("/v1/validations", {"spec": []}, "spec"),
    ],
)
def test_a_wrong_field_of_a_body_is_named(api: Api, path: str, body: dict[str, Any], field: str) -> None:
    answer = api.post(path, body)
    assert answer.status_code == 422
    assert field in [error["field"] for error in answer.json_body["errors"]]


@pytest.mark.parametrize("body", [{}, {"spec": {}, "analysis_id": "6f8f1f6e-0b7c-4c39-9d5e-2f1f2a8d1c11"}])
def test_a_validation_is_of_an_analysis_or_of_a_spec(api: Api, body: dict[str, Any]) -> None:
    answer = api.post("/v1/validations", body)
    assert answer.status_code == 422
    assert "either 'analysis_id' or 'spec'" in answer.json_body["detail"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(POSTS), body=JSON)
def test_no_json_breaks_a_route(api: Api, services: SimpleNamespace, path: str, body: Any) -> None:
    for service in (services.submit_analysis, services.create_batch, services.request_validation):
        service.side_effect = InvalidRequestError("not a motor")
    answer = api.post(path, json.dumps(body).encode())
    assert 400 <= answer.status_code < 500
    assert answer.json_body["status"] == answer.status_code


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(POSTS), content=st.binary(max_size=200))
def test_no_bytes_break_a_route(api: Api, services: SimpleNamespace, path: str, content: bytes) -> None:
    services.submit_analysis.side_effect = InvalidRequestError("not a motor")
    assert 400 <= api.post(path, content).status_code < 500


@settings(max_examples=300, deadline=None)
@given(content=st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_what_is_read_can_be_written_again(content: bytes) -> None:
    try:
        value = json_body.parse(content, limit=LIMIT)
    except (MalformedBodyError, BodyTooLargeError):
        return
    written = json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
    assert b"\x00" not in written
    assert json_body.parse(written, limit=10 * LIMIT) == value
