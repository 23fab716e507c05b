"""The gaseous product species of a set of elements and their standard properties."""

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement

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

INTERVAL_BOUNDS = np.array([1000.0, 6000.0])
"""K; where NASA's gases change their coefficients. `continued` serves beyond the second for those without a third."""
ENDLESS_TEMPERATURE = 1e6
"""K, where the continued heat capacity reaches its limit."""


def continued(coefficients: Array, end: float, atoms: Array) -> Array:
    """Coefficients (S, 9) of gases beyond the `end` (K) of their data, as CEA's `thermo.lib` has them.

    A polynomial would soon leave all bounds. cp/R goes on in a straight line from its last value to 3 N - 1.75
    at 1e6 K for molecules of N `atoms` (S,), 3 N - 1.5 for N = 2; enthalpy and entropy are continuous.
    """
    functions = basis(np.array([end]))[0]
    enthalpy, entropy, heat_capacity = (
        row(coefficients) @ functions for row in (enthalpy_row, entropy_row, heat_capacity_row)
    )
    limit = 3.0 * atoms - np.where(atoms > 2, 1.75, 1.5)
    slope = (limit - heat_capacity) / (ENDLESS_TEMPERATURE - end)
    constant = heat_capacity - slope * end
    result = np.zeros_like(coefficients)
    result[:, 2], result[:, 3] = constant, slope
    result[:, 7] = (enthalpy - constant - slope * end / 2) * end
    result[:, 8] = entropy - constant * np.log(end) - slope * end
    return result


MOST_SELECTIONS = 32


@dataclass(frozen=True)
class GasProperties:
    """h/RT, g/RT and cp/R of every gas at each temperature; (N, S) each."""

    enthalpy: Array
    gibbs: Array
    heat_capacity: Array


@dataclass(frozen=True)
class Gases:
    """Gases of E elements: `formula` (S, E), `molar_mass` (S,) kg/mol, `coefficients` (3, S, 9) by interval."""

    names: tuple[str, ...]
    formula: Array
    molar_mass: Array
    coefficients: Array

    @cached_property
    def element_pairs(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Row and column of each element pair that the symmetric moments are kept for."""
        pairs = np.array(list(combinations_with_replacement(range(self.formula.shape[1]), 2)), dtype=np.intp)
        return pairs[:, 0], pairs[:, 1]

    @cached_property
    def first_moments(self) -> Array:
        """(S, E + 1): [a | 1], what sums of moles and of mole-weighted properties are taken with."""
        return np.concatenate([self.formula, np.ones((len(self.names), 1))], axis=1)

    @cached_property
    def second_moments(self) -> Array:
        """(S, pairs + E + 1): [a a | a | 1], whose product with the moles holds all of the Newton matrix."""
        row, column = self.element_pairs
        products = self.formula[:, row] * self.formula[:, column]
        return np.concatenate([products, self.first_moments], axis=1)

    @cached_property
    def kinds(self) -> NDArray[np.intp]:
        """(S,): a number that gases of the same formula share."""
        return np.unique(self.formula, axis=0, return_inverse=True)[1].reshape(-1)

    @cached_property
    def rows(self) -> Array:
        """(3, 3, S, 9): for each interval the weights of h, g and cp."""
        enthalpy, entropy = enthalpy_row(self.coefficients), entropy_row(self.coefficients)
        return np.stack([enthalpy, enthalpy - entropy, heat_capacity_row(self.coefficients)], axis=1)

    @cached_property
    def _tables(self) -> list[Array]:
        """For each interval (9, 3 S): weights of h, g and cp side by side."""
        return [np.ascontiguousarray(rows.reshape(-1, rows.shape[-1]).T) for rows in self.rows]

    def properties(self, temperature: Array) -> GasProperties:
        """Standard properties at `temperature` (N,) K."""
        functions = basis(temperature)
        interval = np.searchsorted(INTERVAL_BOUNDS, temperature, side="left")
        first = int(interval[0]) if len(interval) else 0
        if (interval == first).all():
            values = functions @ self._tables[first]
        else:
            values = np.empty((len(temperature), 3 * len(self.names)))
            for place, table in enumerate(self._tables):
                chosen = interval == place
                values[chosen] = functions[chosen] @ table
        count = len(self.names)
        return GasProperties(values[:, :count], values[:, count : 2 * count], values[:, 2 * count :])

    def gibbs(self, temperature: Array) -> Array:
        """g/RT (N, S) alone, at `temperature` (N,) K."""
        functions, count = basis(temperature), len(self.names)
        interval = np.searchsorted(INTERVAL_BOUNDS, temperature, side="left")
        result = np.empty((len(temperature), count))
        for place in np.unique(interval):
            chosen = interval == place
            result[chosen] = functions[chosen] @ self._tables[place][:, count : 2 * count]
        return result

    @cached_property
    def _taken(self) -> dict[bytes, "Gases"]:
        return {}

    def take(self, chosen: NDArray[np.intp]) -> "Gases":
        """The gases at the places `chosen`; the last selections are remembered with their tables."""
        key = chosen.tobytes()
        found = self._taken.get(key)
        if found is None:
            names = tuple(self.names[place] for place in chosen)
            found = Gases(names, self.formula[chosen], self.molar_mass[chosen], self.coefficients[:, chosen])
            if len(self._taken) >= MOST_SELECTIONS:
                self._taken.clear()
            self._taken[key] = found
        return found

    @cached_property
    def _slope_tables(self) -> list[Array]:
        """For each interval (S, 9)."""
        return [heat_capacity_slope_row(rows) for rows in self.coefficients]

    def heat_capacity_slope(self, temperature: Array, moles: Array) -> Array:
        """d/d ln T (N,) of the sum of n_j cp_j/R for constant `moles` (N, S), at `temperature` (N,) K."""
        functions = basis(temperature)
        interval = np.searchsorted(INTERVAL_BOUNDS, temperature, side="left")
        result = np.empty(len(temperature))
        for place in np.unique(interval):
            chosen = interval == place
            weights = moles[chosen] @ self._slope_tables[place]
            result[chosen] = np.einsum("nk,nk->n", weights, functions[chosen])
        return result
