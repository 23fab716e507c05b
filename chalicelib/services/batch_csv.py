"""Batch files that are CSV: a header of dotted paths, before it lines `# path: value` that hold for all rows."""

import csv
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from chalicelib.domain.batch import RowProblem
from chalicelib.domain.errors import InvalidRequestError
from chalicelib.services.batch_rows import (
    MOST_COLUMNS,
    BatchFile,
    Row,
    expanded,
    flatten,
    grids_in,
    parse_cell,
    set_path,
)
from chalicelib.services.batch_text import Lines

CONSTANT = re.compile(r"#\s*([\w.\-]+)\s*[:=]\s*(.*?)\s*$")
DELIMITERS = ",;\t"


def read_csv(lines: Lines, given: Mapping[str, Any], most: int) -> BatchFile:
    """The rows of a CSV file; `given` are constants from elsewhere, over which those of the file's head go.

    Grids, in cells and in constants, make up to `most` cases of a row. Raises InvalidRequestError for a file that has
    no header.
    """
    constants = deepcopy(dict(given))
    for line in lines:
        constant = CONSTANT.match(line)
        if constant:
            set_path(constants, constant[1], parse_cell(constant[2]))
        elif line.strip() and not line.startswith("#"):
            columns = _header(line)
            grids = grids_in(flatten(constants))
            rows = _rows(lines, columns, _delimiter(line), constants, grids, most)
            varied = [path for path in grids if path not in columns]
            return BatchFile(rows, [*columns, *varied], constants)
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


def _rows(
    lines: Lines,
    columns: list[str],
    delimiter: str,
    constants: dict[str, Any],
    grids: Mapping[str, str],
    most: int,
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
        if not any(cell.strip() for cell in cells):
            continue
        row = _row(line, columns, cells, constants)
        own = {} if isinstance(row, RowProblem) else _grids_of(row, grids)
        if own and isinstance(row, Row):
            yield from expanded(row, own, most)
        else:
            yield row


def _grids_of(row: Row, constant: Mapping[str, str]) -> dict[str, str]:
    """Those of the constants that no cell overrides, then those in cells."""
    general = {path: grid for path, grid in constant.items() if not row.cells.get(path)}
    return general | grids_in(row.cells.items())


def _row(line: int, columns: list[str], cells: list[str], constants: dict[str, Any]) -> Row | RowProblem:
    if len(cells) < len(columns) or any(cell.strip() for cell in cells[len(columns) :]):
        return RowProblem(
            line,
            "",
            ",".join(cells)[:200],
            f"the line has {len(cells)} cells and the header {len(columns)}",
            "give every column a cell, an empty one where the field is left out",
        )
    written = {name: cell.strip() for name, cell in zip(columns, cells, strict=False)}
    spec: dict[str, Any] = deepcopy(constants) if constants else {}
    for path, cell in written.items():
        if cell:
            set_path(spec, path, parse_cell(cell))
    return Row(line, spec, written)
