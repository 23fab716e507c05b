"""The burn of solid motors whose pressure is at every moment that which the burning surface keeps up.

The steps are those of openMotor: regressions move on by the rate at the pressure before, then the pressure is that of
the surface after. All motors step together, each with a time step of its own.
"""

from dataclasses import dataclass

import numpy as np

from engine.solid.chambers import Chambers
from engine.solid.motors import Motors
from engine.solid.stacks import Stacks
from engine.thermo.nasa_polynomials import Array

MOST_STEPS = 100_000
NOTHING = 0.5
"""Of the thrust that ends a burn: with less pressure, in the same measure, no more steps are needed."""


@dataclass(frozen=True)
class Steps:
    """T moments of N motors in steps of their own: `pressure` and `throat_diameter` (T, N), `regression` (T, N, G)."""

    time_step: Array
    pressure: Array
    throat_diameter: Array
    regression: Array


def march_quasi_steady(motors: Motors, stacks: Stacks, chambers: Chambers, time_step: Array) -> Steps:
    """Until all grains of all motors have burnt out, or next to nothing is left of the pressure."""
    regression = np.zeros(stacks.web.shape)
    throat = motors.throat_diameter
    pressure = _pressure(motors, stacks, chambers, regression, throat)
    kept = [(pressure, throat, regression)]
    peak = pressure
    for _ in range(MOST_STEPS):
        burns = stacks.burns(regression, motors.burnout_web)
        moved = time_step[:, None] * chambers.rates(pressure)
        regression = regression + np.where(burns, moved, 0.0)
        pressure = _pressure(motors, stacks, chambers, regression, throat)
        kept.append((pressure, throat, regression))
        throat = throat + time_step * throat_growth(motors, pressure)
        peak = np.maximum(peak, pressure)
        if not np.any(pressure > NOTHING * motors.burnout_thrust * peak):
            break
    return Steps(time_step, *(np.array(values) for values in zip(*kept, strict=True)))


def throat_growth(motors: Motors, pressure: Array) -> Array:
    """m/s of the diameter: worn away in proportion to the pressure, slag settling in inverse proportion."""
    slag = motors.slag_coefficient / np.where(pressure > 0.0, pressure, np.inf)
    return np.asarray(2.0 * (motors.erosion_coefficient * pressure - slag))


def _pressure(motors: Motors, stacks: Stacks, chambers: Chambers, regression: Array, throat: Array) -> Array:
    area = stacks.at(regression).burning_area * stacks.burns(regression, motors.burnout_web)
    return chambers.steady_pressure(area, np.pi / 4.0 * throat**2)
