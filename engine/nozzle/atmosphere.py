"""US Standard Atmosphere, 1976, from sea level to 86 km (NOAA-S/T 76-1562, tables 3 and 4, eqs. 18, 23, 33a, 33b)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

SEA_LEVEL_PRESSURE = 101325.0
EARTH_RADIUS = 6356766.0
GRAVITY = 9.80665
GAS_CONSTANT = 8.31432
"""J/(mol K); the value that the standard was made with, not today's."""
MOLAR_MASS = 0.0289644

LAYER_ALTITUDE = np.array([0.0, 11e3, 20e3, 32e3, 47e3, 51e3, 71e3])
"""m, geopotential: where each layer begins."""
LAPSE_RATE = np.array([-6.5e-3, 0.0, 1.0e-3, 2.8e-3, 0.0, -2.8e-3, -2.0e-3])
"""K/m of geopotential altitude within the layer."""
HIGHEST = 86e3


class Air(NamedTuple):
    """Pressure in Pa, temperature in K, density in kg/m3; each of the altitude's shape."""

    pressure: Array
    temperature: Array
    density: Array


def _layer_bases() -> tuple[Array, Array]:
    """Temperature and pressure where each layer begins."""
    temperatures, pressures = [288.15], [SEA_LEVEL_PRESSURE]
    for height, rate in zip(np.diff(LAYER_ALTITUDE), LAPSE_RATE[:-1], strict=True):
        temperature = temperatures[-1] + rate * height
        pressures.append(pressures[-1] * float(_pressure_factor(temperatures[-1], rate, height)))
        temperatures.append(temperature)
    return np.array(temperatures), np.array(pressures)


def _pressure_factor(base: ArrayLike, rate: ArrayLike, height: ArrayLike) -> Array:
    """Pressure over that at the layer's base (eqs. 33a and 33b)."""
    base, rate, height = (np.asarray(value, dtype=np.float64) for value in (base, rate, height))
    scale = GRAVITY * MOLAR_MASS / GAS_CONSTANT
    steady = rate == 0.0
    slope = np.where(steady, 1.0, rate)
    sloped = (1.0 + np.where(steady, 0.0, slope * height) / base) ** (-scale / slope)
    return np.where(steady, np.exp(-scale * height / base), sloped)


LAYER_TEMPERATURE, LAYER_PRESSURE = _layer_bases()


def standard_atmosphere(altitude: ArrayLike) -> Air:
    """The air at a geometric `altitude` in m, any shape, from 0 to 86,000; NaN outside.

    The temperature is the molecular-scale temperature, which leaves the kinetic one by up to 0.04 % above 80 km.
    """
    height = np.asarray(altitude, dtype=np.float64)
    height = np.where((height >= 0.0) & (height <= HIGHEST), height, np.nan)
    geopotential = EARTH_RADIUS * height / (EARTH_RADIUS + height)
    layer = np.clip(np.searchsorted(LAYER_ALTITUDE, geopotential, side="right") - 1, 0, len(LAPSE_RATE) - 1)
    above = geopotential - LAYER_ALTITUDE[layer]
    base, rate = LAYER_TEMPERATURE[layer], LAPSE_RATE[layer]
    temperature = base + rate * above
    pressure = LAYER_PRESSURE[layer] * _pressure_factor(base, rate, above)
    return Air(pressure, temperature, pressure * MOLAR_MASS / (GAS_CONSTANT * temperature))
