"""What an optimisation learns before it begins: fits over all of its range, from which every later motor starts."""

import numpy as np
from scipy.stats import qmc

from engine.studies.evaluation import SWEPT, block_size
from engine.studies.kinds import OptimizationStudy
from engine.studies.places import Filler
from engine.tabulation import tabulate
from engine.thermo.sweeps.known import KnownSweeps, knowing_only

CASES = 128
"""Enough for fits to be made."""


def experience_of(study: OptimizationStudy) -> KnownSweeps:
    """The fits of some motors spread over the range, the same in every process; none where none are ever made.

    A generation is too small to pay for fits of its own: with these it takes a third of the time.
    """
    experience = KnownSweeps()
    if block_size(study) != SWEPT:
        return experience
    low, high = (np.array([getattr(v, end) for v in study.variables]) for end in ("minimum", "maximum"))
    points = qmc.LatinHypercube(len(low), rng=np.random.default_rng(0)).random(CASES)
    filler = Filler(study.base, [variable.path for variable in study.variables])
    with knowing_only(experience):
        tabulate([filler.filled(row) for row in (low + points * (high - low)).tolist()], study.outputs)
    return experience
