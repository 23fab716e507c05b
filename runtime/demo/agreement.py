"""How far answers are from NASA CEA, and whether that is as near as the engine promises."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime.errors import StackError

DEVIATION = "deviation."
LARGEST_DEVIATION = 0.01
"""Percent; what the engine promises against CEA."""

LARGEST_FROM_OPENMOTOR = 1.0
"""Percent; what the engine promises for grains that openMotor solves on a grid."""


@dataclass(frozen=True)
class Worst:
    """The largest deviation in percent, without its sign, of which quantity, and in which row."""

    deviation: float
    quantity: str
    row: Mapping[str, str]


def worst_of(rows: Iterable[Mapping[str, str]]) -> Worst | None:
    """The largest deviation over the rows of a results file; None where nothing was compared."""
    found = (
        Worst(abs(float(value)), name.removeprefix(DEVIATION), row)
        for row in rows
        for name, value in row.items()
        if name.startswith(DEVIATION) and value
    )
    return max(found, key=lambda each: each.deviation, default=None)


def is_compared(row: Mapping[str, str]) -> bool:
    """Whether a row of a results file holds a comparison."""
    return any(value for name, value in row.items() if name.startswith(DEVIATION))


def check_engine(name: str, result: Mapping[str, Any]) -> None:
    """Raises StackError when an engine was not compared or is too far from CEA."""
    report = result.get("validation")
    if not report or not report["converged"] or report["worst_deviation"] is None:
        raise StackError(
            f"{name} was not compared with NASA CEA: {(report or {}).get('message') or 'no report'}"
        )
    check_deviation(name, report["worst_deviation"], report["worst_quantity"])


def check_solid(name: str, ours: float, theirs: float) -> None:
    """Raises StackError when a motor's total impulse is too far from openMotor's."""
    deviation = 100.0 * (ours / theirs - 1.0)
    if not abs(deviation) <= LARGEST_FROM_OPENMOTOR:
        raise StackError(
            f"{name}: total_impulse is {abs(deviation):.2g} % from openMotor, more than {LARGEST_FROM_OPENMOTOR:g} %"
        )


def check_batch(batch: Mapping[str, Any], rows: Sequence[Mapping[str, str]], expected: int) -> None:
    """Raises StackError when a row is missing, unsolved, not compared, or too far from CEA."""
    if not batch["solved"] == batch["rows"] == len(rows) == expected:
        first = next((row["error"] for row in rows if row.get("error")), "see the errors file")
        raise StackError(
            f"{batch['solved']} of {expected} rows were solved ({batch['rows']} were read, "
            f"{len(rows)} are in the results): {first}"
        )
    worst = worst_of(rows)
    missing = [row["line"] for row in rows if not is_compared(row)]
    if missing or worst is None:
        raise StackError(
            f"{len(missing)} of {expected} rows were not compared with NASA CEA, the first on line {missing[0]}"
        )
    check_deviation(place(worst.row), worst.deviation, worst.quantity)


def check_deviation(where: str, deviation: float, quantity: str) -> None:
    if not math.isfinite(deviation) or abs(deviation) > LARGEST_DEVIATION:
        raise StackError(
            f"{where}: {quantity} is {abs(deviation):.2g} % from NASA CEA, more than {LARGEST_DEVIATION:g} %"
        )


def propellant(row: Mapping[str, str]) -> str:
    """The pair of a row, oxidizer first as is usual."""
    return f"{row['propellant.oxidizer']} / {row['propellant.fuel']}"


def place(row: Mapping[str, str]) -> str:
    """The case of a row in words."""
    return (
        f"{propellant(row)} at mixture ratio {float(row['propellant.mixture_ratio']):g}, "
        f"{float(row['chamber_pressure']) / 1e6:g} MPa, area ratio {float(row['nozzle.area_ratio']):g}"
    )
