"""What the burns of solid motors come to: their headline numbers, from the curves of their histories.

The definitions are openMotor's: the average thrust is the mean of all moments, the first, without thrust, with them; an
integral takes the value at the end of each step.
"""

import numpy as np
from numpy.typing import NDArray

from engine.solid.motors import Motors
from engine.solid.thrust import Thrust
from engine.thermo.constants import STANDARD_GRAVITY
from engine.thermo.nasa_polynomials import Array


def headlines(
    points: dict[str, Array], kept: NDArray[np.bool_], time_step: Array, motors: Motors, thrust: Thrust
) -> dict[str, Array]:
    """(N,) each, of curves (T, N) of which those `kept` belong to the burn."""
    moments = np.sum(kept, axis=0)
    pressure, time = points["chamber_pressure"], points["time"]
    after = kept.copy()
    after[0] = False
    throat = np.pi / 4.0 * points["throat_diameter"] ** 2

    def integral(values: Array) -> Array:
        return np.asarray(time_step * np.sum(np.where(after, values, 0.0), axis=0))

    burn_time, mass = time_step * (moments - 1), points["propellant_mass"][0]
    impulse, weight = integral(points["thrust"]), STANDARD_GRAVITY * mass
    mean_pressure = integral(pressure) / burn_time
    peak = np.max(np.where(kept, points["thrust"], 0.0), axis=0)
    return {
        "thrust": impulse / time_step / moments,
        "specific_impulse": impulse / weight,
        "specific_impulse_vacuum": integral(thrust.vacuum) / weight,
        "specific_impulse_sea_level": integral(thrust.sea_level) / weight,
        "c_star": integral(pressure * throat) / integral(points["mass_flow_rate"]),
        "thrust_coefficient": impulse / integral(pressure * throat),
        "mass_flow_rate": mass / burn_time,
        "chamber_pressure": mean_pressure,
        "stagnation_pressure": mean_pressure,
        "thrust_peak": peak,
        "burn_time": burn_time,
        "burn_time_10_percent": time_above(points["thrust"], time, kept, 0.1 * peak),
        "total_impulse": impulse,
        "chamber_pressure_peak": np.max(np.where(kept, pressure, 0.0), axis=0),
        "propellant_mass": mass,
        "ambient_pressure": motors.ambient_pressure,
    }


def time_above(values: Array, time: Array, kept: NDArray[np.bool_], level: Array) -> Array:
    """(N,): s between the first and the last crossing of `level` (N,), straight between moments (T, N)."""
    above = kept & (values >= level)
    first = np.argmax(above, axis=0)
    last = len(values) - 1 - np.argmax(above[::-1], axis=0)
    begin = _crossing(values, time, np.maximum(first - 1, 0), first, level)
    end = _crossing(values, time, np.minimum(last + 1, np.sum(kept, axis=0) - 1), last, level)
    return np.asarray(end - begin)


def _crossing(
    values: Array, time: Array, outside: NDArray[np.intp], inside: NDArray[np.intp], level: Array
) -> Array:
    motor = np.arange(values.shape[1])
    low, high = values[outside, motor], values[inside, motor]
    share = np.where(high > low, (level - low) / np.where(high > low, high - low, 1.0), 1.0)
    start, end = time[outside, motor], time[inside, motor]
    return np.asarray(start + np.clip(share, 0.0, 1.0) * (end - start))
