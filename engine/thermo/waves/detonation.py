"""Chapman-Jouguet detonations of many gas mixtures at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.thermo.blocks import Mask, element_groups, species_places
from engine.thermo.constants import GAS_CONSTANT, STANDARD_PRESSURE
from engine.thermo.frozen import FrozenGas
from engine.thermo.halving import settle_surely
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure
from engine.thermo.properties import Properties, equilibrium_properties, mole_fractions
from engine.thermo.settling import TEMPERATURE_LIMITS, check_range, settle
from engine.thermo.species import ProductSpecies
from engine.thermo.state import State, cold_state
from engine.thermo.status import Status
from engine.thermo.waves.fronts import DetonationFront
from engine.thermo.waves.frozen import take
from engine.thermo.waves.iteration import wave_step
from engine.thermo.waves.results import GasState
from engine.thermo.waves.unburned import element_moles

LEAST_EXPANSION = 1e-6
"""A mixture detonates where its flame at constant pressure takes more than this of volume in addition."""


@dataclass
class Detonations:
    """N detonations: the gas before them, the burned gas, which flows off at its speed of sound, and each Status (N,).

    The velocity of `initial` is that of the detonation.
    """

    initial: GasState
    burned: GasState
    status: NDArray[np.int8]


def solve_detonation(
    products: ProductSpecies, gas: FrozenGas, temperature: Array, pressure: Array
) -> Detonations:
    """The detonations that run by themselves through `gas` at `temperature` (N,) K and `pressure` (N,) Pa.

    `products` are of the elements of the gas, in the same order. A case that cannot be solved has a status that says
    why and NaN for numbers, and does not disturb the others.
    Source: NASA RP-1311 part I, chapter 8; the iteration is ours (docs/waves.md).
    """
    elements = element_moles(gas)
    usable = usable_gas(gas, temperature, pressure)
    result = Detonations(
        GasState.unknown(len(pressure), gas.species.names),
        GasState.unknown(len(pressure), products.names),
        np.full(len(pressure), Status.INVALID_INPUT, dtype=np.int8),
    )
    for rows, columns, subset in element_groups(products, elements, usable):
        with np.errstate(all="ignore"):
            before = take(gas, rows).properties(
                np.log(temperature[rows]), np.log(pressure[rows] / STANDARD_PRESSURE)
            )
            front = _front(elements[np.ix_(rows, columns)], before)
            state, active, status = _burn(subset, front)
            good = np.flatnonzero(status == Status.CONVERGED)
            solved = state.take(good)
            burned = equilibrium_properties(subset, solved, active[good])
        result.status[rows] = status
        kept = rows[good]
        _store(result, kept, before, good, burned)
        result.initial.mole_fractions[kept] = gas.gas[kept] / gas.moles[kept, None]
        result.burned.mole_fractions[kept] = 0.0
        result.burned.mole_fractions[np.ix_(kept, species_places(products, subset))] = mole_fractions(solved)
    return result


def usable_gas(gas: FrozenGas, temperature: Array, pressure: Array) -> Mask:
    """Which cases (N,) have amounts, a temperature within NASA's data and a pressure."""
    usable = np.isfinite(gas.gas).all(axis=1) & (gas.gas >= 0).all(axis=1) & (gas.moles > 0)
    usable &= (temperature >= TEMPERATURE_LIMITS[0]) & (temperature <= TEMPERATURE_LIMITS[1])
    return np.asarray(usable & np.isfinite(pressure) & (pressure > 0))


def _front(elements: Array, before: Properties) -> DetonationFront:
    nothing = np.zeros(len(elements))
    pressure = before.pressure / STANDARD_PRESSURE
    volume = before.temperature / before.molar_mass / pressure
    return DetonationFront(
        elements, before.enthalpy / GAS_CONSTANT, nothing, nothing, pressure, volume, nothing
    )


def _burn(species: ProductSpecies, front: DetonationFront) -> tuple[State, Mask, NDArray[np.int8]]:
    """From the flame at constant pressure, which also tells whether the mixture burns, to the detonation."""
    state = cold_state(species, front.pressure, None)
    active = np.zeros((len(front.pressure), len(species.phases.names)), dtype=bool)
    status = settle_surely(species, state, front, Closure.HP, active)
    volume = np.exp(state.log_total + state.log_temperature - state.log_pressure)
    expands = volume > (1.0 + LEAST_EXPANSION) * front.volume
    status[(status == Status.CONVERGED) & ~expands] = Status.NO_DETONATION
    rows = np.flatnonzero(status == Status.CONVERGED)
    part, chosen = state.take(rows), active[rows]
    status[rows] = settle(species, part, front.take(rows), Closure.HP, chosen, correction=wave_step)
    state.put(rows, part)
    active[rows] = chosen
    check_range(state, status)
    return state, active, status


def _store(
    result: Detonations, rows: NDArray[np.intp], before: Properties, good: NDArray[np.intp], burned: Properties
) -> None:
    initial = Properties.empty(len(good))
    for name in Properties.__dataclass_fields__:
        getattr(initial, name)[:] = getattr(before, name)[good]
    flux = np.sqrt((burned.pressure - initial.pressure) / (1.0 / initial.density - 1.0 / burned.density))
    result.initial.fill(rows, initial, flux / initial.density)
    result.burned.fill(rows, burned, flux / burned.density)
