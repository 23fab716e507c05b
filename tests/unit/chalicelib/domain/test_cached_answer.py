"""Keys tell questions apart that differ, and no others; what is packed comes back as it was."""

import json
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.cached_answer import CachedAnswer, answer_key, pack, unpack

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | st.text(max_size=5) | NUMBERS | st.integers(-(2**53), 2**53)
DOCUMENTS = st.dictionaries(
    st.text(max_size=4),
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    ),
    max_size=4,
)
KEY = "a" * 64


def turned(value: Any) -> Any:
    """The same with all fields in the opposite order."""
    match value:
        case dict():
            return {name: turned(member) for name, member in reversed(value.items())}
        case list():
            return [turned(item) for item in value]
        case _:
            return value


@given(DOCUMENTS)
def test_the_order_of_fields_makes_no_difference(document: dict[str, Any]) -> None:
    assert answer_key(turned(document), "1") == answer_key(document, "1")


@given(st.integers(-(2**53), 2**53))
def test_an_integer_is_the_float_of_the_same_value(number: int) -> None:
    assert answer_key({"a": [number]}, "1") == answer_key({"a": (float(number),)}, "1")


@given(NUMBERS, NUMBERS)
def test_two_numbers_share_a_key_only_where_they_are_equal(first: float, second: float) -> None:
    keys = [answer_key({"a": {"b": number}}, "1") for number in (first, second)]
    assert (keys[0] == keys[1]) == (first == second)


@pytest.mark.parametrize(
    "other", [{"a": True}, {"a": "1"}, {"a": None}, {"a": [1.0]}, {"b": 1.0}, {}, {"a": {"b": 1.0}}]
)
def test_what_only_looks_alike_has_another_key(other: dict[str, Any]) -> None:
    assert answer_key(other, "1") != answer_key({"a": 1.0}, "1")


def test_another_release_of_the_engine_has_other_keys() -> None:
    assert answer_key({"a": 1.0}, "0.1.0+abc") != answer_key({"a": 1.0}, "0.1.0+abd")


@given(st.dictionaries(st.text(), SCALARS | st.lists(NUMBERS), min_size=1))
def test_an_answer_comes_back_to_the_last_digit(result: dict[str, Any]) -> None:
    for answer in (CachedAnswer(result=result), CachedAnswer(error=result)):
        assert unpack(KEY, pack(KEY, answer)) == answer


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not packed",
        pack(KEY, CachedAnswer({"thrust": 1.0}))[:-3],
        pack("b" * 64, CachedAnswer({"thrust": 1.0})),
        pack(KEY, CachedAnswer()),
        *(
            zlib.compress(json.dumps(value).encode())
            for value in (1, [], {"key": KEY}, {"key": KEY, "result": 1})
        ),
    ],
)
def test_what_is_broken_or_of_another_key_is_nothing(content: bytes) -> None:
    assert unpack(KEY, content) is None


@given(st.binary(max_size=40))
def test_no_bytes_raise(content: bytes) -> None:
    assert unpack(KEY, content) is None
