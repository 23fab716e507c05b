"""Static tests: a motor on a stand, and what was measured of it over time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.errors import Problem, SpecError
from engine.thermo.nasa_polynomials import Array

CURVES = ("thrust", "chamber_pressure")
STEPS = 1000
"""Of a quasi-steady burn in the time of a test, so that its end does not jump from step to step."""
TYPICAL_PRESSURE = 4e6


@dataclass(frozen=True)
class StaticTest:
    """A motor's specification, and what was measured of it: `time` (M,) s, `thrust` (M,) N or `chamber_pressure` (M,)
    Pa, or both.
    """

    spec: Mapping[str, Any]
    time: Sequence[float]
    thrust: Sequence[float] | None = None
    chamber_pressure: Sequence[float] | None = None

    @property
    def curves(self) -> dict[str, Array]:
        """Those that were measured."""
        given = {name: getattr(self, name) for name in CURVES}
        return {name: np.asarray(values, dtype=float) for name, values in given.items() if values is not None}


def mean_pressure(tests: Sequence[StaticTest]) -> float:
    """Pa, of the tests while they burn, where it was measured."""
    measured = [test.curves["chamber_pressure"] for test in tests if "chamber_pressure" in test.curves]
    means = [np.mean(values[values > 0.1 * values.max()]) for values in measured]
    return float(np.mean(means)) if means else TYPICAL_PRESSURE


def finely(test: StaticTest) -> dict[str, Any]:
    """The specification, a solid's in steps that are short beside the test."""
    if test.spec.get("motor_type") != "solid":
        return dict(test.spec)
    settings = dict(test.spec.get("settings") or {})
    longest = (max(test.time) - min(test.time)) / STEPS
    settings["time_step"] = min(settings.get("time_step") or longest, longest)
    return {**test.spec, "settings": settings}


def require_curves(tests: Sequence[StaticTest], parameters: Sequence[str]) -> None:
    """Raises SpecError for tests that say nothing, and for no parameters."""
    problems = [] if tests else [Problem("tests", "is empty; give a static test")]
    if not parameters:
        problems.append(Problem("parameters", "is empty; give a path, such as nozzle.efficiency"))
    for place, test in enumerate(tests):
        where, time = f"tests.{place}", np.asarray(test.time, dtype=float)
        if not test.curves:
            problems.append(Problem(where, f"has no curve; give {' or '.join(CURVES)}"))
        if not (len(time) > 1 and np.isfinite(time).all() and (np.diff(time) > 0.0).all()):
            problems.append(Problem(f"{where}.time", "is no list of 2 or more times that rise strictly"))
        for name, values in test.curves.items():
            if len(values) != len(time) or not np.isfinite(values).all() or not values.max(initial=0.0) > 0.0:
                message = f"wants {len(time)} finite numbers, one for each time, and a peak above 0"
                problems.append(Problem(f"{where}.{name}", message))
    if problems:
        raise SpecError(problems)
