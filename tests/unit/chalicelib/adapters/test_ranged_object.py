"""An object read in ranges is the object, whatever the ranges, and outlives connections that break."""

import io
from typing import Any

import pytest
from botocore.exceptions import ClientError, IncompleteReadError
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.ranged_object import RangedObject

CONTENT = bytes(range(256)) * 4


class Store:
    """Answers ranges as S3 does; the bodies of the first `broken` answers break off."""

    def __init__(self, content: bytes, broken: int = 0) -> None:
        self.content, self.broken = content, broken
        self.ranges: list[str] = []
        self.etag = '"1"'

    def get_object(self, *, Bucket: str, Key: str, Range: str, IfMatch: str | None = None) -> dict[str, Any]:
        self.ranges.append(Range)
        if IfMatch not in (None, self.etag):
            raise ClientError({"Error": {"Code": "PreconditionFailed"}}, "GetObject")
        start, end = (int(part) for part in Range.removeprefix("bytes=").split("-"))
        if start >= len(self.content):
            raise ClientError({"Error": {"Code": "InvalidRange"}}, "GetObject")
        part = self.content[start : end + 1]
        whole = f"bytes {start}-{start + len(part) - 1}/{len(self.content)}"
        return {"Body": Body(self, part), "ETag": self.etag, "ContentRange": whole}


class Body:
    def __init__(self, store: Store, part: bytes) -> None:
        self.store, self.part = store, part

    def read(self) -> bytes:
        if self.store.broken:
            self.store.broken -= 1
            raise IncompleteReadError(actual_bytes=1, expected_bytes=2)
        return self.part


def opened(store: Store, chunk: int = 100) -> RangedObject:
    return RangedObject(store, "b", "k", chunk)  # type: ignore[arg-type]


@given(st.integers(1, 1500), st.lists(st.tuples(st.integers(0, 1100), st.integers(0, 300)), max_size=8))
def test_any_place_can_be_read(chunk: int, places: list[tuple[int, int]]) -> None:
    stream = io.BufferedReader(opened(Store(CONTENT), chunk), 64)
    for start, length in places:
        stream.seek(start)
        assert stream.read(length) == CONTENT[start : start + length]
    stream.seek(-24, io.SEEK_END)
    assert stream.read() == CONTENT[-24:]


def test_an_object_is_read_once_from_end_to_end() -> None:
    store = Store(CONTENT)
    assert io.BufferedReader(opened(store)).read() == CONTENT
    assert store.ranges == [f"bytes={start}-{start + 99}" for start in range(0, 1024, 100)]


def test_an_empty_object_is_empty() -> None:
    assert io.BufferedReader(opened(Store(b""))).read() == b""


def test_a_connection_that_breaks_is_begun_anew_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    store = Store(CONTENT, broken=2)
    assert io.BufferedReader(opened(store)).read() == CONTENT
    assert store.ranges[:3] == ["bytes=0-99"] * 3
    with pytest.raises(IncompleteReadError):
        opened(Store(CONTENT, broken=9))


def test_two_contents_are_never_mixed() -> None:
    store = Store(CONTENT)
    stream = io.BufferedReader(opened(store), 64)
    stream.read(100)
    store.etag = '"2"'
    with pytest.raises(ClientError):
        stream.read(100)
