"""A gas before or behind a wave, as it flows past somebody who moves with the wave."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from engine.thermo.nasa_polynomials import Array
from engine.thermo.properties import Properties


@dataclass
class GasState(Properties):
    """Of N cases: the properties, the `velocity` (N,) m/s towards or from the wave, `mach` (N,), and the
    `mole_fractions` (N, S) of all `species`. NaN where there is no answer.
    """

    velocity: Array
    mach: Array
    mole_fractions: Array
    species: tuple[str, ...]

    @classmethod
    def unknown(cls, cases: int, species: tuple[str, ...]) -> "GasState":
        """Not-a-number for every case."""
        scalars = [np.full(cases, np.nan) for _ in fields(cls)[:-2]]
        return cls(*scalars, np.full((cases, len(species)), np.nan), species)

    def fill(self, rows: NDArray[np.intp], properties: Properties, velocity: Array) -> None:
        """Give the cases at `rows` their properties and velocities."""
        for item in fields(Properties):
            getattr(self, item.name)[rows] = getattr(properties, item.name)
        self.velocity[rows] = velocity
        self.mach[rows] = velocity / properties.sound_speed

    def clear(self, bad: NDArray[np.bool_]) -> None:
        """Take the numbers away from the cases that are `bad` (N,)."""
        for item in fields(self)[:-1]:
            getattr(self, item.name)[bad] = np.nan
