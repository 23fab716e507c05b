"""What flows through the ports of a stack of grains: mass flux and Mach number at the aft end of each."""

from dataclasses import dataclass

import numpy as np

from engine.solid.chambers import ChamberGas, Chambers
from engine.solid.moments import Moments
from engine.solid.openings import Openings
from engine.thermo.constants import GAS_CONSTANT
from engine.thermo.nasa_polynomials import Array

MACH_ITERATIONS = 12


@dataclass(frozen=True)
class PortFlow:
    """(T, N, G): the flux (kg/(s m2)) where a grain's port ends, 0 where it has none; and as a share of density
    times sound speed of the gas at rest.
    """

    mass_flux: Array
    share: Array


def port_flow(moments: Moments, chambers: Chambers, openings: Openings, gas: ChamberGas) -> PortFlow:
    """What all surfaces upstream and the grain's own, save its aft face, make flows through the end of its port."""
    speed = chambers.density * chambers.rates(moments.pressure, openings)
    through = np.cumsum(speed * openings.burning_area, axis=-1) - speed * openings.aft_area
    flux = through / np.where(openings.is_open, openings.port_area, np.inf)
    sound = np.sqrt(gas.gamma * GAS_CONSTANT * gas.flame_temperature / gas.molar_mass)
    pressure = np.where(moments.pressure > 0.0, moments.pressure, np.inf)
    return PortFlow(flux, flux * (sound / (gas.gamma * pressure))[..., None])


def mach_of(share: Array, gamma: Array) -> Array:
    """The Mach number of a flow that has this share of density times sound speed of its gas at rest:
    M (1 + (g - 1)/2 M^2)^(-(g + 1)/(2 (g - 1))), by fixed-point iteration; 1 where more would have to pass than can.
    """
    power = (gamma + 1.0) / (2.0 * (gamma - 1.0))
    mach = np.minimum(share, 1.0)
    for _ in range(MACH_ITERATIONS):
        mach = np.minimum(share * (1.0 + 0.5 * (gamma - 1.0) * mach**2) ** power, 1.0)
    return mach
