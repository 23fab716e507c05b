"""A gas before or behind a wave, as it flows past somebody who moves with the wave."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from engine.thermo.blocks import species_places
from engine.thermo.nasa_polynomials import Array
from engine.thermo.properties import Properties
from engine.thermo.species import ProductSpecies
from engine.thermo.waves.gas import FrozenGas


@dataclass
class GasState(Properties):
    """Of N cases: the properties, the `velocity` (N,) m/s towards or from the wave, `mach` (N,), and the
    `mole_fractions` (N, S + C) of all `species`. NaN where there is no answer.
    """

    velocity: Array
    mach: Array
    mole_fractions: Array
    species: ProductSpecies

    @classmethod
    def unknown(cls, cases: int, species: ProductSpecies) -> "GasState":
        """Not-a-number for every case."""
        names = [item.name for item in fields(cls) if item.name not in ("mole_fractions", "species")]
        numbers = {name: np.full(cases, np.nan) for name in names}
        return cls(**numbers, mole_fractions=np.full((cases, len(species.names)), np.nan), species=species)

    def fill(self, rows: NDArray[np.intp], gas: FrozenGas, properties: Properties, velocity: Array) -> None:
        """Give the cases at `rows` their composition, properties and velocities."""
        for item in fields(Properties):
            getattr(self, item.name)[rows] = getattr(properties, item.name)
        self.velocity[rows] = velocity
        self.mach[rows] = velocity / properties.sound_speed
        moles = np.concatenate([gas.gas, gas.condensed], axis=1)
        self.mole_fractions[rows] = 0.0
        self.mole_fractions[np.ix_(rows, species_places(self.species, gas.species))] = moles / moles.sum(
            axis=1, keepdims=True
        )
