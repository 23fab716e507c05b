"""What an optimisation found: the best motor or the front, how it got there, and the table of all cases."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.studies.failures import Failures
from engine.studies.kinds import OptimizationStudy
from engine.studies.models import count_cases
from engine.studies.numbers import plain
from engine.studies.optimization.goal import TOLERANCE, Goal, front
from engine.studies.pieces import Piece, identity_of
from engine.studies.storage import part_of
from engine.thermo.nasa_polynomials import Array
from engine.version import __version__

AT_END = 1e-6
"""Of its range, within which a variable lies at an end."""
ACTIVE = 1e-4
"""Of a constraint's size, within which it holds the optimum back."""
MOST_ON_FRONT, MOST_ROUNDS = 200, 200
"""In the summary; the table has all cases."""


def result(study: OptimizationStudy, part: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Summary and table of the study."""
    header, arrays = part_of(part, identity_of(study, Piece(0, 0, count_cases(study) - 1)))
    outputs, failures = arrays["outputs"], Failures.of(header, arrays)
    low, high = (np.array([getattr(v, end) for v in study.variables]) for end in ("minimum", "maximum"))
    points = low + arrays["points"] * (high - low)
    goal = Goal.of(study, _typical(study, header["typical"]))
    names = [variable.path for variable in study.variables]
    columns = list(points.T)
    found = (
        _front(study, goal, points, outputs) if study.is_multiple else _optimum(study, goal, points, outputs)
    )
    summary = {
        "type": study.type,
        "cases": len(outputs),
        "solved": len(outputs) - len(failures.rows),
        "failed": failures.document(names, columns),
        "method": header["method"],
        "derivatives": "exact" if header["exact"] else "differences",
        "success": header["success"] and found["feasible"],
        "message": header["message"],
        "seed": study.seed,
        **found,
        "history": _history(goal, outputs, arrays["rounds"]),
        "warnings": [*failures.warnings(len(outputs)), *_warnings(found)],
        "engine_version": __version__,
    }
    table: dict[str, NDArray[Any]] = {"round": arrays["rounds"]}
    table |= dict(zip(names, columns, strict=True))
    for place, path in enumerate(study.outputs):
        table[f"result.{path}" if path in names else path] = outputs[:, place]
    table["feasible"] = goal.violation(outputs) == 0.0
    table["error_code"] = failures.column(len(outputs))
    return plain(summary), table


def _typical(study: OptimizationStudy, sizes: list[float]) -> Array:
    """(M,): the sizes by which the objectives were scaled, in the places of their outputs."""
    typical = np.ones(len(study.outputs))
    for objective, size in zip(study.objectives, sizes, strict=True):
        typical[study.outputs.index(objective.output)] = size
    return typical


def _optimum(study: OptimizationStudy, goal: Goal, points: Array, outputs: Array) -> dict[str, Any]:
    place = goal.nearest(outputs)
    optimum = _case(study, points[place], outputs[place])
    optimum["at_limits"] = [
        variable.path
        for variable, value in zip(study.variables, points[place], strict=True)
        if min(value - variable.minimum, variable.maximum - value)
        <= AT_END * (variable.maximum - variable.minimum)
    ]
    margins = goal.margins(outputs[place : place + 1])[0]
    active = np.unique(goal.limits[np.abs(margins) <= ACTIVE])
    optimum["active_constraints"] = [study.outputs[number] for number in active]
    return {"feasible": goal.best(outputs) is not None, "optimum": optimum}


def _front(study: OptimizationStudy, goal: Goal, points: Array, outputs: Array) -> dict[str, Any]:
    """Of all cases ever solved, those that keep the limits and that no other one betters."""
    fit = np.flatnonzero(goal.violation(outputs) == 0.0)
    best = fit[front(goal.objectives(outputs)[fit], MOST_ON_FRONT)]
    if not len(best):
        nearest = goal.nearest(outputs)
        return {"feasible": False, "front": [], "nearest": _case(study, points[nearest], outputs[nearest])}
    return {"feasible": True, "front": [_case(study, points[case], outputs[case]) for case in best]}


def _case(study: OptimizationStudy, point: Array, outputs: Array) -> dict[str, Any]:
    return {
        "variables": {variable.path: value for variable, value in zip(study.variables, point, strict=True)},
        "outputs": dict(zip(study.outputs, outputs, strict=True)),
    }


def _history(goal: Goal, outputs: Array, rounds: NDArray[np.int64]) -> dict[str, Any]:
    """Cases so far, and the best value that any had of each objective within the limits, after each round (of many
    rounds, some).
    """
    signs = np.sign(goal.aim_factors)
    values = np.where(goal.violation(outputs)[:, None] == 0.0, signs * outputs[:, goal.aims], np.inf)
    best = signs * np.minimum.accumulate(values, axis=0)
    ends = np.append(np.flatnonzero(np.diff(rounds)), len(rounds) - 1)
    if len(ends) > MOST_ROUNDS:
        ends = ends[np.linspace(0, len(ends) - 1, MOST_ROUNDS).round().astype(int)]
    return {"cases": ends + 1, "best": list(best[ends].T)}


def _warnings(found: dict[str, Any]) -> list[dict[str, str]]:
    if found["feasible"]:
        return []
    message = f"no motor keeps all limits (to {TOLERANCE:g} of their size); what is shown misses them least"
    return [{"code": "no_feasible_case", "message": message}]
