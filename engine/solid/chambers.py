"""What the grains of many motors make of a pressure, and the pressure that they keep up together."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from engine.solid.burn_rates import BurnRates, Places
from engine.solid.erosive import OF_FLUX, ErosiveLaw, eroded_rates
from engine.solid.openings import Openings
from engine.thermo.nasa_polynomials import Array

ITERATIONS = 60
NEAR = 1e-7
FIRST_GUESS = 3e6
GAS = ("gamma", "flame_temperature", "molar_mass", "c_star")


class ChamberGas(NamedTuple):
    """Burnt gas, arrays of one shape, SI."""

    gamma: Array
    flame_temperature: Array
    molar_mass: Array
    c_star: Array


class Balance(NamedTuple):
    """Pressures (..., N) at which grains and throat are in balance, and rates (..., N, G) or (..., N, 1)."""

    pressure: Array
    rate: Array


@dataclass(frozen=True)
class Chambers:
    """N motors with G grains: where all grains of a motor have its propellant, `rates_of` has one row a motor, else one
    a grain. `density` is (N, G), kg/m3; `erosive` is None where no flow makes any of them burn faster.
    """

    rates_of: BurnRates
    density: Array
    erosive: ErosiveLaw | None = None

    @property
    def is_uniform(self) -> bool:
        """Whether all grains of a motor have its propellant."""
        return len(self.rates_of.coefficient) == len(self.density)

    @property
    def burns_alike(self) -> bool:
        """Whether all grains of a motor regress at one rate."""
        return self.is_uniform and self.erosive is None

    @property
    def has_one_law(self) -> bool:
        """Whether the burn rates of all motors have one piece."""
        return self.burns_alike and self.rates_of.coefficient.shape[1] == 1

    def law(self, motor: int) -> tuple[float, float, float]:
        """Coefficient and exponent of a motor with one piece, and its density times coefficient times c*."""
        rates = self.rates_of
        coefficient, c_star = float(rates.coefficient[motor, 0]), float(rates.c_star[motor, 0])
        return (
            coefficient,
            float(rates.exponent[motor, 0]),
            float(self.density[motor, 0]) * coefficient * c_star,
        )

    def take(self, places: Places) -> "Chambers":
        """Those of the motors at `places`."""
        rows = places
        if not self.is_uniform:
            grains = self.density.shape[1]
            rows = (places[:, None] * grains + np.arange(grains)).ravel()
        erosive = None if self.erosive is None else self.erosive.take(places)
        return Chambers(self.rates_of.take(rows), self.density[places], erosive)

    def rates(self, pressure: Array, openings: Openings | None = None) -> Array:
        """(..., N, 1) or (..., N, G): m/s at pressures (..., N); of what flow erodes, through these openings."""
        if self.is_uniform:
            normal = self.rates_of.rate(pressure)[..., None]
        else:
            normal = self.rates_of.rate(self._spread(pressure)).reshape(*pressure.shape, -1)
        if self.erosive is None or openings is None:
            return normal
        return eroded_rates(self.erosive, normal, self.density, openings)

    def steady_pressure(self, openings: Openings, throat_area: Array) -> Array:
        """(..., N) Pa, at which grains behind throats (..., N) are in balance."""
        return self.balance(openings, throat_area).pressure

    def balance(self, openings: Openings, throat_area: Array, start: Balance | None = None) -> Balance:
        """The same with the rates; `start` is a balance not far away."""
        if self.burns_alike:
            pressure = self.alike_pressure(np.sum(openings.burning_area, axis=-1), throat_area)
            return Balance(pressure, self.rates(pressure))
        return self._mixed_balance(openings, throat_area, start)

    def alike_pressure(self, burning_area: Array, throat_area: Array) -> Array:
        """The same of whole areas (..., N), of motors whose grains burn alike."""
        return self.rates_of.steady_pressure(burning_area * self.density[:, 0] / throat_area)

    def gas(self, pressure: Array, burning_area: Array) -> ChamberGas:
        """The gas at pressures (..., N); of several propellants their mean by mass."""
        rates = self.rates_of
        if self.is_uniform:
            piece = rates.piece_of(pressure)
            return ChamberGas(*(rates.at(getattr(rates, name), piece) for name in GAS))
        piece = rates.piece_of(self._spread(pressure))
        flow = self.density * burning_area * self.rates(pressure)
        total = np.sum(flow, axis=-1, keepdims=True)
        share = np.where(total > 0.0, flow / np.where(total > 0.0, total, 1.0), 1.0 / flow.shape[-1])
        values = [rates.at(getattr(rates, name), piece).reshape(share.shape) for name in GAS]
        return ChamberGas(*(np.sum(share * value, axis=-1) for value in values))

    def _spread(self, pressure: Array) -> Array:
        return np.repeat(pressure, self.density.shape[1], axis=-1)

    def _at_grains(self, quantity: Array, pressure: Array) -> Array:
        """A quantity of the pieces that hold at pressures (..., N), as (..., N, 1) or (..., N, G)."""
        rates = self.rates_of
        if self.is_uniform:
            return rates.at(quantity, rates.piece_of(pressure))[..., None]
        return rates.at(quantity, rates.piece_of(self._spread(pressure))).reshape(*pressure.shape, -1)

    def _mixed_balance(self, openings: Openings, throat_area: Array, start: Balance | None) -> Balance:
        """Newton's method in ln p on p = sum of density area r c* over the throat; one step where r is a power."""
        generation = self.density * openings.burning_area / throat_area[..., None]
        makes = np.any(generation > 0.0, axis=-1)
        guess = np.full(makes.shape, FIRST_GUESS) if start is None else start.pressure
        log_pressure = np.log(np.where(guess > 0.0, guess, FIRST_GUESS))
        rate_before = None if start is None else start.rate
        for _ in range(ITERATIONS):
            pressure = np.exp(log_pressure)
            normal = self.rates(pressure)
            rate = normal
            if self.erosive is not None:
                rate = eroded_rates(self.erosive, normal, self.density, openings, rate_before)
                rate_before = rate
            made = generation * rate * self._at_grains(self.rates_of.c_star, pressure)
            total = np.where(makes, np.sum(made, axis=-1), 1.0)
            # what is eroded goes with the flux to the power of 0.8
            slope = OF_FLUX + (self._at_grains(self.rates_of.exponent, pressure) - OF_FLUX) * normal / rate
            exponent = np.sum(made * slope, axis=-1) / total
            change = np.where(makes, (np.log(total) - log_pressure) / (1.0 - exponent), 0.0)
            log_pressure = log_pressure + np.clip(change, -2.0, 2.0)
            if np.all(np.abs(change) < NEAR):
                break
        return Balance(np.where(makes, np.exp(log_pressure), 0.0), rate)
