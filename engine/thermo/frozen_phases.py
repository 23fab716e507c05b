"""Condensed substances of frozen amount, and which phases they take as they cool.

The composition is frozen, and still a particle melts and freezes at the temperature where its phases are in
equilibrium: that takes heat, and no reaction with the gas (docs/decisions/0006-frozen-particles-melt.md).
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.thermo.nasa_polynomials import Array
from engine.thermo.phases import Phases
from engine.thermo.station import Places

NEWTON_STEPS = 5
LARGEST_CORRECTION = 2.0
"""K, of NASA's stated transition temperature, to where its fits of the two phases meet."""


@dataclass(frozen=True)
class FrozenPhases:
    """G substances of N cases: `amounts` (N, G), each in mol/kg of its first phase.

    `phases` (P,) are the places of all phases that they may take, among all of the species. There are J temperatures of
    `transition`, ascending; `shares` (J + 1, G, P) are the moles of each phase for a mole of substance between them.
    """

    amounts: Array
    phases: Places
    transition: Array
    shares: Array

    def take(self, rows: Places) -> "FrozenPhases":
        """The cases at `rows`."""
        return FrozenPhases(self.amounts[rows], self.phases, self.transition, self.shares)

    def moles(self, interval: Places) -> Array:
        """(N, P) mol/kg of each phase in the `interval` (N,) between transitions."""
        if len(self.shares) == 1:
            return np.asarray(self.amounts @ self.shares[0])
        return np.asarray(np.einsum("ng,ngp->np", self.amounts, self.shares[interval]))


def freeze_phases(phases: Phases, condensed: Array) -> FrozenPhases:
    """From the moles (N, C) of all phases at the station where the composition freezes."""
    chains = list(_chains(phases, condensed))
    places = np.array([place for chain in chains for place in chain], dtype=np.intp)
    amounts = np.empty((len(condensed), len(chains)))
    steps: list[tuple[float, int, int, int]] = []
    atoms = phases.formula.sum(axis=1)
    first = np.zeros((len(chains), len(places)))
    column = 0
    for number, chain in enumerate(chains):
        amounts[:, number] = condensed[:, chain] @ (atoms[chain] / atoms[chain[0]])
        first[number, column] = 1.0
        for low, high in pairwise(chain):
            steps.append((_meeting_point(phases, low, high), number, column, column + 1))
            column += 1
        column += 1
    shares = [first]
    for _, number, low, high in sorted(steps):
        following = shares[-1].copy()
        following[number, high] = first[number].sum() * atoms[chains[number][0]] / atoms[places[high]]
        following[number, low] = 0.0
        shares.append(following)
    return FrozenPhases(amounts, places, np.array([step[0] for step in sorted(steps)]), np.stack(shares))


def _chains(phases: Phases, condensed: Array) -> list[list[int]]:
    """The phases of each substance that is there in any case, from the coldest to the hottest."""
    chains: list[list[int]] = []
    for place in np.flatnonzero((condensed > 0.0).any(axis=0)):
        if not any(place in chain for chain in chains):
            chain = [int(place), *(int(other) for other in np.flatnonzero(phases.siblings[place]))]
            chains.append(sorted(chain, key=lambda phase: (phases.lowest[phase], phases.highest[phase])))
    return chains


def _meeting_point(phases: Phases, low: int, high: int) -> float:
    """K; where two phases have the same Gibbs energy, near the temperature where the data of the hotter one begins."""
    stated = float(phases.lowest[high])
    pair = np.array([low, high], dtype=np.intp)
    atoms = phases.formula[pair].sum(axis=1)
    temperature = stated
    for _ in range(NEWTON_STEPS):
        at = phases.properties(np.array([temperature]), pair)
        gibbs, enthalpy = ((values[0] / atoms) for values in (at.gibbs, at.enthalpy))
        difference = enthalpy[1] - enthalpy[0]
        if difference <= 0.0:
            return stated
        temperature *= float(np.exp((gibbs[1] - gibbs[0]) / difference))
    return temperature if abs(temperature - stated) < LARGEST_CORRECTION else stated
