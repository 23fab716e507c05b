"""What flows through the ports of a stack of grains: mass flux and Mach number at the aft end of each."""

from dataclasses import dataclass

import numpy as np

from engine.solid.chambers import ChamberGas, Chambers
from engine.solid.grains.tables import GrainState
from engine.solid.quasi_steady import Steps
from engine.solid.stacks import Stacks
from engine.thermo.constants import GAS_CONSTANT
from engine.thermo.nasa_polynomials import Array

MACH_ITERATIONS = 4


@dataclass(frozen=True)
class PortFlow:
    """(T, N, G): flux (kg/(s m2)) and Mach number where a grain's port ends, 0 where it has none; port area and volume
    of the grains.
    """

    mass_flux: Array
    mach: Array
    port_area: Array
    volume: Array


def port_flow(
    steps: Steps, stacks: Stacks, chambers: Chambers, state: GrainState, area: Array, gas: ChamberGas
) -> PortFlow:
    """What all surfaces upstream and the grain's own, save its aft face, make flows through the end of its port."""
    speed = stacks.density * chambers.rates(steps.pressure)
    through = np.cumsum(speed * area, axis=-1) - speed * np.minimum(stacks.aft_area(state), area)
    has_port = (state.port_area > 0.0) & (area > 0.0)
    flux = np.where(has_port, through / np.where(has_port, state.port_area, 1.0), 0.0)
    sound = np.sqrt(gas.gamma * GAS_CONSTANT * gas.flame_temperature / gas.molar_mass)
    pressure = np.where(steps.pressure > 0.0, steps.pressure, np.inf)
    share = flux * (sound / (gas.gamma * pressure))[..., None]
    return PortFlow(flux, _mach(share, gas.gamma[..., None]), state.port_area, state.volume)


def _mach(share: Array, gamma: Array) -> Array:
    """Of a flux as a share of density times sound speed at rest: M (1 + (g - 1)/2 M^2)^(-(g + 1)/(2 (g - 1))), by
    fixed-point iteration, held at 1 where more would have to pass than can.
    """
    power = (gamma + 1.0) / (2.0 * (gamma - 1.0))
    mach = np.minimum(share, 1.0)
    for _ in range(MACH_ITERATIONS):
        mach = np.minimum(share * (1.0 + 0.5 * (gamma - 1.0) * mach**2) ** power, 1.0)
    return mach
