"""The answers to a block of cases, which depend on that block alone: what was solved before changes no digit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import AnalysisError
from engine.studies.kinds import Study
from engine.studies.places import Filler
from engine.tabulation import tabulate
from engine.thermo.nasa_polynomials import Array
from engine.thermo.sweeps.known import KnownSweeps, knowing_only

SWEPT, STEPWISE, OTHERS = 2048, 512, 128
"""Cases solved together, some seconds of work: of liquid engines that start from fits, of those that do not, and
of other motors.
"""


@dataclass(frozen=True)
class Answers:
    """The outputs (N, M) of N cases, NaN where there is no number; `errors` by the place of the case."""

    outputs: Array
    errors: dict[int, AnalysisError] = field(default_factory=dict)


Evaluator = Callable[[Sequence[NDArray[Any]]], Answers]
"""From the values of each variable, (N,) each, to the answers: motors, or in tests functions with known integrals."""


def motor_evaluator(study: Study, experience: KnownSweeps | None = None) -> Evaluator:
    """The evaluator of the study's own motors; every block starts from the same `experience`, or from none."""
    experience = experience or KnownSweeps()
    filler = Filler(study.base, [variable.path for variable in study.variables])
    outputs = list(study.outputs)

    def evaluate(columns: Sequence[NDArray[Any]]) -> Answers:
        rows = zip(*(column.tolist() for column in columns), strict=True)
        with knowing_only(experience.copy()):
            table = tabulate([filler.filled(row) for row in rows], outputs)
        return Answers(np.stack([table.columns[path] for path in outputs], axis=1), table.errors)

    return evaluate


def block_size(study: Study) -> int:
    """Cases in one block: the same wherever the study is cut, as the last digits depend on it."""
    base = study.base
    if base.get("motor_type") != "liquid":
        return OTHERS
    combustor = base.get("combustor")
    has_width = isinstance(combustor, dict) and combustor.get("type") != "infinite_area"
    return STEPWISE if has_width or base.get("flow_model", "equilibrium") != "equilibrium" else SWEPT
