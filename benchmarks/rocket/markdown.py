"""The tables of a measurement as a page in Markdown, from the file that rocket_sweep wrote."""

from collections.abc import Iterable
from typing import Any

from benchmarks.rocket.accuracy import required
from benchmarks.rocket.statistics import MICRO, verdict, worst

COSTS = (
    "what",
    "N",
    "state",
    "ours, us",
    "and reading data, us",
    "peer",
    "peer's, us",
    "ratio",
    "required",
    "met",
)
DEVIATIONS = (
    "what",
    "quantity",
    "cases",
    "largest deviation",
    "at the wheel's own pressures",
    "required",
    "met",
)


def page(measured: dict[str, Any]) -> str:
    """The conditions, the costs, and the largest deviation of each quantity over all pairs."""
    settings = measured["settings"]
    conditions = (
        f"HRMA {measured['engine_version']}, Python {measured['python']}, {measured['processor']}; one thread, "
        f"{settings['clock']} time per case, medians of {settings['rounds']} rounds; RocketCEA on "
        f"{settings['rocketcea_sample']} and NASA's wheel on {settings['cea_sample']} of the same points."
    )
    parts = (
        "# Measured",
        "Written by `python -m benchmarks.plots`; [benchmarks](../benchmarks.md) says what the words mean.",
        conditions,
        table(COSTS, (cost_row(row) for row in measured["rows"])),
        table(DEVIATIONS, deviation_rows(measured)),
    )
    return "\n\n".join(parts) + "\n"


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    names = list(headings)
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def cost_row(row: dict[str, Any]) -> list[str]:
    """One comparison of costs."""
    needed = row["required"]
    return [
        row["what"],
        f"{row['cases']:,}",
        row["state"],
        _micro(row["ours"]),
        _micro(row["with_data"]),
        row["peer"],
        _micro(row["theirs"]),
        f"{row['ratio']:.3g}",
        f"{needed:.3g}" if needed else "-",
        verdict(row["is_met"]) if needed else "-",
    ]


def deviation_rows(measured: dict[str, Any]) -> Iterable[list[str]]:
    """Each quantity of each pair."""
    for pair, found in measured["deviations"].items():
        for name, values in found.items():
            at = worst(_numbers(values))
            exact = measured["deviations_at_reference_pressure"][pair].get(name)
            yield [
                pair,
                name.replace("_", " "),
                str(at.compared),
                f"{at.deviation:.1e}",
                f"{worst(_numbers(exact)).deviation:.1e}" if exact else "-",
                f"{required(name):.0e}",
                verdict(at.deviation <= required(name)),
            ]


def _numbers(values: list[float | None]) -> list[float]:
    return [float("nan") if value is None else value for value in values]


def _micro(cost: dict[str, float] | None) -> str:
    return "-" if cost is None else f"{cost['median'] * MICRO:.4g}"
