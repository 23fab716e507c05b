"""Notifications of the uploads bucket."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote_plus

import pytest
from event_makers import failed, sqs_event
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import UnknownMessageError
from chalicelib.events.uploads import Upload, uploads_in

Invoke = Callable[[str, dict[str, Any]], Any]
KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


def notification(key: str, *, name: str = "ObjectCreated:Put", **changes: Any) -> str:
    stored = {"key": key, "size": 12, "eTag": '"abc"', **changes}
    return json.dumps({"Records": [{"eventName": name, "s3": {"bucket": {"name": "up"}, "object": stored}}]})


def test_a_new_file_is_planned(invoke: Invoke, services: SimpleNamespace) -> None:
    assert failed(invoke("uploads", sqs_event({"m": notification("demo/my+cases%2B1.csv")}))) == set()
    services.plan_batch.assert_called_once_with("up", "demo/my cases+1.csv", "abc", 12, correlation_id="m")


@given(key=KEYS)
def test_every_key_comes_through_the_notification_as_it_is(key: str) -> None:
    assert list(uploads_in(notification(quote_plus(key)))) == [Upload("up", key, "abc", 12)]


def test_the_test_message_of_s3_plans_nothing(invoke: Invoke, services: SimpleNamespace) -> None:
    body = json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "up"})
    assert failed(invoke("uploads", sqs_event({"m": body}))) == set()
    services.plan_batch.assert_not_called()


@pytest.mark.parametrize("name", ["ObjectCreated:Put", "s3:ObjectCreated:CompleteMultipartUpload"])
def test_every_way_of_creating_an_object_counts(name: str) -> None:
    assert len(list(uploads_in(notification("a.csv", name=name)))) == 1


def test_a_removed_object_plans_nothing() -> None:
    assert list(uploads_in(notification("a.csv", name="ObjectRemoved:Delete"))) == []


@pytest.mark.parametrize(
    "body",
    ["{", "[]", "{}", '{"Records": [{}]}', '{"Records": 3}', '{"Records": [{"eventName": 1, "s3": {}}]}'],
)
def test_what_is_no_notification_is_refused(body: str) -> None:
    with pytest.raises(UnknownMessageError):
        list(uploads_in(body))


def test_a_file_that_can_not_be_planned_comes_back(invoke: Invoke, services: SimpleNamespace) -> None:
    services.plan_batch.side_effect = RuntimeError("no database")
    assert failed(invoke("uploads", sqs_event({"m": notification("demo/a.csv")}))) == {"m"}
