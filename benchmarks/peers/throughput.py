"""What the rounds of both stacks amount to."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.rocket.markdown import table
from benchmarks.rocket.statistics import relative, verdict, worst

OURS = "ours"
USUAL = "a task per case"
REQUIRED = 10.0
"""Times the throughput of the conventional stack as people build it."""
AGREED = 1e-5
HEADINGS = (
    "stack",
    "seconds",
    "cases/s",
    "ours is faster by",
    "processor seconds of all processes",
    "ours needs less by",
)


class Side(NamedTuple):
    """One way of answering all cases in one round: seconds by the clock, and of all processors on its processes."""

    name: str
    seconds: float
    processor_seconds: float


def agreement(
    ours: NDArray[np.float64], theirs: NDArray[np.float64], names: Sequence[str]
) -> dict[str, float]:
    """The largest relative deviation of each column; infinite where a case has no answer on either side."""
    if ours.shape != theirs.shape:
        raise ValueError(f"ours are {ours.shape} answers, theirs {theirs.shape}")
    found = {}
    for place, name in enumerate(names):
        at = worst(relative(ours[:, place], theirs[:, place]))
        found[name] = at.deviation if at.compared == len(ours) else float("inf")
    return found


def figures(sides: Sequence[Side], cases: int, deviations: Mapping[str, float]) -> dict[str, Any]:
    """Medians over the rounds of every way, how many times faster ours is, and the verdict."""
    by_name: dict[str, list[Side]] = {}
    for side in sides:
        by_name.setdefault(side.name, []).append(side)
    ways = {
        name: {
            "seconds": statistics.median(one.seconds for one in rounds),
            "least": min(one.seconds for one in rounds),
            "most": max(one.seconds for one in rounds),
            "processor_seconds": statistics.median(one.processor_seconds for one in rounds),
        }
        for name, rounds in by_name.items()
    }
    for way in ways.values():
        way["cases_per_second"] = cases / way["seconds"]
        way["ratio"] = way["seconds"] / ways[OURS]["seconds"]
        way["processor_ratio"] = way["processor_seconds"] / ways[OURS]["processor_seconds"]
    return {
        "cases": cases,
        "rounds": len(by_name[OURS]),
        "ways": ways,
        "deviations": dict(deviations),
        "is_met": ways[USUAL]["ratio"] >= REQUIRED if USUAL in ways else None,
        "agrees": all(deviation <= AGREED for deviation in deviations.values()),
    }


def report(measured: Mapping[str, Any]) -> str:
    """The figures as a text with a table."""
    rows = [
        [
            name,
            f"{way['seconds']:.1f} ({way['least']:.1f} - {way['most']:.1f})",
            f"{way['cases_per_second']:,.0f}",
            "" if name == OURS else f"{way['ratio']:.1f}x",
            f"{way['processor_seconds']:.1f}",
            "" if name == OURS else f"{way['processor_ratio']:.1f}x",
        ]
        for name, way in measured["ways"].items()
    ]
    met = "not measured" if measured["is_met"] is None else verdict(measured["is_met"])
    deviations = ", ".join(f"{name} {value:.1e}" for name, value in measured["deviations"].items())
    return (
        f"{measured['cases']:,} LOX/RP-1 cases, median of {measured['rounds']} rounds (least - most)\n\n"
        f"{table(HEADINGS, rows)}\n\n"
        f"Asked for: {REQUIRED:g}x beside '{USUAL}': {met}.\n"
        f"Largest relative deviation between the stacks: {deviations}; "
        f"all within {AGREED:.0e}: {verdict(measured['agrees'])}.\n"
    )
