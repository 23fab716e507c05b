"""What the burns of solid motors come to: their headline numbers, from the curves of their histories.

The definitions of a quasi-steady burn are openMotor's: the average thrust is the mean of all moments, the first with
them, which has no thrust.
"""

import numpy as np
from numpy.typing import NDArray

from engine.solid.moments import Moments
from engine.solid.motors import Motors
from engine.solid.thrust import Thrust
from engine.thermo.constants import STANDARD_GRAVITY
from engine.thermo.nasa_polynomials import Array


def headlines(
    points: dict[str, Array], kept: NDArray[np.bool_], moments: Moments, motors: Motors, thrust: Thrust
) -> dict[str, Array]:
    """(N,) each, of curves (T, N) of which those `kept` belong to the burn."""
    pressure, weight = points["chamber_pressure"], np.where(kept, moments.weight, 0.0)
    force = pressure * np.pi / 4.0 * points["throat_diameter"] ** 2

    def integral(values: Array) -> Array:
        return np.asarray(np.sum(weight * values, axis=0))

    count = np.sum(kept, axis=0)
    last = moments.time[count - 1, np.arange(len(count))]
    mass, impulse = points["propellant_mass"][0], integral(points["thrust"])
    heavy = STANDARD_GRAVITY * mass
    if moments.ending is None:
        burn_time, mean = last, np.sum(np.where(kept, points["thrust"], 0.0), axis=0) / count
    else:
        burn_time = moments.ending.burn_time
        mean = impulse / burn_time
    mean_pressure = integral(np.where(moments.time <= burn_time, pressure, 0.0)) / burn_time
    peak = np.max(np.where(kept, points["thrust"], 0.0), axis=0)
    return {
        "thrust": mean,
        "specific_impulse": impulse / heavy,
        "specific_impulse_vacuum": integral(thrust.vacuum) / heavy,
        "specific_impulse_sea_level": integral(thrust.sea_level) / heavy,
        "c_star": integral(force) / integral(points["mass_flow_rate"]),
        "thrust_coefficient": impulse / integral(force),
        "mass_flow_rate": mass / burn_time,
        "chamber_pressure": mean_pressure,
        "stagnation_pressure": mean_pressure,
        "thrust_peak": peak,
        "burn_time": burn_time,
        "burn_time_10_percent": time_above(points["thrust"], moments.time, kept, 0.1 * peak),
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
