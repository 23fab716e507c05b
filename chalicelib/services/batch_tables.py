"""The tables that a batch leaves: results, errors and summary."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chalicelib.domain.batch import RowProblem

HEADLINES = (
    "thrust",
    "specific_impulse",
    "specific_impulse_vacuum",
    "specific_impulse_sea_level",
    "c_star",
    "thrust_coefficient",
    "mass_flow_rate",
    "chamber_pressure",
    "chamber_temperature",
    "chamber_gamma",
    "chamber_molar_mass",
    "exit_pressure",
    "exit_temperature",
    "exit_mach",
)
ERROR_COLUMNS = ("line", "field", "value", "reason", "remedy")
FORMULA = ("=", "+", "-", "@")
CSV_TYPE = "text/csv; charset=utf-8"


def result_header(columns: Sequence[str], deviations: Sequence[str]) -> list[str]:
    """The header of a results file: the line, the file's own columns, the answers, and how it ended.

    An answer whose name is a column of the file already is headed `result.{name}`.
    """
    answers = [f"result.{name}" if name in columns else name for name in HEADLINES]
    return [
        "line",
        *columns,
        *answers,
        *(f"deviation.{name}" for name in deviations),
        "status",
        "error_code",
        "error",
    ]


def result_row(
    line: int,
    cells: Iterable[str],
    result: Mapping[str, Any] | None,
    error: Mapping[str, Any] | None,
    deviations: Iterable[float | None],
) -> list[Any]:
    """One line of a results file; the cells of an unsolved row are empty but for the error."""
    answers = [None if result is None else result.get(name) for name in HEADLINES]
    ended = ["succeeded", "", ""] if error is None else ["failed", error["code"], error["message"]]
    return [line, *cells, *answers, *deviations, *ended]


def error_row(problem: RowProblem) -> list[Any]:
    return [problem.line, problem.field, problem.value, problem.message, problem.hint or ""]


def csv_bytes(rows: Iterable[Iterable[Any]]) -> bytes:
    """The rows as UTF-8 CSV, harmless to spreadsheets."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def harmless(cell: Any) -> Any:
    """The cell, with an apostrophe before a text that a spreadsheet would run as a formula."""
    if isinstance(cell, str) and cell.startswith(FORMULA) and len(cell) > 1 and not _is_number(cell):
        return f"'{cell}"
    return cell


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
