"""Batch files that are CSV: a header of dotted paths, before it lines `# path: value` that hold for all rows."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import chain
from typing import Any

from chalicelib.domain.batch import RowProblem
from chalicelib.domain.errors import InvalidRequestError
from chalicelib.services.batch_columns import implied_motor_type
from chalicelib.services.batch_grids import Grids, grids_in
from chalicelib.services.batch_rows import (
    MOST_COLUMNS,
    NOTHING,
    Record,
    Row,
    Weight,
    copied,
    flatten,
    parse_cell,
    set_path,
)
from chalicelib.services.batch_text import Lines

CONSTANT = re.compile(r"#\s*([\w.\-]+)\s*[:=]\s*(.*?)\s*$")
DELIMITERS = ",;\t"
HOW_MANY = "give every column a cell, an empty one where the field is left out"


def read_head(lines: Lines, given: Mapping[str, Any], most: int) -> "CsvFormat":
    """The format of a CSV file, whose head is read; its constants go over those `given`.

    Raises InvalidRequestError for a file that has no header.
    """
    constants = copied(dict(given))
    for line in lines:
        constant = CONSTANT.match(line)
        if constant:
            set_path(constants, constant[1], parse_cell(constant[2]))
        elif line.strip() and not line.startswith("#"):
            delimiter = max(DELIMITERS, key=line.count)
            return CsvFormat(_header(line, delimiter), delimiter, constants, most)
    raise InvalidRequestError("the file is empty; its first line names the columns, such as chamber_pressure")


def _header(line: str, delimiter: str) -> list[str]:
    columns = [name.strip() for name in next(csv.reader([line], delimiter=delimiter))]
    while columns and not columns[-1]:
        columns.pop()
    repeated = sorted({name for name in columns if columns.count(name) > 1})
    if "" in columns or repeated or len(columns) > MOST_COLUMNS:
        raise InvalidRequestError(
            f"every column of the header needs a name of its own, at most {MOST_COLUMNS} of them; "
            f"repeated or empty: {repeated or ['']}"
        )
    return columns


class CsvFormat:
    """Keeps `batch_rows.Format`. Grids, in cells and in constants, make up to `most` cases of a row."""

    def __init__(self, header: list[str], delimiter: str, constants: dict[str, Any], most: int) -> None:
        self.constants = constants
        self._header, self._delimiter, self._most = header, delimiter, most
        self._fixed = dict(flatten(constants))
        self._grids = grids_in(self._fixed.items())
        self.columns = [*header, *(path for path in self._grids if path not in header)]
        self._places = [_place(path) for path in header]
        self._blank = f" \t\r\n{delimiter}"
        self._is_uniform = not self._grids and not {"motor_type", "validate"} & set(header)
        self._usual = Weight(1, self._motor_type(header), self._fixed.get("validate") is True)

    def described(self) -> dict[str, Any]:
        return {
            "kind": "csv",
            "header": self._header,
            "delimiter": self._delimiter,
            "constants": self.constants,
            "most": self._most,
        }

    def records(self, lines: Iterator[str], first: int) -> Iterator[Record]:
        number = first
        for line in lines:
            # what has no quotation mark is a row by itself; the others go on as far as their quotes do
            record = Record(number, line if '"' not in line else self._quoted(line, lines))
            yield record
            number += 1 if record.text is line else _count_lines(record.text)

    def _quoted(self, line: str, lines: Iterator[str]) -> str:
        taken = [line]

        def following() -> Iterator[str]:
            for more in lines:
                taken.append(more)
                yield more

        with suppress(csv.Error):  # whoever reads the row says so
            next(csv.reader(chain((line,), following()), delimiter=self._delimiter))
        return "".join(taken)

    def weigh(self, record: Record) -> Weight:
        text = record.text
        if self._is_uniform and '"' not in text and ":" not in text:
            return self._usual if text.strip(self._blank) else NOTHING
        written = self._written(record)
        if isinstance(written, RowProblem):
            return Weight(1)
        if written is None:
            return NOTHING
        validates = (
            written["validate"].lower() == "true" if written.get("validate") else self._usual.validates
        )
        motor_type = written.get("motor_type") or self._usual.motor_type
        return Weight(Grids(self._grids_of(written), self._most).cases, motor_type, validates)

    def rows(self, record: Record, first: int = 0) -> Iterator[Row | RowProblem]:
        written = self._written(record)
        if written is None or isinstance(written, RowProblem):
            yield from () if written is None else (written,)
            return
        row = Row(record.line, self._spec(written), written)
        grids = self._grids_of(written) if self._grids or ":" in record.text else {}
        if grids:
            yield from Grids(grids, self._most).of(row, first)
        else:
            yield row

    def _spec(self, written: Mapping[str, str]) -> dict[str, Any]:
        spec: dict[str, Any] = copied(self.constants)
        given = 0
        for (path, parent, name), cell in zip(self._places, written.values(), strict=True):
            if not cell:
                continue
            given += 1
            if name is None:
                set_path(spec, path, parse_cell(cell))
                continue
            holder = spec
            if parent:
                holder = spec.get(parent)  # type: ignore[assignment]
                if not isinstance(holder, dict):
                    holder = spec[parent] = {}
            holder[name] = parse_cell(cell)
        if "motor_type" not in spec:
            is_whole = given == len(written)
            implied = self._usual.motor_type if is_whole else self._motor_type(_filled(written))
            if implied is not None:
                spec["motor_type"] = implied
        return spec

    def _written(self, record: Record) -> dict[str, str] | RowProblem | None:
        """The cells by their columns; None where all are empty."""
        text = record.text
        if not text.strip(self._blank):
            return None
        try:
            cells = self._cells(text)
        except csv.Error as error:
            return RowProblem(
                record.line,
                "",
                text[:200],
                f"the line is not CSV: {error}; the row goes on for {_count_lines(text)} lines",
                "check its quotation marks",
            )
        if '"' in text and not any(cell.strip() for cell in cells):
            return None
        surplus = len(cells) - len(self._header)
        if surplus and (surplus < 0 or any(cell.strip() for cell in cells[-surplus:])):
            message = f"the line has {len(cells)} cells and the header {len(self._header)}"
            return RowProblem(record.line, "", text.rstrip("\r\n")[:200], message, HOW_MANY)
        return {name: cell.strip() for name, cell in zip(self._header, cells, strict=False)}

    def _cells(self, text: str) -> list[str]:
        if '"' not in text:
            return text.rstrip("\r\n").split(self._delimiter)
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter))

    def _grids_of(self, written: Mapping[str, str]) -> dict[str, str]:
        """Those of the constants that no cell overrides, then those in cells."""
        general = {path: grid for path, grid in self._grids.items() if not written.get(path)}
        return general | grids_in(written.items())

    def _motor_type(self, paths: list[str]) -> str | None:
        """The one that is fixed for all rows, or that only has these fields."""
        if "motor_type" in self._fixed:
            return str(self._fixed["motor_type"])
        return implied_motor_type((*self._fixed, *paths))


def _filled(written: Mapping[str, str]) -> list[str]:
    return [path for path, cell in written.items() if cell]


def _place(path: str) -> tuple[str, str, str | None]:
    """The path with its parent and its name, where it is as short as most are; `set_path` knows all others."""
    parent, _, name = path.rpartition(".")
    is_short = "." not in parent and not name.isdecimal()
    return path, parent, name if is_short else None


def _count_lines(text: str) -> int:
    return len(io.StringIO(text, newline="").readlines())
