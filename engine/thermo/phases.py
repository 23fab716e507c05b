"""The condensed product species of a set of elements: each name of NASA's is one phase with a range of temperature."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.thermo.nasa_polynomials import (
    Array,
    basis,
    enthalpy_row,
    entropy_row,
    heat_capacity_row,
    heat_capacity_slope_row,
)

EXTRAPOLATION = 0.8
"""Of the lowest temperature of the data; CEA's limit for gases and for ice."""


@dataclass(frozen=True)
class PhaseProperties:
    """h/RT, g/RT and cp/R of condensed phases at each temperature; (N, C) each."""

    enthalpy: Array
    gibbs: Array
    heat_capacity: Array


@dataclass(frozen=True)
class Phases:
    """Phases of E elements: `formula` (C, E), `molar_mass` (C,) kg/mol.

    `bounds` (C, I + 1) K are the ends of each phase's I temperature intervals (the last ones repeated where it
    has fewer), `coefficients` (C, I, 9) the fits between them.
    """

    names: tuple[str, ...]
    formula: Array
    molar_mass: Array
    bounds: Array
    coefficients: Array

    @property
    def lowest(self) -> Array:
        """(C,) K; below it the phase's data ends."""
        return self.bounds[:, 0]

    @property
    def highest(self) -> Array:
        """(C,) K; above it the phase's data ends."""
        return self.bounds[:, -1]

    @cached_property
    def lowest_entry(self) -> Array:
        """(C,) K; from where a phase may enter an iteration.

        A gas that expands past its dew point without condensing is far too cold, often below the data
        of the very phase that would warm it; the coldest phase of each formula may enter from there.
        """
        covered = (self.siblings & (self.lowest[None, :] < self.lowest[:, None])).any(axis=1)
        return np.where(covered, self.lowest, 0.0)

    @cached_property
    def _lowest_fit(self) -> Array:
        return np.where(self.lowest_entry > 0, self.lowest, EXTRAPOLATION * self.lowest)

    @cached_property
    def siblings(self) -> NDArray[np.bool_]:
        """(C, C): phases of the same formula, such as ice and liquid water; a phase is not its own sibling."""
        ratio = self.formula / np.maximum(self.formula.sum(axis=1, keepdims=True), 1e-30)
        same = (np.abs(ratio[:, None] - ratio[None]) < 1e-9).all(axis=2)
        return np.asarray(same & ~np.eye(len(self.names), dtype=bool))

    @cached_property
    def rows(self) -> Array:
        """(C, I, 3, 9): weights of h, s and cp."""
        parts = [
            enthalpy_row(self.coefficients),
            entropy_row(self.coefficients),
            heat_capacity_row(self.coefficients),
        ]
        return np.stack(parts, axis=2)

    def present_at(self, temperature: Array) -> NDArray[np.bool_]:
        """(N, C): which phases may be there at `temperature` (N,) K; where two of a substance meet, the colder one."""
        inside = (temperature[:, None] >= self.lowest_entry) & (temperature[:, None] <= self.highest)
        colder = self.siblings & (self.lowest[:, None] < self.lowest[None, :])
        return np.asarray(inside & ~((inside.astype(float) @ colder) > 0))

    def shared_interval(
        self, chosen: NDArray[np.intp], coldest: float, hottest: float
    ) -> NDArray[np.intp] | None:
        """(C',): each chosen phase's interval for all temperatures (K) of a range; None where there is no such."""
        inner = self.bounds[chosen, 1:-1]
        first = (coldest > inner).sum(axis=1)
        same = (first == (hottest > inner).sum(axis=1)).all()
        inside = (coldest >= self._lowest_fit[chosen]).all() and (hottest <= self.highest[chosen]).all()
        return first if same and inside else None

    def properties(self, temperature: Array, chosen: NDArray[np.intp]) -> PhaseProperties:
        """Standard properties of the phases `chosen` (C',) at `temperature` (N,) K; (N, C') each.

        The coldest phase of a formula is extrapolated to 0.8 times the lowest temperature of its data, as in CEA.
        Elsewhere outside its range a phase goes on with the heat capacity it has at the end of it, so that
        an iteration may pass there; whether a phase may stay there is for the caller to say.
        """
        if not len(chosen):
            nothing = np.zeros((len(temperature), 0))
            return PhaseProperties(nothing, nothing, nothing)
        inside, interval = self._interval(temperature, chosen)
        rows = self.rows[chosen[None, :], interval]
        values = np.einsum("ncqk,nck->ncq", rows, basis(inside))
        heat_capacity = values[:, :, 2]
        ratio = inside / temperature[:, None]
        enthalpy = values[:, :, 0] * ratio + heat_capacity * (1.0 - ratio)
        entropy = values[:, :, 1] - heat_capacity * np.log(ratio)
        return PhaseProperties(enthalpy, enthalpy - entropy, heat_capacity)

    def heat_capacity_slope(self, temperature: Array, chosen: NDArray[np.intp]) -> Array:
        """d(cp/R)/d ln T (N, C') of the phases `chosen` at `temperature` (N,) K; 0 where `properties` holds cp."""
        inside, interval = self._interval(temperature, chosen)
        rows = heat_capacity_slope_row(self.coefficients[chosen[None, :], interval])
        slope = np.einsum("nck,nck->nc", rows, basis(inside))
        return np.where(inside == temperature[:, None], slope, 0.0)

    def _interval(self, temperature: Array, chosen: NDArray[np.intp]) -> tuple[Array, NDArray[np.intp]]:
        """The temperatures (N, C') at which the fits are taken, and the places of those fits."""
        inside = np.clip(temperature[:, None], self._lowest_fit[chosen], self.highest[chosen])
        return inside, (inside[:, :, None] > self.bounds[chosen, 1:-1]).sum(axis=2)
