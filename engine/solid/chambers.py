"""What the grains of many motors make of a pressure, and the pressure that they keep up together."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from engine.solid.burn_rates import BurnRates, Places
from engine.thermo.nasa_polynomials import Array

ITERATIONS = 30
NEAR = 1e-12


class ChamberGas(NamedTuple):
    """Burnt gas, arrays of one shape, SI."""

    gamma: Array
    flame_temperature: Array
    molar_mass: Array
    c_star: Array


@dataclass(frozen=True)
class Chambers:
    """N motors with G grains: where all grains of a motor burn alike, `rates_of` has one row a motor, else one a grain.

    `density` is (N, G), kg/m3.
    """

    rates_of: BurnRates
    density: Array

    @property
    def is_uniform(self) -> bool:
        """Whether all grains of a motor have its propellant."""
        return len(self.rates_of.coefficient) == len(self.density)

    def take(self, places: Places) -> "Chambers":
        """Those of the motors at `places`."""
        rows = places
        if not self.is_uniform:
            grains = self.density.shape[1]
            rows = (places[:, None] * grains + np.arange(grains)).ravel()
        return Chambers(self.rates_of.take(rows), self.density[places])

    def rates(self, pressure: Array) -> Array:
        """(..., N, 1) or (..., N, G): m/s at pressures (..., N)."""
        if self.is_uniform:
            return self.rates_of.rate(pressure)[..., None]
        return self.rates_of.rate(self._spread(pressure)).reshape(*pressure.shape, -1)

    def steady_pressure(self, burning_area: Array, throat_area: Array) -> Array:
        """(..., N) Pa, of areas (..., N, G) and of throats (..., N)."""
        if self.is_uniform:
            made = np.sum(burning_area, axis=-1) * self.density[:, 0]
            return self.rates_of.steady_pressure(made / throat_area)
        return self._mixed_pressure(self.density * burning_area / throat_area[..., None])

    def gas(self, pressure: Array, burning_area: Array) -> ChamberGas:
        """The gas at pressures (..., N); of several propellants their mean by mass."""
        rates = self.rates_of
        names = ("gamma", "flame_temperature", "molar_mass", "c_star")
        if self.is_uniform:
            piece = rates.piece_of(pressure)
            return ChamberGas(*(rates.at(getattr(rates, name), piece) for name in names))
        spread = self._spread(pressure)
        piece = rates.piece_of(spread)
        flow = self.density * burning_area * self.rates(pressure)
        total = np.sum(flow, axis=-1, keepdims=True)
        share = np.where(total > 0.0, flow / np.where(total > 0.0, total, 1.0), 1.0 / flow.shape[-1])
        return ChamberGas(
            *(
                np.sum(share * rates.at(getattr(rates, name), piece).reshape(share.shape), axis=-1)
                for name in names
            )
        )

    def _spread(self, pressure: Array) -> Array:
        return np.repeat(pressure, self.density.shape[1], axis=-1)

    def _mixed_pressure(self, generation: Array) -> Array:
        """Newton's method in ln p on p = sum of generation r c*, (..., N, G): exact in a step where r is one power."""
        rates, shape = self.rates_of, generation.shape
        makes = np.any(generation > 0.0, axis=-1)
        log_pressure = np.full(shape[:-1], np.log(3e6))
        for _ in range(ITERATIONS):
            spread = self._spread(np.exp(log_pressure))
            piece = rates.piece_of(spread)
            made = generation * (rates.rate(spread) * rates.at(rates.c_star, piece)).reshape(shape)
            total = np.where(makes, np.sum(made, axis=-1), 1.0)
            exponent = np.sum(made * rates.at(rates.exponent, piece).reshape(shape), axis=-1) / total
            change = np.where(makes, (np.log(total) - log_pressure) / (1.0 - exponent), 0.0)
            log_pressure = log_pressure + np.clip(change, -3.0, 3.0)
            if np.all(np.abs(change) < NEAR):
                break
        return np.where(makes, np.exp(log_pressure), 0.0)
