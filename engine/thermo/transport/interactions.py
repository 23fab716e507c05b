"""How single gases, and pairs of them, resist shear and conduct heat: by NASA's data where there are any."""

from dataclasses import dataclass

import numpy as np

from engine.thermo.constants import GAS_CONSTANT
from engine.thermo.nasa_polynomials import Array
from engine.thermo.transport.fits import transport_fits

AVOGADRO_CONSTANT = 6.0221367e23
"""1/mol; the value that belongs to CEA's gas constant."""
DIAMETER = 1e-10
"""m; what the collision integral of the estimate is counted in."""


@dataclass(frozen=True)
class Interactions:
    """Of U gases at N temperatures: `viscosity` (N, U) Pa s and `conductivity` (N, U) W/(m K) of each gas alone, and
    `pairs` (N, U, U) Pa s, the viscosity of a gas whose molecules collide as those of two gases do with each other.
    """

    viscosity: Array
    conductivity: Array
    pairs: Array


def interactions(
    names: tuple[str, ...], molar_mass: Array, temperature: Array, heat_capacity: Array
) -> Interactions:
    """Of the gases `names` with `molar_mass` (U,) kg/mol and `heat_capacity` (N, U), cp/R, at `temperature` (N,) K."""
    fits = transport_fits(names)
    viscosity = _estimated_viscosity(molar_mass, temperature)
    viscosity[:, fits.viscosity.places] = fits.viscosity.values(temperature)
    conductivity = _estimated_conductivity(molar_mass, viscosity, heat_capacity)
    conductivity[:, fits.conductivity.places] = fits.conductivity.values(temperature)
    pairs = _estimated_pairs(molar_mass, viscosity)
    first, second = fits.pairs.places.T
    pairs[:, first, second] = pairs[:, second, first] = fits.pairs.values(temperature)
    return Interactions(viscosity, conductivity, pairs)


def _estimated_viscosity(molar_mass: Array, temperature: Array) -> Array:
    """(N, U) Pa s, by a collision integral that all gases share (CEA's, not in the report)."""
    grams = molar_mass * 1e3
    integral = np.maximum(np.log(50.0 * grams**4.6 / temperature[:, None] ** 1.4), 1.0)
    thermal = np.sqrt(GAS_CONSTANT * temperature[:, None] * molar_mass / np.pi)
    return np.asarray(0.3125 * thermal / (AVOGADRO_CONSTANT * DIAMETER**2 * integral))


def _estimated_conductivity(molar_mass: Array, viscosity: Array, heat_capacity: Array) -> Array:
    """(N, U) W/(m K): Eucken's relation for molecules with internal energy (CEA's factors)."""
    return np.asarray(viscosity * GAS_CONSTANT / molar_mass * (3.75 + 1.32 * (heat_capacity - 2.5)))


def _estimated_pairs(molar_mass: Array, viscosity: Array) -> Array:
    """(N, U, U) Pa s, as of rigid spheres (NASA RP-1311 part I, eq. 5.5 in terms of a pair's viscosity)."""
    first, second = molar_mass[:, None], molar_mass[None, :]
    own, other = viscosity[:, :, None], viscosity[:, None, :]
    spheres = np.sqrt(32.0) * own * np.sqrt(second / (first + second))
    return np.asarray(spheres / (1.0 + np.sqrt(np.sqrt(second / first) * own / other)) ** 2)
