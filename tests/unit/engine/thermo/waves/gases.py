"""Gas mixtures that tests of waves start from, and what mass, momentum and energy say of a wave."""

import numpy as np

from engine.thermo.catalogue import find
from engine.thermo.nasa_polynomials import Array
from engine.thermo.species import ProductSpecies, product_species
from engine.thermo.waves.gas import FrozenGas, unburned_gas
from engine.thermo.waves.results import GasState

BURNING = (
    ("H2", "O2"),
    ("H2", "Air"),
    ("CH4", "O2"),
    ("C2H2,acetylene", "O2"),
    ("C3H8", "N2O"),
    ("SiH4", "O2"),
)
INERT = (("Ar",), ("N2", "O2"), ("Air",), ("CO2", "He"))


def mixed(names: tuple[str, ...], mole_fractions: Array | list[list[float]]) -> FrozenGas:
    """Gases of NASA's data in the proportions (N, K)."""
    reactants = tuple(find(name).components[0][1] for name in names)
    fractions = np.asarray(mole_fractions, dtype=np.float64)
    masses = fractions @ np.array([reactant.molar_mass for reactant in reactants])
    return unburned_gas(reactants, fractions / masses[:, None])


def products_of(gas: FrozenGas) -> ProductSpecies:
    """All that can come of the elements of the gas."""
    return product_species(gas.species.elements)


def imbalances(before: GasState, behind: GasState, approach: Array, departure: Array) -> Array:
    """(3, N): by how much mass, momentum and energy flow out otherwise than in, in terms of what flows in.

    `approach` and `departure` (N,) m/s are the velocities relative to the wave.
    """
    mass = before.density * approach, behind.density * departure
    momentum = before.pressure + mass[0] * approach, behind.pressure + mass[1] * departure
    energy = before.enthalpy + 0.5 * approach**2, behind.enthalpy + 0.5 * departure**2
    return np.stack(
        [
            mass[1] / mass[0] - 1.0,
            momentum[1] / momentum[0] - 1.0,
            (energy[1] - energy[0]) / approach**2,
        ]
    )
