"""From outputs to what an optimiser minimises, and to the limits that it has to keep; all of about size one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.studies.kinds import OptimizationStudy
from engine.thermo.nasa_polynomials import Array

TOLERANCE = 1e-7
"""Of a constraint's size, by which it may be missed."""
LEAST = 1e-30
CHUNK = 1024

Places = NDArray[np.intp]


@dataclass(frozen=True)
class Goal:
    """Objectives and limits as multiples of single outputs: of which (`aims`, `limits`), times which factor.

    A limit is kept where its output times its factor, plus its offset, is not negative.
    """

    aims: Places
    aim_factors: Array
    limits: Places
    limit_factors: Array
    offsets: Array

    @classmethod
    def of(cls, study: OptimizationStudy, typical: Array) -> "Goal":
        """The goal of the study; `typical` (M,) are outputs whose size scales the objectives."""
        place = {path: number for number, path in enumerate(study.outputs)}
        aims = np.array([place[objective.output] for objective in study.objectives], dtype=np.intp)
        signs = np.array([-1.0 if objective.sense == "maximize" else 1.0 for objective in study.objectives])
        sizes = np.abs(typical[aims])
        sizes[~(np.isfinite(sizes) & (sizes > LEAST))] = 1.0
        limits: list[tuple[int, float, float]] = []
        for constraint in study.constraints:
            ends = [(1.0, constraint.minimum), (-1.0, constraint.maximum)]
            scale = max(abs(end) for _, end in ends if end is not None) or 1.0
            limits += [
                (place[constraint.output], sign / scale, -sign * end / scale)
                for sign, end in ends
                if end is not None
            ]
        table = np.array(limits).reshape(-1, 3)
        return cls(aims, signs / sizes, table[:, 0].astype(np.intp), table[:, 1], table[:, 2])

    def objectives(self, outputs: Array) -> Array:
        """(N, P) of outputs (N, M), to be minimised."""
        return outputs[:, self.aims] * self.aim_factors

    def margins(self, outputs: Array) -> Array:
        """(N, Q) of outputs (N, M): not negative where a limit is kept."""
        return outputs[:, self.limits] * self.limit_factors + self.offsets

    def is_answered(self, outputs: Array) -> NDArray[np.bool_]:
        """(N,): whether all numbers are there that matter."""
        return np.asarray(np.isfinite(outputs[:, [*self.aims, *self.limits]]).all(axis=1))

    def violation(self, outputs: Array) -> Array:
        """(N,): by how much the limits are missed altogether; infinite where there is no answer."""
        missed = np.maximum(0.0, -self.margins(outputs) - TOLERANCE).sum(axis=1)
        return np.where(self.is_answered(outputs), missed, np.inf)

    def best(self, outputs: Array) -> int | None:
        """The place of the case with the least first objective among those that keep the limits; None without any."""
        fit = np.flatnonzero(self.violation(outputs) == 0.0)
        return int(fit[np.argmin(self.objectives(outputs)[fit, 0])]) if len(fit) else None

    def nearest(self, outputs: Array) -> int:
        """The best case, or where none keeps the limits the one that misses them least."""
        best = self.best(outputs)
        return int(np.argmin(self.violation(outputs))) if best is None else best


def front(objectives: Array, most: int) -> Places:
    """The places of the cases that no other one betters in all objectives (N, P), by the first objective; of many,
    those that lie farthest from their neighbours (crowding distance of Deb et al., 2002).
    """
    from pymoo.operators.survival.rank_and_crowding.metrics import calc_crowding_distance
    from pymoo.util.nds.non_dominated_sorting import NonDominatedSorting

    best = np.empty(0, dtype=np.intp)
    # a comparison of all with all grows with the square of their number
    for start in range(0, len(objectives), CHUNK):
        rivals = np.concatenate([best, np.arange(start, min(start + CHUNK, len(objectives)))])
        rivals = rivals[np.unique(objectives[rivals], axis=0, return_index=True)[1]]
        best = rivals[NonDominatedSorting().do(objectives[rivals], only_non_dominated_front=True)]
        if len(best) > most:
            distance = calc_crowding_distance(objectives[best])
            best = best[np.argsort(-distance, kind="stable")[:most]]
    return np.asarray(best[np.lexsort(objectives[best].T[::-1])], dtype=np.intp)
