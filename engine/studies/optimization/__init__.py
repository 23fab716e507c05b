"""Optimisation: by gradients, by differential evolution, and of several objectives by NSGA-II.

Every method draws all its chance from the seed and asks a journal for the answers. What the journal holds is therefore
enough to go on after an interruption: the method is run again from its beginning, and what was solved is read, not
solved.
"""

from engine.studies.optimization.outcome import result
from engine.studies.optimization.solve import run

__all__ = ["result", "run"]
