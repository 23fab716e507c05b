"""One motor made better step by step: SLSQP (Kraft, DFVLR-FB 88-28, 1988) along exact derivatives or differences."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.stats import qmc

from engine.studies.kinds import OptimizationStudy
from engine.studies.models import ITERATIONS, SCAN
from engine.studies.optimization.goal import Goal
from engine.studies.optimization.journal import Journal
from engine.thermo.nasa_polynomials import Array

STEP = 1e-4
"""Of a variable's range, by which it is moved to either side for a central difference."""
PRECISION = 1e-11
"""Change of the scaled objective below which the search ends."""
UNANSWERED = 10.0
"""The scaled objective where there is no answer: far above all others."""


@dataclass(frozen=True)
class Ended:
    """How a search ended: whether by its own rule, in which words, and by exact derivatives or not."""

    success: bool
    message: str
    exact: bool = False


def starting_point(study: OptimizationStudy, journal: Journal) -> tuple[Array, Goal]:
    """Where to begin, and the goal scaled by what is found there.

    That is where the study says, else the best of some points spread over the range.
    """
    start = np.array([(v.start - v.minimum) / (v.maximum - v.minimum) for v in study.variables])
    scan = start[None]
    if all(variable.initial is None for variable in study.variables):
        sampler = qmc.LatinHypercube(len(start), rng=np.random.default_rng(study.seed))
        scan = np.concatenate([scan, sampler.random(SCAN - 1)])
    outputs = journal.values(scan)
    goal = Goal.of(study, _typical(outputs))
    return scan[goal.nearest(outputs)], goal


def _typical(outputs: Array) -> Array:
    """(M,): the middle of the sizes of each output, NaN where it is nowhere known."""
    sizes = [np.abs(column[np.isfinite(column)]) for column in outputs.T]
    return np.array([np.median(known) if len(known) else np.nan for known in sizes])


def descend(start: Array, goal: Goal, journal: Journal) -> Ended:
    """Follows the derivatives from `start`; what was found is in the journal."""
    point = _Point(goal, journal)
    constraints: dict[str, Any] = {"type": "ineq", "fun": point.margins, "jac": point.margin_slopes}
    found: Any = minimize(  # type: ignore[call-overload]
        point.objective,
        start,
        jac=point.objective_slope,
        method="SLSQP",
        bounds=[(0.0, 1.0)] * len(start),
        constraints=constraints if len(goal.limits) else (),
        options={"maxiter": ITERATIONS, "ftol": PRECISION},
    )
    return Ended(bool(found.success), str(found.message), point.is_exact)


class _Point:
    """Objective, margins and their derivatives where the search is, each asked for once."""

    def __init__(self, goal: Goal, journal: Journal) -> None:
        self._goal, self._journal = goal, journal
        self._at: Array | None = None
        self._sloped_at: Array | None = None
        self._outputs, self._slopes = np.empty(0), np.empty(0)
        self.is_exact = True

    def objective(self, at: Array) -> float:
        self._go(at)
        value = float(self._goal.objectives(self._outputs[None])[0, 0])
        return value if np.isfinite(value) else UNANSWERED

    def margins(self, at: Array) -> Array:
        self._go(at)
        return np.asarray(np.nan_to_num(self._goal.margins(self._outputs[None])[0], nan=-1.0))

    def objective_slope(self, at: Array) -> Array:
        self._look_around(at)
        return np.asarray(self._goal.aim_factors[0] * self._slopes[self._goal.aims[0]])

    def margin_slopes(self, at: Array) -> Array:
        self._look_around(at)
        return np.asarray(self._goal.limit_factors[:, None] * self._slopes[self._goal.limits])

    def _go(self, at: Array) -> None:
        at = np.clip(at, 0.0, 1.0)
        if self._at is None or not np.array_equal(at, self._at):
            self._outputs = self._journal.values(at[None])[0]
            self._at = at.copy()

    def _look_around(self, at: Array) -> None:
        at = np.clip(at, 0.0, 1.0)
        if self._sloped_at is not None and np.array_equal(at, self._sloped_at):
            return
        slopes = self._journal.slopes(at)
        wanted = [*self._goal.aims, *self._goal.limits]
        if slopes is None or not np.isfinite(slopes[wanted]).all():
            self.is_exact = False
            slopes = np.nan_to_num(_differences(at, self._journal))
        self._slopes, self._sloped_at = slopes, at.copy()


def _differences(at: Array, journal: Journal) -> Array:
    """(M, D): central differences, one-sided at an end, all cases solved together; zero where one has no answer."""
    dimensions = len(at)
    ahead, behind = (np.clip(at + step * np.eye(dimensions), 0.0, 1.0) for step in (STEP, -STEP))
    outputs = journal.values(np.concatenate([ahead, behind]))
    width = np.diagonal(ahead - behind)
    return np.asarray(((outputs[:dimensions] - outputs[dimensions:]) / width[:, None]).T)
