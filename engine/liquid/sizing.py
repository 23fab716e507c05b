"""From the ideal flow to a motor of a size: thrust, impulse and geometry of many engines at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.nozzle.atmosphere import SEA_LEVEL_PRESSURE, standard_atmosphere
from engine.nozzle.losses import DEFAULT_HALF_ANGLE, cone_divergence
from engine.spec import LiquidSpec
from engine.thermo.constants import STANDARD_GRAVITY
from engine.thermo.nasa_polynomials import Array
from engine.thermo.rocket_results import RocketStations

EXIT = -1
UNSIZED_MASS_FLOW_RATE = 1.0
"""kg/s, where nothing sizes the motor."""


@dataclass(frozen=True)
class Performance:
    """Of N motors, each (N,), SI; losses are in. `thrust_coefficient`, `thrust` and `specific_impulse` hold at
    `ambient_pressure`.
    """

    ambient_pressure: Array
    c_star: Array
    thrust_coefficient: Array
    specific_impulse: Array
    specific_impulse_vacuum: Array
    specific_impulse_sea_level: Array
    throat_area: Array
    mass_flow_rate: Array
    thrust: Array


def size_motors(specs: Sequence[LiquidSpec], flow: RocketStations) -> Performance:
    """Thrust, impulse and size of N motors from their ideal flow (Sutton, eqs. 3-29 to 3-34).

    c* and thrust coefficient refer to the pressure of the gas at rest before the nozzle: behind a combustor of finite
    area that is below the chamber pressure, which is the one at its injector face (NASA RP-1311 part I, section 6.4).
    A thrust cannot be reached where the coefficient at the ambient pressure is not positive: the size is NaN.
    """
    ambient = ambient_pressures(specs)
    pressure = flow.stagnation_pressure
    c_star = _column(specs, lambda spec: spec.efficiency.c_star) * flow.c_star
    pressure_term = flow.area_ratio[:, EXIT] / pressure
    momentum = divergence(specs) * flow.velocity[:, EXIT] / flow.c_star
    nozzle = _column(specs, lambda spec: spec.efficiency.nozzle)
    vacuum = nozzle * (momentum + flow.pressure[:, EXIT] * pressure_term)
    coefficient = vacuum - ambient * pressure_term
    throat_area = _throat_areas(specs, pressure, c_star, coefficient)
    impulse = c_star / STANDARD_GRAVITY
    return Performance(
        ambient_pressure=ambient,
        c_star=c_star,
        thrust_coefficient=coefficient,
        specific_impulse=coefficient * impulse,
        specific_impulse_vacuum=vacuum * impulse,
        specific_impulse_sea_level=(vacuum - SEA_LEVEL_PRESSURE * pressure_term) * impulse,
        throat_area=throat_area,
        mass_flow_rate=pressure * throat_area / c_star,
        thrust=coefficient * pressure * throat_area,
    )


def ambient_pressures(specs: Sequence[LiquidSpec]) -> Array:
    """(N,) Pa: as given, or of the standard atmosphere at the altitude, or vacuum."""
    altitude = _column(specs, lambda spec: np.nan if spec.altitude is None else spec.altitude)
    given = _column(specs, lambda spec: spec.ambient_pressure or 0.0)
    return np.where(np.isnan(altitude), given, standard_atmosphere(altitude).pressure)


def divergence(specs: Sequence[LiquidSpec]) -> Array:
    """(N,): the share of momentum along the axis; 1 for a bell, whose losses are in its efficiency."""
    cone = _column(specs, lambda spec: float(spec.nozzle.type == "conical"))
    angle = _column(specs, lambda spec: spec.nozzle.half_angle or DEFAULT_HALF_ANGLE)
    return np.where(cone > 0, cone_divergence(angle), 1.0)


def _throat_areas(specs: Sequence[LiquidSpec], pressure: Array, c_star: Array, coefficient: Array) -> Array:
    diameter = _column(specs, lambda spec: spec.nozzle.throat_diameter or np.nan)
    thrust = _column(specs, lambda spec: spec.thrust or np.nan)
    mass_flow_rate = _column(specs, lambda spec: spec.mass_flow_rate or UNSIZED_MASS_FLOW_RATE)
    by_thrust = np.where(coefficient > 0, thrust / (coefficient * pressure), np.nan)
    by_flow = mass_flow_rate * c_star / pressure
    by_diameter = np.pi / 4.0 * diameter**2
    return np.where(np.isfinite(diameter), by_diameter, np.where(np.isfinite(thrust), by_thrust, by_flow))


def _column(specs: Sequence[LiquidSpec], read) -> Array:  # type: ignore[no-untyped-def]
    return np.array([read(spec) for spec in specs], dtype=np.float64)
