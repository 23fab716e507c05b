"""Burn rates over pressure, and the pressure at which a burning surface feeds a throat.

A propellant has pieces, ranges of pressure with r = a p^n and a gas of their own. Of all pieces that give a steady
pressure the first counts whose pressure lies within its range; where none does, the one that misses by the least.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import exp, nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.solid_propellants import BurnRate, SolidPropellant
from engine.thermo.constants import GAS_CONSTANT
from engine.thermo.nasa_polynomials import Array

Places = NDArray[np.intp]


class Gas(NamedTuple):
    """What a piece burns to, SI."""

    gamma: float
    flame_temperature: float
    molar_mass: float
    c_star: float

    @classmethod
    def by_hand(cls, rate: BurnRate) -> "Gas":
        """As given with the rate: its c* is that of a gas of constant isentropic exponent (Sutton, eq. 3-32)."""
        gamma, temperature, molar_mass = (
            rate.gamma or nan,
            rate.flame_temperature or nan,
            rate.molar_mass or nan,
        )
        flow = (2.0 / (gamma + 1.0)) ** ((gamma + 1.0) / (gamma - 1.0))
        c_star = (GAS_CONSTANT / molar_mass * temperature / (gamma * flow)) ** 0.5
        return cls(gamma, temperature, molar_mass, float(c_star))


@dataclass(frozen=True)
class BurnRates:
    """Of N propellants with up to K pieces, (N, K) each, SI: missing pieces are NaN; `c_star` is the real one."""

    pressure_min: Array
    pressure_max: Array
    coefficient: Array
    exponent: Array
    gamma: Array
    flame_temperature: Array
    molar_mass: Array
    c_star: Array

    @classmethod
    def of(
        cls,
        propellants: Sequence[SolidPropellant],
        gases: Sequence[Sequence[Gas]],
        efficiency: Sequence[float],
    ) -> "BurnRates":
        """Those of propellants with the gas of each piece and the efficiency of combustion of each propellant."""
        pieces = max(len(given.burn_rates) for given in propellants)
        rows = np.full((len(propellants), pieces, 9), np.nan)
        for row, (given, gas, share) in enumerate(zip(propellants, gases, efficiency, strict=True)):
            factor = _temperature_factor(given)
            for piece, (rate, burnt) in enumerate(zip(given.burn_rates, gas, strict=True)):
                rows[row, piece] = *_law(rate, factor), *burnt, share
        rows[..., -2] *= rows[..., -1]
        return cls(*np.moveaxis(rows[..., :-1], -1, 0).copy())

    def take(self, places: Places) -> "BurnRates":
        """Those of the propellants at `places`."""
        return BurnRates(**{item.name: getattr(self, item.name)[places] for item in fields(self)})

    def piece_of(self, pressure: Array) -> Places:
        """Which piece holds at `pressure` (..., N); the nearest where none does."""
        if self.coefficient.shape[1] == 1:
            return np.zeros(pressure.shape, dtype=np.intp)
        pressure = pressure[..., None]
        outside = np.maximum(np.maximum(self.pressure_min - pressure, pressure - self.pressure_max), 0.0)
        return np.asarray(np.argmin(np.where(np.isnan(outside), np.inf, outside), axis=-1))

    def at(self, quantity: Array, piece: Places) -> Array:
        """(..., N): a quantity of these of the pieces (..., N)."""
        return quantity[np.arange(len(quantity)), piece]

    def rate(self, pressure: Array) -> Array:
        """m/s at `pressure` (..., N); 0 without any."""
        piece = self.piece_of(pressure)
        safe = np.maximum(pressure, 1e-3)
        rate = self.at(self.coefficient, piece) * safe ** self.at(self.exponent, piece)
        return np.where(pressure > 0.0, rate, 0.0)

    def steady_pressure(self, generation: Array) -> Array:
        """Pa at which `generation` (..., N), density times burning area over throat area, is in balance:
        p = (generation a c*)^(1/(1 - n)).
        """
        if self.coefficient.shape[1] == 1:
            made = generation * self.coefficient[:, 0] * self.c_star[:, 0]
            return np.asarray(made ** (1.0 / (1.0 - self.exponent[:, 0])))
        pressures = (generation[..., None] * self.coefficient * self.c_star) ** (1.0 / (1.0 - self.exponent))
        return np.take_along_axis(pressures, self._steady_piece(pressures)[..., None], axis=-1)[..., 0]

    def _steady_piece(self, pressures: Array) -> Places:
        last = np.sum(np.isfinite(self.coefficient), axis=1) - 1
        piece = np.arange(pressures.shape[-1])
        above = (pressures > self.pressure_min) | (piece == 0)
        below = (pressures < self.pressure_max) | (piece == last[:, None])
        misses = np.minimum(np.abs(pressures - self.pressure_min), np.abs(pressures - self.pressure_max))
        misses = np.where(above & below, -1.0, misses)
        return np.asarray(np.argmin(np.where(np.isnan(misses), np.inf, misses), axis=-1))


def _temperature_factor(given: SolidPropellant) -> float:
    """How much faster it burns at its temperature, at the same pressure."""
    warmer = (given.temperature or given.reference_temperature) - given.reference_temperature
    return exp(given.temperature_sensitivity * warmer)


def _law(rate: BurnRate, factor: float) -> tuple[float, float, float, float]:
    return rate.pressure_min, rate.pressure_max, factor * rate.coefficient, rate.exponent
