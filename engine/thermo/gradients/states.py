"""The state of stations, from what a solution reports of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.thermo.constants import STANDARD_PRESSURE
from engine.thermo.nasa_polynomials import Array
from engine.thermo.species import ProductSpecies
from engine.thermo.state import State

NEGLIGIBLE = 1e-16
"""A gas that is rarer in all cases of a block is left out: far below what a sum of moles can resolve."""
RAREST = 1e-300


@dataclass(frozen=True)
class StationState:
    """N states that share their `species` (S gases that matter) and the places `active` (C',) of their phases."""

    species: ProductSpecies
    active: NDArray[np.intp]
    state: State


def present_gases(species: ProductSpecies, fractions: Array) -> tuple[ProductSpecies, NDArray[np.intp]]:
    """The species less the gases that are nowhere in mole fractions (N, K, S + C), and places of those that stay."""
    most = fractions[:, :, : len(species.gases.names)].max(axis=(0, 1))
    chosen = np.flatnonzero(most > NEGLIGIBLE)
    return ProductSpecies(species.elements, species.gases.take(chosen), species.phases), chosen


def station_state(
    species: ProductSpecies, gas: Array, condensed: Array, temperature: Array, pressure: Array
) -> StationState:
    """States with moles per kg `gas` (N, S) and `condensed` (N, C), at `temperature` (N,) K and `pressure` (N,) Pa.

    A phase is taken to be there in all cases where the first one has it.
    """
    state = State(
        potentials=np.zeros((len(gas), len(species.elements))),
        log_gas=np.log(np.maximum(gas, RAREST)),
        log_total=np.log(gas.sum(axis=1)),
        condensed=condensed,
        log_temperature=np.log(temperature),
        log_pressure=np.log(pressure / STANDARD_PRESSURE),
    )
    return StationState(species, np.flatnonzero(condensed[0] > 0), state)
