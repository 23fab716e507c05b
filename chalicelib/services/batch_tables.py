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
OF_BURNS = (
    "total_impulse",
    "burn_time",
    "burn_time_10_percent",
    "thrust_peak",
    "chamber_pressure_peak",
    "propellant_mass",
    "mixture_ratio",
)
"""What a batch of motors that have grains answers too; empty where a motor has none."""
GRAINS = ("grain", "grains")
ERROR_COLUMNS = ("line", "field", "value", "reason", "remedy")
FORMULA = ("=", "+", "-", "@")
LONGEST_VALUE = 200
CSV_TYPE = "text/csv; charset=utf-8"


def answers_of(columns: Iterable[str], constants: Iterable[str]) -> tuple[str, ...]:
    """The answers that a batch with these columns and constants has: more where its motors have grains."""
    has_grains = any(name.partition(".")[0] in GRAINS for name in (*columns, *constants))
    return HEADLINES + OF_BURNS if has_grains else HEADLINES


def result_header(columns: Sequence[str], answers: Sequence[str], deviations: Sequence[str]) -> list[str]:
    """The header of a results file: the line, the file's own columns, the answers, and how it ended.

    An answer whose name is a column of the file already is headed `result.{name}`.
    """
    return [
        "line",
        *columns,
        *(f"result.{name}" if name in columns else name for name in answers),
        *(f"deviation.{name}" for name in deviations),
        "status",
        "error_code",
        "error",
    ]


def result_row(
    line: int,
    cells: Iterable[str],
    numbers: Sequence[float | None],
    error: Mapping[str, Any] | None,
    deviations: Iterable[float | None],
) -> list[Any]:
    """One line of a results file: the file's own cells, the answers, and how it ended."""
    ended = ("succeeded", "", "") if error is None else ("failed", error["code"], error["message"])
    return [line, *map(harmless, cells), *numbers, *deviations, *ended]


def error_row(problem: RowProblem) -> list[Any]:
    """One line of an errors file; a remedy that stands in the message has a cell of its own."""
    reason, _, remedy = problem.message.partition("; ")
    field, value = harmless(problem.field), harmless(problem.value[:LONGEST_VALUE])
    return [problem.line, field, value, reason, remedy or problem.hint or ""]


def csv_bytes(rows: Iterable[Iterable[Any]]) -> bytes:
    """The rows as UTF-8 CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def harmless(cell: str) -> str:
    """The cell, with an apostrophe before a text that a spreadsheet would run as a formula."""
    if cell.startswith(FORMULA) and len(cell) > 1 and not _is_number(cell):
        return f"'{cell}"
    return cell


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
