"""The summary of a sweep: its axes, and where each output is least and largest."""

from typing import Any

import numpy as np

from engine.studies.designs import Columns
from engine.studies.kinds import SweepStudy
from engine.thermo.nasa_polynomials import Array


def summary(study: SweepStudy, columns: Columns, outputs: Array) -> dict[str, Any]:
    """`axes`, and `outputs` with the extremes of each and the values of the variables there."""
    axes = [
        {"path": variable.path, "count": variable.size, "first": variable.axis[0], "last": variable.axis[-1]}
        for variable in study.variables
    ]
    found = {path: _extremes(study, columns, outputs[:, place]) for place, path in enumerate(study.outputs)}
    return {"axes": axes, "outputs": found}


def _extremes(study: SweepStudy, columns: Columns, values: Array) -> dict[str, Any]:
    known = np.flatnonzero(np.isfinite(values))
    if not len(known):
        return {"cases": 0}
    ends = {"minimum": known[np.argmin(values[known])], "maximum": known[np.argmax(values[known])]}
    found: dict[str, Any] = {"cases": len(known)}
    for name, case in ends.items():
        variables = {
            variable.path: column[case : case + 1].tolist()[0]
            for variable, column in zip(study.variables, columns, strict=True)
        }
        found[name] = {"value": float(values[case]), "case": int(case), "variables": variables}
    return found
