"""What the iteration needs of a chosen set of species, laid out so that each quantity is one matrix product.

Arrays have the case as last axis here: everything that is summed lies along the first ones.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.thermo.gases import INTERVAL_BOUNDS, Gases
from engine.thermo.nasa_polynomials import SCALE, TERMS, Array, enthalpy_row, entropy_row, heat_capacity_row
from engine.thermo.phases import PhaseProperties, Phases


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

    `pairs` (P, N), `elements` (E, N), `total` (N,); `heat_elements` (E, N) and `heat` (N,) are weighted with h/RT,
    `capacity` (N,) is the sum of n cp/R, `heat_squared` (N,) that of n (h/RT) squared.
    """

    pairs: Array
    elements: Array
    total: Array
    heat_elements: Array
    heat: Array
    capacity: Array
    heat_squared: Array


def gas_tables(gases: Gases, chosen: NDArray[np.intp]) -> GasTables:
    """Tables of the gases at the places `chosen` (S,)."""
    formula = gases.formula[chosen]
    row, column = gases.element_pairs
    products = formula[:, row] * formula[:, column]
    ones = np.ones((len(chosen), 1))
    exponent, enthalpies, sums = [], [], []
    for rows in gases.coefficients[:, chosen]:
        enthalpy = enthalpy_row(rows)
        exponent.append(np.concatenate([entropy_row(rows) - enthalpy, formula, ones], axis=1))
        enthalpies.append(np.ascontiguousarray(enthalpy))
        parts = [products, formula, ones, heat_capacity_row(rows)]
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
    interval = np.searchsorted(INTERVAL_BOUNDS, functions[5] * SCALE, side="left")
    lowest, highest = int(interval.min()), int(interval.max())
    if lowest == highest:
        return _sums_of_interval(tables, lowest, known)
    parts = np.empty((len(tables.sums[0]) - TERMS + tables.elements + 3, len(log_ratio)))
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
    heats = tables.first @ moles
    pairs, elements = len(tables.pairs[0]), tables.elements
    return GasSums(
        pairs=sums[:pairs],
        elements=sums[pairs : pairs + elements],
        total=sums[pairs + elements],
        heat_elements=heats[:elements],
        heat=heats[elements],
        capacity=np.einsum("kn,kn->n", sums[pairs + elements + 1 :], functions),
        heat_squared=np.einsum("sn,sn->n", moles, enthalpy),
    )


def _stack(sums: GasSums) -> Array:
    single = np.stack([sums.total, sums.heat, sums.capacity, sums.heat_squared])
    return np.concatenate([sums.pairs, sums.elements, sums.heat_elements, single])


def _unstack(parts: Array, pairs: int, elements: int) -> GasSums:
    after = pairs + 2 * elements
    return GasSums(
        pairs=parts[:pairs],
        elements=parts[pairs : pairs + elements],
        heat_elements=parts[pairs + elements : after],
        total=parts[after],
        heat=parts[after + 1],
        capacity=parts[after + 2],
        heat_squared=parts[after + 3],
    )


def phase_rows(phases: Phases, chosen: tuple[int, ...], temperature: Array) -> PhaseProperties:
    """Standard properties of the phases `chosen` at `temperature` (N,), with the case as last axis: (C', N)."""
    found = phases.properties(temperature, np.array(chosen, dtype=np.intp))
    return PhaseProperties(found.enthalpy.T, found.gibbs.T, found.heat_capacity.T)
