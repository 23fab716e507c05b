"""The thrust of a solid motor's nozzle, with what its shape loses."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.nozzle.atmosphere import SEA_LEVEL_PRESSURE
from engine.nozzle.isentropic import (
    area_of_pressure,
    critical_ratio,
    exit_pressure_ratio,
    mass_flow_share,
    momentum_coefficient,
    separation_pressure_ratio,
)
from engine.nozzle.losses import cone_divergence, is_separated
from engine.solid.motors import Motors
from engine.thermo.nasa_polynomials import Array

SKIN = 0.99
"""Of the ideal coefficient, that friction at the wall leaves; the rest counts as 1."""
LONG_THROAT, OF_LONG_THROAT = 0.45, 0.95
OF_NO_THROAT, PER_ASPECT = 0.99, 0.0333
SMALLEST_RATIO = 1.0 + 1e-6


@dataclass(frozen=True)
class Thrust:
    """N at the ambient pressure, without one, and at sea level, each never below 0; Pa at the exit; whether the flow
    parts from the wall by Summerfield's criterion.
    """

    ambient: Array
    vacuum: Array
    sea_level: Array
    exit_pressure: Array
    is_separated: NDArray[np.bool_]


def thrust_of(
    motors: Motors,
    pressure: Array,
    gamma: Array,
    throat_diameter: Array,
    ambient_pressure: Array,
    *,
    is_full: bool,
) -> Thrust:
    """Of N motors at chamber pressures, isentropic exponents and throats (..., N), with so much pressure outside.

    A nozzle that `is_full` has the exit pressure of the area ratio as it was made, whatever the throat has become, as
    openMotor has it. Others part from the flow where its pressure falls below 0.4 of that outside (Summerfield), end
    there, and may not be choked.
    """
    if not is_full:
        return _real_thrust(motors, pressure, gamma, throat_diameter, ambient_pressure)
    ratio = _exit_ratio(motors, gamma)
    area = np.pi / 4.0 * throat_diameter**2
    momentum, share = momentum_coefficient(ratio, gamma), efficiency(motors, throat_diameter)
    force, skin = pressure * area, 1.0 - SKIN

    def thrust(ambient: Array | float) -> Array:
        outside = (ratio * pressure - ambient) * motors.exit_area
        return np.maximum(share * (SKIN * (force * momentum + outside) + skin * force), 0.0)

    exit_pressure = ratio * pressure
    flows = pressure > 0.0
    return Thrust(
        np.where(flows, thrust(ambient_pressure), 0.0),
        thrust(0.0),
        np.where(flows, thrust(SEA_LEVEL_PRESSURE), 0.0),
        exit_pressure,
        flows & is_separated(exit_pressure, ambient_pressure),
    )


def _real_thrust(
    motors: Motors, pressure: Array, gamma: Array, throat_diameter: Array, ambient_pressure: Array
) -> Thrust:
    area = np.pi / 4.0 * throat_diameter**2
    area_ratio = np.maximum(motors.exit_area / area, SMALLEST_RATIO)
    ratio = exit_pressure_ratio(area_ratio, gamma)
    share, force = efficiency(motors, throat_diameter), pressure * area

    def coefficient(at_end: Array, back: Array, end: Array) -> Array:
        ideal = momentum_coefficient(at_end, gamma) + (at_end - back) * end
        return np.maximum(share * (SKIN * ideal + 1.0 - SKIN), 0.0)

    def thrust(outside: Array | float) -> Array:
        back = np.minimum(outside / np.maximum(pressure, 1e-9), 1.0)
        parted = separation_pressure_ratio(ratio, back, gamma)
        end = np.where(parted > ratio, area_of_pressure(parted, gamma), area_ratio)
        subsonic = share * momentum_coefficient(back, gamma) * mass_flow_share(back, gamma)
        return force * np.where(back < critical_ratio(gamma), coefficient(parted, back, end), subsonic)

    exit_pressure = ratio * pressure
    return Thrust(
        thrust(ambient_pressure),
        thrust(0.0),
        force
        * np.maximum(coefficient(ratio, SEA_LEVEL_PRESSURE / np.maximum(pressure, 1e-9), area_ratio), 0.0),
        exit_pressure,
        is_separated(exit_pressure, ambient_pressure),
    )


def efficiency(motors: Motors, throat_diameter: Array) -> Array:
    """(..., N): what the nozzle's own efficiency, its cone and its throat leave of the thrust (Landsbaum, Salinas and
    Leary, J. Spacecraft 17 (1980) 400, for the throat).
    """
    aspect = motors.throat_length / throat_diameter
    of_throat = np.where(aspect > LONG_THROAT, OF_LONG_THROAT, OF_NO_THROAT - PER_ASPECT * aspect)
    return np.asarray(cone_divergence(motors.divergence_half_angle) * of_throat * motors.nozzle_efficiency)


def _exit_ratio(motors: Motors, gamma: Array) -> Array:
    """Exit over chamber pressure; solved once for every motor where its gas is the same throughout."""
    area_ratio = np.maximum(motors.area_ratio, SMALLEST_RATIO)
    first = gamma.reshape(-1, gamma.shape[-1])[0]
    if np.all(gamma == first):
        return exit_pressure_ratio(area_ratio, first)
    return exit_pressure_ratio(np.broadcast_to(area_ratio, gamma.shape), gamma)
