"""How single gases, and pairs of them, resist shear and conduct heat: by NASA's data where there are any."""

from dataclasses import dataclass

import numpy as np

from engine.thermo.constants import GAS_CONSTANT
from engine.thermo.nasa_polynomials import Array
from engine.thermo.transport.charges import charged_pairs, kinetic_viscosity
from engine.thermo.transport.fits import transport_fits


@dataclass(frozen=True)
class Interactions:
    """Of U gases at N temperatures: `viscosity` (N, U) Pa s and `conductivity` (N, U) W/(m K) of each gas alone, and
    `pairs` (N, U, U) Pa s, the viscosity of a gas whose molecules collide as those of two gases do with each other.
    """

    viscosity: Array
    conductivity: Array
    pairs: Array


@dataclass(frozen=True)
class Mixed:
    """U gases in N mixtures: `names`, `molar_mass` (U,) kg/mol, `charges` (U,) in elementary charges, `fractions`
    (N, U) mole fractions, and `temperature` (N,) K, at which each has `heat_capacity` (N, U), cp/R.
    """

    names: tuple[str, ...]
    molar_mass: Array
    charges: Array
    fractions: Array
    temperature: Array
    heat_capacity: Array

    @property
    def electrons(self) -> Array:
        """(N,): their mole fraction."""
        if "e-" not in self.names:
            return np.zeros(len(self.temperature))
        return np.asarray(self.fractions[:, self.names.index("e-")])


def interactions(gas: Mixed) -> Interactions:
    """What NASA's data say of the gases and of their pairs, and estimates of what they do not."""
    fits, temperature = transport_fits(gas.names), gas.temperature
    charged, between = charged_pairs(gas.charges, gas.molar_mass, temperature, gas.electrons)
    viscosity = _estimated_viscosity(gas.molar_mass, temperature)
    single = np.flatnonzero(charged.diagonal())
    viscosity[:, single] = between[:, single, single]
    viscosity[:, fits.viscosity.places] = fits.viscosity.values(temperature)
    conductivity = _estimated_conductivity(gas.molar_mass, viscosity, gas.heat_capacity)
    conductivity[:, fits.conductivity.places] = fits.conductivity.values(temperature)
    pairs = _estimated_pairs(gas.molar_mass, viscosity)
    pairs[:, charged] = between[:, charged]
    pairs[:, single, single] = viscosity[:, single]
    first, second = fits.pairs.places.T
    pairs[:, first, second] = pairs[:, second, first] = fits.pairs.values(temperature)
    return Interactions(viscosity, conductivity, pairs)


def _estimated_viscosity(molar_mass: Array, temperature: Array) -> Array:
    """(N, U) Pa s, by a collision integral that all gases share (CEA's, not in the report)."""
    integral = np.log(50.0 * (molar_mass * 1e3) ** 4.6 / temperature[:, None] ** 1.4)
    return kinetic_viscosity(molar_mass, temperature[:, None], np.maximum(integral, 1.0))


def _estimated_conductivity(molar_mass: Array, viscosity: Array, heat_capacity: Array) -> Array:
    """(N, U) W/(m K): Eucken's relation for molecules with internal energy (CEA's factors)."""
    return np.asarray(viscosity * GAS_CONSTANT / molar_mass * (3.75 + 1.32 * (heat_capacity - 2.5)))


def _estimated_pairs(molar_mass: Array, viscosity: Array) -> Array:
    """(N, U, U) Pa s, as of rigid spheres (NASA RP-1311 part I, eq. 5.5 in terms of a pair's viscosity)."""
    first, second = molar_mass[:, None], molar_mass[None, :]
    own, other = viscosity[:, :, None], viscosity[:, None, :]
    spheres = np.sqrt(32.0) * own * np.sqrt(second / (first + second))
    return np.asarray(spheres / (1.0 + np.sqrt(np.sqrt(second / first) * own / other)) ** 2)
