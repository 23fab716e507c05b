"""Rows of a batch file, whatever its format: records as they stand in it, and specifications by dotted paths."""

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from chalicelib.domain.batch import RowProblem

MOST_COLUMNS = 200
NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
ONE_NUMBER = re.compile(NUMBER)
EXACT = 1e15


class Row(NamedTuple):
    """One case of the file: its line, its specification, and the cells as they were written, by column."""

    line: int
    spec: dict[str, Any]
    cells: dict[str, str]


class Record(NamedTuple):
    """A row as it stands in the file, its line ending included; it may stretch over several lines."""

    line: int
    text: str


class Weight(NamedTuple):
    """What a record amounts to: how many cases, of which motor type, and whether each is compared."""

    cases: int
    motor_type: str | None = None
    validates: bool = False


NOTHING = Weight(0)


class Format(Protocol):
    """How records are read; `columns` is whole once all are weighed, and at once for a file that has a header."""

    columns: list[str]
    constants: dict[str, Any]

    def records(self, lines: Iterator[str], first: int) -> Iterator[Record]:
        """The records of `lines`, the first of which has the number `first`."""
        ...

    def weigh(self, record: Record) -> Weight:
        """What to expect of it, told as cheaply as possible; no cases where it is blank."""
        ...

    def rows(self, record: Record, first: int = 0) -> Iterator[Row | RowProblem]:
        """Its cases, as many as `weigh` says, from the one at place `first` on."""
        ...

    def described(self) -> dict[str, Any]:
        """What `chalicelib.services.batch_files.format_of` makes the same format from."""
        ...


@lru_cache(maxsize=4096)
def parse_cell(cell: str) -> Any:
    """The number, truth or text that a cell means."""
    if ONE_NUMBER.fullmatch(cell) and math.isfinite(number := float(cell)):
        return int(number) if number.is_integer() and abs(number) < EXACT else number
    return {"true": True, "false": False}.get(cell.lower(), cell)


def set_path(spec: dict[str, Any], path: str, value: Any) -> None:
    """Sets the field at a dotted path, making the objects on the way; a plain value on it gives way.

    A number in the path is a place in a list, which grows as far as that.
    """
    *parents, name = path.split(".")
    holder: Any = spec
    for place, parent in enumerate(parents):
        following = parents[place + 1] if place + 1 < len(parents) else name
        kind = list if following.isdecimal() else dict
        inner = _member(holder, parent)
        if not isinstance(inner, kind):
            inner = kind()
            _set_member(holder, parent, inner)
        holder = inner
    _set_member(holder, name, value)


def _member(holder: Any, name: str) -> Any:
    if isinstance(holder, dict):
        return holder.get(name)
    return holder[int(name)] if int(name) < len(holder) else None


def _set_member(holder: Any, name: str, value: Any) -> None:
    if isinstance(holder, dict):
        holder[name] = value
        return
    place = int(name)
    holder.extend({} for _ in range(place + 1 - len(holder)))
    holder[place] = value


def copied(value: Any) -> Any:
    """Nested objects and lists anew; what is plain is shared."""
    if isinstance(value, dict):
        return {name: copied(member) for name, member in value.items()}
    return [copied(member) for member in value] if isinstance(value, list) else value


def flatten(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every plain value in nested objects and lists, with its dotted path."""
    if isinstance(value, dict | list):
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for name, member in members:
            yield from flatten(member, f"{path}.{name}" if path else str(name))
    else:
        yield path, value
