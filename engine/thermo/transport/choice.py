"""Which gases of a mixture count for its transport properties: CEA's choice, for many cases at once.

One gas for each element comes first, the most abundant ones that are independent of each other. Then all gases
above a limit of abundance that falls by a factor of ten as often as needed, until what is left out is below a millionth
of the moles, or the list is full (NASA RP-1311 part II; the numbers are those of `cea` 3.3).
"""

import numpy as np
from numpy.typing import NDArray

from engine.thermo.blocks import Mask
from engine.thermo.nasa_polynomials import Array
from engine.thermo.species import ProductSpecies
from engine.thermo.transport.charges import ELECTRON_MASS

MOST_GASES = 40
COVERED = (1.0 - 1e-9) * (1.0 - 1e-6)
"""The part of all moles of gas that ends the search; CEA2 went to 1 - 1e-9."""
RAREST = 1e-11
"""Mole fraction; the limit of abundance falls no further than just below it."""
SMALLEST_PIVOT = 1e-5


def chosen_gases(species: ProductSpecies, gas: Array) -> Mask:
    """(N, S): the gases that count, from the moles `gas` (N, S) of each.

    At most 40 of each case; where more would pass the last limit, the first ones by name.
    """
    whole = gas.sum(axis=1)
    gas = np.where(gas > RAREST * whole[:, None], gas, 0.0)
    chosen = _components(species, gas)
    limit = whole / gas.shape[1]
    going = np.ones(len(gas), dtype=bool)
    while True:
        held = np.where(chosen, gas, 0.0).sum(axis=1)
        room = MOST_GASES - chosen.sum(axis=1)
        going &= (held <= COVERED * whole) & (room > 0) & (limit >= RAREST * whole)
        if not going.any():
            return chosen
        limit = limit / 10.0
        entering = going[:, None] & ~chosen & (gas >= limit[:, None])
        chosen |= _first(entering, species.gases.names, room)


def _first(entering: Mask, names: tuple[str, ...], room: NDArray[np.intp]) -> Mask:
    """As many of each case's `entering` as there is room for, by their names."""
    if (entering.sum(axis=1) <= room).all():
        return entering
    order = np.argsort(np.array(names))
    result = np.empty_like(entering)
    ordered = entering[:, order]
    result[:, order] = ordered & (np.cumsum(ordered, axis=1) <= room[:, None])
    return result


def _components(species: ProductSpecies, gas: Array) -> Mask:
    """(N, S): for each element the most abundant neutral gas that holds it, all of them independent of each other.

    The electron stands for itself. Where the gas found is a combination of the others its element is represented
    by its atoms.
    """
    kinds, formula = species.gases.kinds, species.gases.formula[:, ~species.is_electron]
    charged = (species.gases.formula[:, species.is_electron] != 0).any(axis=1)
    cases = np.arange(len(gas))
    weight = formula.sum(axis=1, keepdims=True) + charged[:, None]
    atoms = np.where(formula > 0, weight, np.inf).argmin(axis=0)
    components = np.tile(atoms, (len(gas), 1))
    free = np.ones(components.shape, dtype=bool)
    excluded = (gas <= 0.0) | charged
    holds = (formula > 0).astype(float)
    for _ in range(formula.shape[1]):
        eligible = (free @ holds.T > 0) & ~excluded
        best = np.where(eligible, gas, -1.0).argmax(axis=1)
        found = eligible[cases, best]
        element = (free & (holds[best] > 0)).argmax(axis=1)
        free[cases[found], element[found]] = False
        components[cases[found], element[found]] = best[found]
        excluded |= found[:, None] & (kinds == kinds[best][:, None])
    components = np.where(_dependent(formula, components), atoms, components)
    chosen = np.tile(species.gases.molar_mass < ELECTRON_MASS, (len(gas), 1))
    np.put_along_axis(chosen, components, True, axis=1)
    return chosen


def _dependent(formula: Array, components: NDArray[np.intp]) -> Mask:
    """(N, E): the elements whose pivot vanishes when they are eliminated in turn from the gases `components` (N, E)."""
    cases, elements = components.shape
    columns = formula[components].transpose(0, 2, 1)
    whole = np.concatenate([columns, np.broadcast_to(np.eye(elements), columns.shape)], axis=2)
    dependent = np.zeros((cases, elements), dtype=bool)
    for row in range(elements):
        dependent[:, row] = np.abs(whole[:, row, row]) < SMALLEST_PIVOT
        whole[:, :, row] = np.where(dependent[:, row, None], whole[:, :, elements + row], whole[:, :, row])
        pivot = whole[:, row, row]
        scale = np.divide(1.0, pivot, out=np.zeros(cases), where=np.abs(pivot) > SMALLEST_PIVOT)
        reduced = whole[:, row] * scale[:, None]
        whole -= whole[:, :, row, None] * reduced[:, None, :]
        whole[:, row] = reduced
    return dependent
