"""Rows of a batch file, whatever its format: specifications by dotted paths, and grids that make many of one."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import product
from typing import Any, NamedTuple

from chalicelib.domain.batch import RowProblem

MOST_COLUMNS = 200
NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
ONE_NUMBER = re.compile(NUMBER)
GRID = re.compile(rf"\s*({NUMBER})\s*:\s*({NUMBER})\s*:\s*({NUMBER})\s*")
EXACT = 1e15
SLACK = 1e-9
"""Of a step, by which the last value of a grid may miss its end."""


class Row(NamedTuple):
    """One case of the file: its line, its specification, and the cells as they were written, by column."""

    line: int
    spec: dict[str, Any]
    cells: dict[str, str]


@dataclass(frozen=True)
class BatchFile:
    """The rows of a file, to be read once; `columns` is whole after that, and at once for CSV and Parquet."""

    rows: Iterator[Row | RowProblem]
    columns: list[str]
    constants: Mapping[str, Any] = field(default_factory=dict)


def parse_cell(cell: str) -> Any:
    """The number, truth or text that a cell means."""
    if ONE_NUMBER.fullmatch(cell) and math.isfinite(number := float(cell)):
        return int(number) if number.is_integer() and abs(number) < EXACT else number
    return {"true": True, "false": False}.get(cell.lower(), cell)


def set_path(spec: dict[str, Any], path: str, value: Any) -> None:
    """Sets the field at a dotted path, making the objects on the way; a plain value on it gives way."""
    *parents, name = path.split(".")
    for parent in parents:
        inner = spec.get(parent)
        if not isinstance(inner, dict):
            inner = {}
            spec[parent] = inner
        spec = inner
    spec[name] = value


def flatten(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every plain value in nested objects and lists, with its dotted path."""
    if isinstance(value, dict | list):
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for name, member in members:
            yield from flatten(member, f"{path}.{name}" if path else str(name))
    else:
        yield path, value


def grids_in(values: Iterable[tuple[str, Any]]) -> dict[str, str]:
    """The values that are grids, `start:stop:step`, by their paths."""
    return {
        path: value
        for path, value in values
        if isinstance(value, str) and ":" in value and GRID.fullmatch(value)
    }


def expanded(row: Row, grids: Mapping[str, str], most: int) -> Iterator[Row | RowProblem]:
    """The cases of a row with grids in it: their product, the last one changing fastest.

    A grid goes from start to stop, both included, and no further. One without an end, and more than `most` cases,
    make a problem that names it.
    """
    counts = {path: _count(grid) for path, grid in grids.items()}
    endless = [path for path, count in counts.items() if count is None]
    if endless:
        path = endless[0]
        message = "this grid never reaches its end: the step is zero or leads away from it"
        yield RowProblem(row.line, path, grids[path], message, "write start:stop:step, such as 4:8:0.5")
        return
    cases = math.prod(count or 0 for count in counts.values())
    if cases > most:
        message = f"the grids of this line make {cases} cases, and a file may have {most}"
        path = max(counts, key=lambda name: counts[name] or 0)
        yield RowProblem(row.line, path, grids[path], message, "take a larger step, or several files")
        return
    for values in product(*(_values(grid, counts[path] or 0) for path, grid in grids.items())):
        spec, cells = deepcopy(row.spec), dict(row.cells)
        for path, value in zip(grids, values, strict=True):
            set_path(spec, path, value)
            cells[path] = repr(value)
        yield Row(row.line, spec, cells)


def _count(grid: str) -> int | None:
    start, stop, step = _bounds(grid)
    steps = (stop - start) / step if step else math.inf
    return int(steps + SLACK) + 1 if 0.0 <= steps + SLACK < math.inf else None


def _values(grid: str, count: int) -> Iterator[float]:
    start, _, step = _bounds(grid)
    # twelve digits: 4 + 3 * 0.1 is 4.3 for everybody
    return (float(f"{start + place * step:.12g}") for place in range(count))


def _bounds(grid: str) -> tuple[float, float, float]:
    match = GRID.fullmatch(grid)
    if match is None:
        raise ValueError(f"{grid!r} is no grid")
    start, stop, step = (float(part) for part in match.groups())
    return start, stop, step
