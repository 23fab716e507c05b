import hashlib
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import boto3
import httpx
import pytest
from moto import mock_aws

from chalicelib.domain.batch_keys import direct_batch_id
from runtime.demo import following
from runtime.demo.client import Client
from runtime.demo.connection import Connection
from runtime.errors import StackError

BATCH = uuid4()
CONNECTION = Connection("http://stack", "secret", "https://s3.amazonaws.com", "uploads", "results")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "POLL_SECONDS", 0.0)


def batch(status: str, done: float = 0.0, **others: Any) -> dict[str, Any]:
    solved = round(done * 1000)
    return {"status": status, "progress": done, "rows": 1000, "valid": 1000, "solved": solved, **others}


def client_of(*answers: dict[str, Any] | None) -> Client:
    """A client whose batch goes through the answers and stays at the last; None is one not begun."""
    left: Iterator[dict[str, Any] | None] = iter(answers)

    def handle(_request: httpx.Request) -> httpx.Response:
        found = next(left, answers[-1])
        return httpx.Response(404) if found is None else httpx.Response(200, json=found)

    return Client("http://stack", "secret", httpx.MockTransport(handle))


def follow(
    *answers: dict[str, Any] | None, seconds: float = 60.0
) -> tuple[dict[str, Any], list[tuple[int, int]]]:
    told: list[tuple[int, int]] = []
    with client_of(*answers) as client:
        ended = following.follow(client, BATCH, lambda done, total: told.append((done, total)), seconds)
    return ended, told


def test_a_batch_is_followed_from_before_its_beginning_to_its_end() -> None:
    ended, told = follow(None, None, batch("running", 0.25), batch("running", 0.5), batch("completed", 1.0))
    assert ended["status"] == "completed"
    assert told == [(250, 1000), (500, 1000), (1000, 1000)]


def test_a_batch_with_bad_rows_is_an_end_too() -> None:
    assert follow(batch("completed_with_errors", 1.0))[0]["status"] == "completed_with_errors"


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_a_batch_that_ends_badly_is_an_error_with_its_reason(status: str) -> None:
    error = {"code": "invalid_request", "message": "the header is empty"}
    with pytest.raises(StackError, match=f"{status}: invalid_request: the header is empty"):
        follow(batch(status, error=error))


def test_a_batch_that_never_begins_is_an_error_that_says_where_to_look() -> None:
    with pytest.raises(StackError, match=r"has not begun 0 s after .* notify the uploads queue"):
        follow(None, seconds=0.0)


def test_a_batch_that_never_ends_is_an_error_with_how_far_it_came() -> None:
    with pytest.raises(StackError, match="still running after 0 s, with 250 rows solved"):
        follow(batch("running", 0.25), seconds=0.0)


@mock_aws
def test_a_dropped_file_lies_in_the_project_and_its_batch_is_known() -> None:
    store = boto3.client("s3", region_name="us-east-1")
    store.create_bucket(Bucket="uploads")
    batch_id = following.drop(CONNECTION, "cases.csv", b"motor_type\nliquid\n")
    assert store.get_object(Bucket="uploads", Key="demo/cases.csv")["Body"].read() == b"motor_type\nliquid\n"
    etag = hashlib.md5(b"motor_type\nliquid\n", usedforsecurity=False).hexdigest()
    assert batch_id == direct_batch_id("uploads", "demo/cases.csv", etag)


@mock_aws
def test_a_bucket_that_is_not_there_is_an_error_that_names_it() -> None:
    with pytest.raises(StackError, match=r"cases\.csv could not be put into the bucket uploads"):
        following.drop(CONNECTION, "cases.csv", b"")


def test_a_connection_does_not_show_its_secrets() -> None:
    assert "secret" not in repr(CONNECTION).replace("secret_access_key", "")
