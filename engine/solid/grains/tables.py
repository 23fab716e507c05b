"""Stand-in until the grains' own branch is here."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.solid.grains.models import Bates, Grain
from engine.thermo.nasa_polynomials import Array


@dataclass(frozen=True)
class GrainState:
    """(..., K) each."""

    burning_area: Array
    volume: Array
    port_area: Array
    length: Array
    hydraulic_diameter: Array
    exhausted: NDArray[np.bool_]


@dataclass(frozen=True)
class GrainTables:
    """K grains."""

    web: Array
    diameter: Array
    length: Array
    core_diameter: Array
    burning_ends: Array

    def state(self, regression: Array) -> GrainState:
        """At regressions (..., K)."""
        core = self.core_diameter + np.where(self.core_diameter > 0, 2.0 * regression, 0.0)
        length = np.maximum(self.length - self.burning_ends * regression, 0.0)
        face = np.pi / 4.0 * (self.diameter**2 - core**2)
        gone = regression >= self.web
        return GrainState(
            np.where(gone, 0.0, np.pi * core * length + self.burning_ends * face),
            np.where(gone, 0.0, face * length),
            np.pi / 4.0 * core**2,
            length,
            core,
            gone,
        )


def cross_section_tables(grains: Sequence[Grain], *, resolution: int) -> GrainTables:
    """Stand-in."""
    rows = []
    for grain in grains:
        if isinstance(grain, Bates):
            ends = {"neither": 2.0, "top": 1.0, "bottom": 1.0, "both": 0.0}[grain.inhibited_ends]
            core = grain.core_diameter
            web = min((grain.diameter - core) / 2.0, grain.length / ends if ends else np.inf)
        else:
            ends, core, web = 1.0, 0.0, grain.length
        rows.append((web, grain.diameter, grain.length, core, ends))
    return GrainTables(*np.array(rows).T.copy())
