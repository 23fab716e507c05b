"""Which gases of a mixture count for its transport properties: CEA's choice, for many cases at once.

One gas for each element comes first, the most abundant ones that are independent of each other. Then all gases
above a limit of abundance that falls by a factor of ten as often as needed, until what is left out is below a millionth
of the moles, or the list is full (NASA RP-1311 part II, appendix A; the numbers are those of `cea` 3.3).
"""

import numpy as np
from numpy.typing import NDArray

from engine.thermo.blocks import Mask
from engine.thermo.nasa_polynomials import Array
from engine.thermo.species import ProductSpecies

MOST_GASES = 40
COVERED = (1.0 - 1e-9) * (1.0 - 1e-6)
"""The part of all moles of gas that ends the search; CEA2 went to 1 - 1e-9."""
RAREST = 1e-11
"""Mole fraction; the limit of abundance falls no further than just below it."""


def chosen_gases(species: ProductSpecies, gas: Array) -> Mask:
    """(N, S): the gases that count, from the moles `gas` (N, S) of each.

    At most 40 of each case; where more would pass the last limit, the first ones by name.
    """
    whole = gas.sum(axis=1)
    gas = np.where(gas > RAREST * whole[:, None], gas, 0.0)
    by_name = np.argsort(np.array(species.gases.names))
    chosen = _components(species.gases.formula, gas)
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
        chosen |= _first(entering, by_name, room)


def _first(entering: Mask, order: NDArray[np.intp], room: NDArray[np.intp]) -> Mask:
    """As many of each case's `entering` as there is room for, in the given order."""
    if (entering.sum(axis=1) <= room).all():
        return entering
    result = np.empty_like(entering)
    ordered = entering[:, order]
    result[:, order] = ordered & (np.cumsum(ordered, axis=1) <= room[:, None])
    return result


def _components(formula: Array, gas: Array) -> Mask:
    """(N, S): for each element the most abundant gas that holds it and is not the multiple of one taken before."""
    share = formula / np.abs(formula).sum(axis=1, keepdims=True)
    alike = (np.abs(share[:, None] - share[None]) < 1e-9).all(axis=2)
    cases = np.arange(len(gas))
    free = np.ones((len(gas), formula.shape[1]), dtype=bool)
    chosen = np.zeros(gas.shape, dtype=bool)
    excluded = gas <= 0.0
    for _ in range(formula.shape[1]):
        eligible = (free.astype(float) @ (formula > 0).T > 0) & ~excluded
        best = np.where(eligible, gas, -1.0).argmax(axis=1)
        found = eligible[cases, best]
        element = (free & (formula[best] > 0)).argmax(axis=1)
        free[cases[found], element[found]] = False
        chosen[cases[found], best[found]] = True
        excluded |= found[:, None] & alike[best]
    return chosen
