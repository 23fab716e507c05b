"""Read the file of a batch as a stream: rows of cases, and what is wrong with the others.

A CSV file has a header of dotted paths of the specification, and may begin with lines `# path: value`
that hold for all rows. A JSON-lines file has one specification a line. Little of either is in memory.
"""

import copy
import csv
import io
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NamedTuple

from chalicelib.domain.batch import RowProblem
from chalicelib.domain.errors import InvalidRequestError

READABLE = (".csv", ".jsonl")
LONGEST_LINE = 65_536
MOST_COLUMNS = 200
CONSTANT = re.compile(r"#\s*([\w.\-]+)\s*[:=]\s*(.*?)\s*$")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
EXACT = 1e15
DELIMITERS = ",;\t"


class Row(NamedTuple):
    """One case of the file: its line, its specification, and the cells as they were written, by column."""

    line: int
    spec: dict[str, Any]
    cells: dict[str, str]


@dataclass(frozen=True)
class BatchFile:
    """The rows of a file, to be read once; `columns` is whole after that, and at once for CSV."""

    rows: Iterator[Row | RowProblem]
    columns: list[str]
    constants: dict[str, Any] = field(default_factory=dict)


def open_batch(stream: BinaryIO, filename: str) -> BatchFile:
    """The rows of the file `filename`; raises InvalidRequestError where it cannot be a batch at all.

    While reading, the same error is raised where the file stops being text or has an endless line.
    """
    if not filename.lower().endswith(READABLE):
        raise InvalidRequestError(f"'{filename}' is not a file that can be read; use {' or '.join(READABLE)}")
    lines = _Lines(stream)
    return _json_lines(lines) if filename.lower().endswith(".jsonl") else _csv(lines)


class _Lines:
    """The lines of a stream, counted and of bounded length."""

    def __init__(self, stream: BinaryIO) -> None:
        self._text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            line = self._text.readline(LONGEST_LINE + 1)
        except UnicodeDecodeError as error:
            raise InvalidRequestError(
                f"the file is not UTF-8 text after line {self.number} ({error.reason}); "
                "save it as CSV UTF-8 or JSON-lines"
            ) from error
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) > LONGEST_LINE:
            raise InvalidRequestError(f"line {self.number} has more than {LONGEST_LINE} characters")
        return line


def _csv(lines: _Lines) -> BatchFile:
    constants: dict[str, Any] = {}
    for line in lines:
        constant = CONSTANT.match(line)
        if constant:
            set_path(constants, constant[1], parse_cell(constant[2]))
        elif line.strip() and not line.startswith("#"):
            columns = _header(line)
            delimiter = _delimiter(line)
            return BatchFile(_csv_rows(lines, columns, delimiter, constants), columns, constants)
    raise InvalidRequestError("the file is empty; its first line names the columns, such as chamber_pressure")


def _header(line: str) -> list[str]:
    columns = [name.strip() for name in next(csv.reader([line], delimiter=_delimiter(line)))]
    while columns and not columns[-1]:
        columns.pop()
    repeated = sorted({name for name in columns if columns.count(name) > 1})
    if "" in columns or repeated or len(columns) > MOST_COLUMNS:
        raise InvalidRequestError(
            f"every column of the header needs a name of its own, at most {MOST_COLUMNS} of them; "
            f"repeated or empty: {repeated or ['']}"
        )
    return columns


def _delimiter(header: str) -> str:
    return max(DELIMITERS, key=header.count)


def _csv_rows(
    lines: _Lines, columns: list[str], delimiter: str, constants: dict[str, Any]
) -> Iterator[Row | RowProblem]:
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        line = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield RowProblem(line, "", "", f"the line is not CSV: {error}", "check its quotation marks")
            continue
        if any(cell.strip() for cell in cells):
            yield _csv_row(line, columns, cells, constants)


def _csv_row(line: int, columns: list[str], cells: list[str], constants: dict[str, Any]) -> Row | RowProblem:
    if len(cells) < len(columns) or any(cell.strip() for cell in cells[len(columns) :]):
        return RowProblem(
            line,
            "",
            ",".join(cells)[:200],
            f"the line has {len(cells)} cells and the header {len(columns)}",
            "give every column a cell, an empty one where the field is left out",
        )
    written = {name: cell.strip() for name, cell in zip(columns, cells, strict=False)}
    spec: dict[str, Any] = copy.deepcopy(constants) if constants else {}
    for path, cell in written.items():
        if cell:
            set_path(spec, path, parse_cell(cell))
    return Row(line, spec, written)


def _json_lines(lines: _Lines) -> BatchFile:
    columns: list[str] = []
    return BatchFile(_json_rows(lines, columns), columns)


def _json_rows(lines: _Lines, columns: list[str]) -> Iterator[Row | RowProblem]:
    known: set[str] = set()
    for text in lines:
        if not text.strip():
            continue
        try:
            spec = json.loads(text, parse_constant=_refuse_constant)
            cells = {path: _written(value) for path, value in flatten(spec)}
        except (ValueError, RecursionError) as error:
            yield RowProblem(lines.number, "", text.strip()[:200], f"the line is not JSON: {error}")
            continue
        if not isinstance(spec, dict):
            yield RowProblem(lines.number, "", text.strip()[:200], "the line is not a JSON object")
            continue
        new = [path for path in cells if path not in known]
        if len(columns) + len(new) <= MOST_COLUMNS:
            known.update(new)
            columns.extend(new)
        yield Row(lines.number, spec, cells)


def parse_cell(cell: str) -> Any:
    """The number, truth or text that a cell means."""
    if NUMBER.fullmatch(cell) and math.isfinite(number := float(cell)):
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


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number that can be computed with")


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
