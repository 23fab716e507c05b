"""Batch files of JSON-lines: a specification a line."""

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any

from chalicelib.domain.batch import RowProblem
from chalicelib.services.batch_rows import MOST_COLUMNS, BatchFile, Row, expanded, flatten, grids_in
from chalicelib.services.batch_text import Lines


def read_json_lines(lines: Lines, given: Mapping[str, Any], most: int) -> BatchFile:
    """The rows of the file over the constants `given`; texts that are grids make up to `most` cases of a line."""
    return as_rows(_objects(lines), given, most)


def as_rows(
    objects: Iterator[tuple[int, dict[str, Any]] | RowProblem],
    given: Mapping[str, Any],
    most: int,
    first: Iterable[str] = (),
) -> BatchFile:
    """Specifications by their lines as rows.

    Their columns are those known `first`, then the paths that they use, as far as they were read.
    """
    columns = list(first)
    return BatchFile(_rows(objects, columns, dict(given), most), columns, given)


def _rows(
    objects: Iterator[tuple[int, dict[str, Any]] | RowProblem],
    columns: list[str],
    given: dict[str, Any],
    most: int,
) -> Iterator[Row | RowProblem]:
    known = set(columns)
    for found in objects:
        if isinstance(found, RowProblem):
            yield found
            continue
        line, own = found
        spec = _over(deepcopy(given), own)
        values = dict(flatten(own))
        grids = grids_in(flatten(spec))
        new = [path for path in (*values, *grids) if path not in known]
        if new and len(columns) + len(new) <= MOST_COLUMNS:
            known.update(new)
            columns.extend(dict.fromkeys(new))
        row = Row(line, spec, {path: _written(value) for path, value in values.items()})
        yield from expanded(row, grids, most) if grids else (row,)


def _objects(lines: Lines) -> Iterator[tuple[int, dict[str, Any]] | RowProblem]:
    for text in lines:
        if not text.strip():
            continue
        try:
            found = json.loads(text, parse_constant=_refuse_constant)
            deque(flatten(found), maxlen=0)  # what is nested without end breaks here
        except (ValueError, RecursionError) as error:
            yield RowProblem(lines.number, "", text.strip()[:200], f"the line is not JSON: {error}")
            continue
        if isinstance(found, dict):
            yield lines.number, found
        else:
            yield RowProblem(lines.number, "", text.strip()[:200], "the line is not a JSON object")


def _over(base: dict[str, Any], top: dict[str, Any]) -> dict[str, Any]:
    """The members of `top` over those of `base`, objects within objects too."""
    for name, value in top.items():
        inner = base.get(name)
        base[name] = _over(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return base


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number that can be computed with")


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
