"""Viscosity, conductivity and Prandtl number of many gas mixtures, condensed phases left aside as in CEA."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.thermo.blocks import Mask
from engine.thermo.constants import GAS_CONSTANT
from engine.thermo.nasa_polynomials import Array
from engine.thermo.species import ProductSpecies
from engine.thermo.state import State
from engine.thermo.transport.choice import chosen_gases
from engine.thermo.transport.interactions import Interactions, Mixed, interactions
from engine.thermo.transport.reactions import reacting_conductivity, reacting_heat_capacity

BLOCK_ENTRIES = 120_000
"""Cases times pairs of gases in one block: what its arrays hold should stay in the second-level cache."""


@dataclass(kw_only=True)
class Transport:
    """Of gases, arrays of one shape, SI: `viscosity` Pa s, `conductivity` W/(m K) with what reactions carry, and
    `conductivity_frozen` without; `prandtl` and `prandtl_frozen` with the heat capacities of the gas alone.

    NaN where there is no answer, and everywhere in a result that was not asked for them.
    """

    viscosity: Array
    conductivity: Array
    conductivity_frozen: Array
    prandtl: Array
    prandtl_frozen: Array

    def put_transport(self, places: Any, other: "Transport") -> None:
        """Overwrites the cases at `places`, an index of the arrays, by those of `other`."""
        for item in fields(Transport):
            getattr(self, item.name)[places] = getattr(other, item.name)


def no_transport(shape: tuple[int, ...], *, asked: bool) -> Transport:
    """Not-a-number everywhere: arrays to be overwritten where they are `asked` for, else views that need no memory."""
    nothing = np.broadcast_to(np.nan, shape)
    return Transport(**{item.name: nothing.copy() if asked else nothing for item in fields(Transport)})


def transport_properties(species: ProductSpecies, state: State, *, reacting: Mask | bool = True) -> Transport:
    """Transport properties of N converged states (NASA RP-1311 part I, chapter 5).

    Where not `reacting` (N,), as in frozen flow, the conductivity is the frozen one.
    """
    reacting = np.broadcast_to(reacting, state.log_total.shape)
    result = no_transport(state.log_total.shape, asked=True)
    gas = np.exp(state.log_gas)
    chosen = chosen_gases(species, gas)
    for rows in _blocks(chosen):
        places = np.flatnonzero(chosen[rows].any(axis=0))
        part = np.where(chosen[rows][:, places], gas[np.ix_(rows, places)], 0.0)
        fractions = part / part.sum(axis=1, keepdims=True)
        result.put_transport(
            rows, _of_block(species, places, fractions, state.temperature[rows], reacting[rows])
        )
    return result


def _blocks(chosen: NDArray[np.bool_]) -> Iterator[NDArray[np.intp]]:
    most = max(1, int(chosen.any(axis=0).sum()))
    size = max(16, BLOCK_ENTRIES // most**2)
    for start in range(0, len(chosen), size):
        yield np.arange(start, min(start + size, len(chosen)))


def _of_block(
    species: ProductSpecies, places: NDArray[np.intp], fractions: Array, temperature: Array, reacting: Mask
) -> Transport:
    gases = species.gases
    molar_mass, formula = gases.molar_mass[places], gases.formula[places]
    standard = gases.properties(temperature)
    single_capacity, enthalpy = standard.heat_capacity[:, places], standard.enthalpy[:, places]
    names = tuple(gases.names[place] for place in places)
    charges = -formula[:, species.is_electron].sum(axis=1)
    found = interactions(Mixed(names, molar_mass, charges, fractions, temperature, single_capacity))
    viscosity, frozen = _mixed(molar_mass, fractions, found)
    mass = fractions @ molar_mass
    capacity_frozen = (fractions * single_capacity).sum(axis=1)
    conductivity, capacity = frozen, capacity_frozen
    if reacting.any():
        carried = reacting_conductivity(formula, molar_mass, fractions, enthalpy, found.pairs)
        stored = reacting_heat_capacity(formula, fractions, enthalpy)
        conductivity = np.where(reacting, frozen + carried, frozen)
        capacity = np.where(reacting, capacity_frozen + stored, capacity_frozen)
    return Transport(
        viscosity=viscosity,
        conductivity=conductivity,
        conductivity_frozen=frozen,
        prandtl=viscosity * capacity * GAS_CONSTANT / (mass * conductivity),
        prandtl_frozen=viscosity * capacity_frozen * GAS_CONSTANT / (mass * frozen),
    )


def _mixed(molar_mass: Array, fractions: Array, found: Interactions) -> tuple[Array, Array]:
    """Viscosity (N,) and frozen conductivity (N,) of the mixtures (eqs. 5.3-5.7)."""
    first, second = molar_mass[:, None], molar_mass[None, :]
    shear = found.viscosity[:, :, None] * (2.0 * second / (first + second)) / found.pairs
    heat = 1.0 + 2.41 * (first - second) * (first - 0.142 * second) / (first + second) ** 2
    shared = (shear @ fractions[:, :, None])[:, :, 0]
    carried = ((shear * heat) @ fractions[:, :, None])[:, :, 0]
    viscosity = (fractions * found.viscosity / shared).sum(axis=1)
    return viscosity, (fractions * found.conductivity / carried).sum(axis=1)
