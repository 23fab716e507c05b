"""JSON as strictly as the service needs it: nothing that means two things, or that no store can keep."""

import json
import math
from typing import Any, NoReturn

from chalicelib.domain.errors import BodyTooLargeError, FieldProblem, MalformedBodyError

DEEPEST = 32


def parse(content: bytes, *, limit: int) -> Any:
    """The value of a JSON body.

    Raises BodyTooLargeError over `limit` bytes, and MalformedBodyError for an empty body, invalid UTF-8,
    broken JSON, repeated names, NaN and infinities, text with NUL or lone surrogates, and more than
    `DEEPEST` levels.
    """
    if len(content) > limit:
        raise BodyTooLargeError(
            f"the body has {len(content)} bytes, and {limit} are allowed; "
            "put many cases into a file and upload it as a batch"
        )
    if not content.strip():
        raise MalformedBodyError("the body is empty; send a JSON object")
    try:
        value = json.loads(
            content.decode("utf-8"), object_pairs_hook=_object, parse_constant=_constant, parse_float=_number
        )
    except UnicodeDecodeError as error:
        raise MalformedBodyError(f"the body is not UTF-8: byte {error.start} is invalid") from error
    except json.JSONDecodeError as error:
        raise MalformedBodyError(
            f"the body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        ) from error
    except RecursionError as error:
        raise MalformedBodyError(f"the body has more than {DEEPEST} levels") from error
    except ValueError as error:
        raise MalformedBodyError("the body has a number with too many digits") from error
    _check(value, 0)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in members if names.count(name) > 1)
        message = f"'{repeated}' is given more than once; give it once"
        raise MalformedBodyError(message, fields=(FieldProblem(repeated, message),))
    return members


def _constant(text: str) -> NoReturn:
    raise MalformedBodyError(f"{text} is not JSON; give a finite number")


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise MalformedBodyError(f"{text[:40]} is too large for a number; give a finite one")
    return value


def _check(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise MalformedBodyError(f"the body has more than {DEEPEST} levels")
    match value:
        case dict():
            for name, member in value.items():
                _check_text(name)
                _check(member, depth + 1)
        case list():
            for item in value:
                _check(item, depth + 1)
        case str():
            _check_text(value)
        case int():
            _check_integer(value)


def _check_integer(value: int) -> None:
    try:
        float(value)
    except OverflowError as error:
        raise MalformedBodyError("the body has an integer that is too large for a number") from error


def _check_text(text: str) -> None:
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise MalformedBodyError(f"{ascii(text)[:60]} has a NUL or half a surrogate pair; leave it out")
