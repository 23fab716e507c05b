"""How ions and electrons resist each other and neutral gases: CEA's estimates by collision cross sections.

The numbers are those of CEA's program; the report does not give them. How far charges are shielded depends on the
temperature and the share of electrons, and not on the pressure; a gas with two charges is taken for a neutral one.
"""

import numpy as np

from engine.thermo.blocks import Mask
from engine.thermo.constants import GAS_CONSTANT
from engine.thermo.nasa_polynomials import Array

AVOGADRO_CONSTANT = 6.0221367e23
"""1/mol; the value that belongs to CEA's gas constant."""
ANGSTROM = 1e-10
"""m; what cross sections are counted in."""
ELECTRON_MASS = 1e-4
"""kg/mol; a gas lighter than this is the electron."""
LANDAU = 4.8032**2 / 1.380658e-3
"""nm K: the distance at which two charges hold each other's thermal energy, times the temperature."""
VOLUME = 138.0658
"""nm3/K; what CEA takes for the volume of a particle, over the temperature."""
FEWEST_ELECTRONS = 1e-12


def kinetic_viscosity(mass: Array, temperature: Array, cross_section: Array) -> Array:
    """Pa s of molecules of `mass` (kg/mol) that meet with `cross_section` (square angstroms, over pi)."""
    thermal = np.sqrt(GAS_CONSTANT * temperature * mass / np.pi)
    return np.asarray(0.3125 * thermal / (AVOGADRO_CONSTANT * ANGSTROM**2 * cross_section))


def charged_pairs(
    charges: Array, molar_mass: Array, temperature: Array, electrons: Array
) -> tuple[Mask, Array]:
    """Which pairs (U, U) of gases have a charge, and their viscosities (N, U, U) in Pa s.

    `charges` (U,) in elementary charges, `molar_mass` (U,) kg/mol, `temperature` (N,) K, and the mole fraction of
    `electrons` (N,).
    """
    charged, light = np.abs(charges) == 1.0, molar_mass < ELECTRON_MASS
    count = len(charges)
    if not charged.any():
        return np.zeros((count, count), dtype=bool), np.empty((len(temperature), count, count))
    both = charged[:, None] & charged
    with_electron = both & (light[:, None] | light)
    area, shielding = _coulomb(temperature, electrons)
    factor = np.where(with_electron, 1.29, 1.36)
    coulomb = factor * (area * np.log(shielding))[:, None, None]
    neutral = np.exp(6.776 - 0.4 * np.log(temperature))[:, None, None]
    cross_section = np.where(both, coulomb, neutral) / np.pi
    mass = 2.0 * molar_mass[:, None] * molar_mass / (molar_mass[:, None] + molar_mass)
    values = kinetic_viscosity(mass, temperature[:, None, None], cross_section)
    return charged[:, None] | charged, values


def _coulomb(temperature: Array, electrons: Array) -> tuple[Array, Array]:
    """The square of the Landau length (N,) in square angstroms, and how many of it charges are shielded at (N,)."""
    landau = LANDAU / temperature
    volume = VOLUME * temperature / np.maximum(electrons, FEWEST_ELECTRONS)
    debye = 22.5 / np.pi * volume / landau**3
    ionic = (810.0 / (4.0 * np.pi) * volume) ** (2.0 / 3.0) / landau**2
    return 100.0 * landau**2, np.maximum(np.sqrt(debye + ionic), np.e)
