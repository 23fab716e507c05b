"""What the iteration needs of a chosen set of species, laid out so that each quantity is one matrix product.

Arrays have the case as last axis here: everything that is summed lies along the first ones.
"""

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.thermo.gases import INTERVAL_BOUNDS, Gases
from engine.thermo.nasa_polynomials import SCALE, TERMS, Array
from engine.thermo.phases import PhaseProperties, Phases

BOUNDS = [float(bound) / SCALE for bound in INTERVAL_BOUNDS]
"""Where the gases change their coefficients, in the units of the basis."""


@dataclass(frozen=True)
class GasTables:
    """Of S gases and E elements, per temperature interval.

    `exponent` (S, 9 + E + 1) gives ln n_j from [basis | potentials | ln n - ln p] (NASA RP-1311 eq. 2.10 solved for
    the moles), `enthalpy` (S, 9) h/RT from the basis. `sums` (P + E + 10, S) turns moles into the P products of
    elements, the elements, the total and the nine coefficients of the heat capacity; `first` (E + 1, S) into the
    elements and the total.
    """

    elements: int
    pairs: tuple[NDArray[np.intp], NDArray[np.intp]]
    exponent: tuple[Array, ...]
    enthalpy: tuple[Array, ...]
    sums: tuple[Array, ...]
    first: Array


@dataclass(frozen=True)
class GasSums:
    """Sums over the gases of N cases, per kg: moles n_j weighted with formulas, and with h/RT.

    `pairs` (P, N) are the products of elements; `first` and `heats` (E + 1, N) are weighted with the formula, the
    total last: moles, and moles times h/RT. `capacity` (N,) is the sum of n (cp/R + (h/RT) squared),
    `capacity_frozen` (N,) that of n cp/R.
    """

    pairs: Array
    first: Array
    heats: Array
    capacity: Array
    capacity_frozen: Array

    @property
    def total(self) -> Array:
        """(N,) moles."""
        return np.asarray(self.first[-1])

    @property
    def heat(self) -> Array:
        """(N,): enthalpy over RT."""
        return np.asarray(self.heats[-1])


def gas_tables(gases: Gases, chosen: NDArray[np.intp]) -> GasTables:
    """Tables of the gases at the places `chosen` (S,)."""
    formula = gases.formula[chosen]
    row, column = gases.element_pairs
    products = formula[:, row] * formula[:, column]
    ones = np.ones((len(chosen), 1))
    exponent, enthalpies, sums = [], [], []
    for enthalpy, gibbs, heat_capacity in gases.rows[:, :, chosen]:
        exponent.append(np.concatenate([-gibbs, formula, ones], axis=1))
        enthalpies.append(np.ascontiguousarray(enthalpy))
        parts = [products, formula, ones, heat_capacity]
        sums.append(np.ascontiguousarray(np.concatenate(parts, axis=1).T))
    return GasTables(
        elements=formula.shape[1],
        pairs=(row, column),
        exponent=tuple(exponent),
        enthalpy=tuple(enthalpies),
        sums=tuple(sums),
        first=np.ascontiguousarray(np.concatenate([formula, ones], axis=1).T),
    )


def gas_sums(tables: GasTables, functions: Array, potentials: Array, log_ratio: Array) -> GasSums:
    """Sums at the temperatures of `functions` (9, N), `potentials` (E, N) and `log_ratio` (N,) = ln n - ln p."""
    known = np.concatenate([functions, potentials, log_ratio[None]])
    scaled = functions[5]
    lowest, highest = (bisect_left(BOUNDS, limit) for limit in (scaled.min(), scaled.max()))
    if lowest == highest:
        return _sums_of_interval(tables, lowest, known)
    interval = np.searchsorted(BOUNDS, scaled, side="left")
    parts = np.empty((len(tables.pairs[0]) + 2 * tables.elements + 4, len(log_ratio)))
    for place in range(lowest, highest + 1):
        chosen = np.flatnonzero(interval == place)
        if len(chosen):
            parts[:, chosen] = _stack(_sums_of_interval(tables, place, known[:, chosen]))
    return _unstack(parts, len(tables.pairs[0]), tables.elements)


def _sums_of_interval(tables: GasTables, place: int, known: Array) -> GasSums:
    moles = tables.exponent[place] @ known
    np.exp(moles, out=moles)
    functions = known[:TERMS]
    enthalpy = tables.enthalpy[place] @ functions
    sums = tables.sums[place] @ moles
    moles *= enthalpy
    pairs = len(tables.pairs[0])
    heads = pairs + tables.elements + 1
    frozen = np.einsum("kn,kn->n", sums[heads:], functions)
    return GasSums(
        pairs=sums[:pairs],
        first=sums[pairs:heads],
        heats=tables.first @ moles,
        capacity=frozen + np.einsum("sn,sn->n", moles, enthalpy),
        capacity_frozen=frozen,
    )


def _stack(sums: GasSums) -> Array:
    return np.concatenate(
        [sums.pairs, sums.first, sums.heats, sums.capacity[None], sums.capacity_frozen[None]]
    )


def _unstack(parts: Array, pairs: int, elements: int) -> GasSums:
    heads, heats = pairs + elements + 1, pairs + 2 * elements + 2
    return GasSums(parts[:pairs], parts[pairs:heads], parts[heads:heats], parts[heats], parts[heats + 1])


def phase_rows(
    phases: Phases, chosen: tuple[int, ...], functions: Array, temperature: Array
) -> PhaseProperties:
    """Standard properties of the phases `chosen` at `temperature` (N,), with the case as last axis: (C', N)."""
    places = np.array(chosen, dtype=np.intp)
    interval = phases.shared_interval(places, float(temperature.min()), float(temperature.max()))
    if interval is None:
        found = phases.properties(temperature, places)
        return PhaseProperties(found.enthalpy.T, found.gibbs.T, found.heat_capacity.T)
    values = phases.rows[places, interval] @ functions
    return PhaseProperties(values[:, 0], values[:, 0] - values[:, 1], values[:, 2])
