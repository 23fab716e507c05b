"""The pressure outside of many motors, along their burns."""

from collections.abc import Sequence

import numpy as np

from engine.nozzle.atmosphere import standard_atmosphere
from engine.solid_spec import AmbientHistory, SolidSpec
from engine.thermo.nasa_polynomials import Array


def ambient_pressure(spec: SolidSpec) -> float:
    """Pa at ignition; 0 where the specification says nothing."""
    if spec.ambient_history is not None:
        return float(_pressures(spec.ambient_history)[0])
    if spec.altitude is not None:
        return float(standard_atmosphere(spec.altitude).pressure)
    return float(spec.ambient_pressure or 0.0)


def ambient_along(specs: Sequence[SolidSpec], time: Array) -> Array:
    """(T, N) Pa at times (T, N) s; (N,) where it stays as it is at ignition."""
    steady = np.array([ambient_pressure(spec) for spec in specs])
    if all(spec.ambient_history is None for spec in specs):
        return steady
    result = np.tile(steady, (len(time), 1))
    for motor, spec in enumerate(specs):
        history = spec.ambient_history
        if history is not None:
            result[:, motor] = np.interp(time[:, motor], history.time, _pressures(history))
    return result


def _pressures(history: AmbientHistory) -> Array:
    if history.altitude is not None:
        return standard_atmosphere(np.array(history.altitude)).pressure
    return np.array(history.pressure, dtype=np.float64)
