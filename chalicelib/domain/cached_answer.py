"""How an answer is kept in the caches: under the hash of what was asked, as packed JSON."""

import hashlib
import json
import zlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

LEVEL = 1
"""Of compression: the higher ones gain 7 % of the size for a fifth more time."""


class CachedAnswer(NamedTuple):
    """A result, or an error that trying again does not change."""

    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None


def answer_key(document: Mapping[str, Any], release: str) -> str:
    """The key of the answer to a canonical specification by one release of the engine: 64 hexadecimal digits.

    The order of fields, integers in place of floats and the sign of zero make no difference; everything else,
    `validate` among it, makes another key.
    """
    asked = {"release": release, "specification": _normal(document)}
    written = json.dumps(asked, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(written.encode()).hexdigest()


def _normal(value: Any) -> Any:
    match value:
        case bool() | None | str():
            return value
        case int() | float():
            return float(value) + 0.0  # which makes 0.0 of -0.0
        case Mapping():
            return {str(name): _normal(member) for name, member in value.items()}
        case _:
            return [_normal(item) for item in value]


def pack(key: str, answer: CachedAnswer) -> bytes:
    """The bytes that are kept; they hold the key, so that an answer under a wrong one is noticed.

    Raises ValueError for what is no JSON.
    """
    document = {"key": key, **answer._asdict()}
    return zlib.compress(to_json(document), LEVEL)


def unpack(key: str, content: bytes) -> CachedAnswer | None:
    """What `pack` packed under this key; None for everything else."""
    try:
        document = from_json(zlib.decompress(content))
        answer = CachedAnswer(document["result"], document["error"])
        is_whole = document["key"] == key and isinstance(answer.result or answer.error, dict)
    except (zlib.error, ValueError, KeyError, TypeError):
        return None
    return answer if is_whole else None
