"""What flows through the ports of a stack of grains: mass flux and Mach number at the aft end of each."""

from dataclasses import dataclass

import numpy as np

from engine.solid.chambers import ChamberGas, Chambers
from engine.solid.moments import Moments
from engine.solid.openings import Openings
from engine.thermo.constants import GAS_CONSTANT
from engine.thermo.nasa_polynomials import Array

MACH_ITERATIONS = 4


@dataclass(frozen=True)
class PortFlow:
    """(T, N, G): flux (kg/(s m2)) and Mach number where a grain's port ends, 0 where it has none."""

    mass_flux: Array
    mach: Array


def port_flow(moments: Moments, chambers: Chambers, openings: Openings, gas: ChamberGas) -> PortFlow:
    """What all surfaces upstream and the grain's own, save its aft face, make flows through the end of its port."""
    speed = chambers.density * chambers.rates(moments.pressure, openings)
    through = np.cumsum(speed * openings.burning_area, axis=-1) - speed * openings.aft_area
    has_port = openings.is_open
    flux = np.where(has_port, through / np.where(has_port, openings.port_area, 1.0), 0.0)
    sound = np.sqrt(gas.gamma * GAS_CONSTANT * gas.flame_temperature / gas.molar_mass)
    pressure = np.where(moments.pressure > 0.0, moments.pressure, np.inf)
    share = flux * (sound / (gas.gamma * pressure))[..., None]
    return PortFlow(flux, _mach(share, gas.gamma[..., None]))


def _mach(share: Array, gamma: Array) -> Array:
    """Of a flux as a share of density times sound speed at rest: M (1 + (g - 1)/2 M^2)^(-(g + 1)/(2 (g - 1))), by
    fixed-point iteration, held at 1 where more would have to pass than can.
    """
    power = (gamma + 1.0) / (2.0 * (gamma - 1.0))
    mach = np.minimum(share, 1.0)
    for _ in range(MACH_ITERATIONS):
        mach = np.minimum(share * (1.0 + 0.5 * (gamma - 1.0) * mach**2) ** power, 1.0)
    return mach
