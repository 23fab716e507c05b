"""What our engine says to a sample problem, under the names of the reports and the wheel."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.thermo.nasa_polynomials import Array
from engine.thermo.properties import Properties
from engine.thermo.species import ProductSpecies


@dataclass
class Answer:
    """N columns: each quantity (N,), SI; the fraction of each species (N,) by moles and by mass; each Status (N,)."""

    quantities: dict[str, Array]
    mole_fractions: dict[str, Array]
    mass_fractions: dict[str, Array]
    status: NDArray[np.int8]

    @classmethod
    def of(
        cls, state: Properties, products: ProductSpecies, mole_fractions: Array, status: NDArray[np.int8]
    ) -> "Answer":
        """All that follows from a solved state."""
        plain = {name: value for name, value in vars(state).items() if isinstance(value, np.ndarray)}
        quantities = {name: value for name, value in plain.items() if value.ndim == 1}
        quantities["internal_energy"] = state.enthalpy - state.pressure / state.density
        quantities["gibbs_energy"] = state.enthalpy - state.temperature * state.entropy
        mass = mole_fractions * products.molar_mass / state.molar_mass_mixture[:, None]
        columns = dict(zip(products.names, range(len(products.names)), strict=True))
        return cls(
            quantities,
            {name: mole_fractions[:, place] for name, place in columns.items()},
            {name: mass[:, place] for name, place in columns.items()},
            status,
        )
