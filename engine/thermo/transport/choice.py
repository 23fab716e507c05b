"""Which gases of a mixture count for its transport properties: CEA's choice, for many cases at once.

One gas for each element comes first, the most abundant ones that are independent of each other. Then all gases
above a limit of abundance that falls by a factor of ten as often as needed, until what is left out amounts to less than
1e-9 of all moles, or the list is full (NASA RP-1311 part II, sec. on TRANIN).
"""

import numpy as np

from engine.thermo.blocks import Mask
from engine.thermo.nasa_polynomials import Array
from engine.thermo.species import ProductSpecies

MOST_GASES = 40
"""Of today's CEA and of CEA2 alike; the report says 50."""
LEFT_OUT = 1e-9
RAREST = 1e-11
"""Mole fraction; the limit of abundance falls no further than just below it."""


def chosen_gases(species: ProductSpecies, gas: Array, whole: Array) -> Mask:
    """(N, S): the gases that count, from the moles `gas` (N, S) of each and `whole` (N,) of all species together.

    At most 40 of each case; where more would be above the last limit, those that NASA's list names first.
    """
    gas = np.where(gas > RAREST * gas.sum(axis=1, keepdims=True), gas, 0.0)
    chosen = _components(species, gas)
    limit = whole / gas.shape[1]
    going = np.ones(len(gas), dtype=bool)
    while going.any():
        held = np.where(chosen, gas, 0.0).sum(axis=1)
        going &= (held <= (1.0 - LEFT_OUT) * whole) & (limit >= RAREST * whole)
        limit = limit / 10.0
        entering = going[:, None] & ~chosen & (gas >= limit[:, None])
        room = MOST_GASES - chosen.sum(axis=1)
        entering &= np.cumsum(entering, axis=1) <= room[:, None]
        chosen |= entering
        going &= chosen.sum(axis=1) < MOST_GASES
    return chosen


def _components(species: ProductSpecies, gas: Array) -> Mask:
    """(N, S): for each element the most abundant gas that holds it and is not the multiple of one taken before."""
    formula = species.gases.formula
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
