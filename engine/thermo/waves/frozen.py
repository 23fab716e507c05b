"""The state behind a shock that does not change the composition."""

import numpy as np
from numpy.typing import NDArray

from engine.thermo.nasa_polynomials import Array
from engine.thermo.waves.fronts import Front, Response
from engine.thermo.waves.gas import FrozenGas

TOLERANCE = 1e-10
LONGEST_ITERATION = 60
LARGEST_STEP = 0.5
"""Of ln T in one iteration."""


def solve_frozen(
    gas: FrozenGas, front: Front, log_temperature: Array, log_pressure: Array
) -> tuple[Array, Array, NDArray[np.bool_]]:
    """ln T and ln p (N,) behind the shock from a start, and which of them converged."""
    error = np.full(len(log_pressure), np.inf)
    for _ in range(LONGEST_ITERATION):
        temperature, pressure = np.exp(log_temperature), np.exp(log_pressure)
        volume = gas.moles * temperature / pressure
        enthalpy, _, capacity = gas.sums(temperature)
        rest = front.enthalpy_behind(pressure, volume) / temperature - enthalpy
        by = Response(rest / capacity, -np.ones_like(pressure), 1.0 / capacity)
        change, heat = front.changes(pressure, volume, temperature, by)
        step = np.clip(by.residual + heat * by.heat, -LARGEST_STEP, LARGEST_STEP)
        log_temperature, log_pressure = log_temperature + step, log_pressure + change
        error = np.maximum(np.abs(step), np.abs(change))
        if not (error > TOLERANCE).any():
            break
    return log_temperature, log_pressure, error <= TOLERANCE
