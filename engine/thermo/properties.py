"""What a converged state amounts to: thermodynamic properties and their derivatives."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from engine.thermo.blocks import alike
from engine.thermo.constants import GAS_CONSTANT, STANDARD_PRESSURE
from engine.thermo.elimination import solve_block
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure, matrix, moments, pressure_response
from engine.thermo.species import ProductSpecies
from engine.thermo.state import State


@dataclass
class Properties:
    """Of N cases, each (N,), SI: Pa, K, J/kg, J/(kg K), kg/m3, kg/mol, m/s.

    `molar_mass` is CEA's M, 1/n of the gas; `molar_mass_mixture` is CEA's MW, which counts condensed
    species too. `heat_capacity` holds the shift of composition, `heat_capacity_frozen` does not; `gamma` is the
    isentropic exponent of the flow in equilibrium (NASA RP-1311 part I, eq. 2.71), `gamma_frozen` of frozen flow.
    """

    pressure: Array
    temperature: Array
    enthalpy: Array
    entropy: Array
    density: Array
    molar_mass: Array
    molar_mass_mixture: Array
    heat_capacity: Array
    heat_capacity_frozen: Array
    gamma: Array
    gamma_frozen: Array
    sound_speed: Array

    @classmethod
    def empty(cls, cases: int) -> "Properties":
        """Not-a-number for every case."""
        return cls(*(np.full(cases, np.nan) for _ in fields(cls)))

    def take(self, rows: NDArray[np.intp]) -> "Properties":
        """The cases at `rows`, as copies."""
        return Properties(*(getattr(self, item.name)[rows] for item in fields(Properties)))

    def put(self, rows: NDArray[np.intp], other: "Properties") -> None:
        """Overwrites the cases at `rows` by those of `other`."""
        for item in fields(other):
            getattr(self, item.name)[rows] = getattr(other, item.name)


def equilibrium_properties(species: ProductSpecies, state: State, active: NDArray[np.bool_]) -> Properties:
    """Properties of cases in equilibrium; `active` (N, C) says which condensed phases are there.

    At a transition, where two phases of one substance share a temperature, the heat capacity is infinite
    and NaN is given for it.
    """
    result = Properties.empty(len(active))
    for members, rows in alike(active):
        result.put(rows, _of_group(species, state.take(rows), np.flatnonzero(members)))
    return result


def _of_group(species: ProductSpecies, state: State, active: NDArray[np.intp]) -> Properties:
    now = moments(species, active, state, Closure.SP)
    isentropic = matrix(species, active, state, now, Closure.SP)
    response = pressure_response(species, active, now, Closure.SP)
    elements = len(species.elements)
    slope = solve_block(isentropic, response[:, None], elements)[:, 0]
    gamma = -1.0 / (slope[-2] + slope[-1] - 1.0)
    pinned = bool((species.phases.siblings[np.ix_(active, active)]).any())
    heat_capacity = np.full(len(gamma), np.nan) if pinned else _heat_capacity(isentropic, elements)
    frozen = np.einsum("ns,ns->n", now.gas, now.properties.heat_capacity)
    return assemble(
        log_pressure=state.log_pressure,
        log_temperature=state.log_temperature,
        moles=now.total,
        condensed=state.condensed.sum(axis=1),
        enthalpy=now.enthalpy * state.temperature,
        entropy=now.entropy,
        heat_capacity=heat_capacity,
        heat_capacity_frozen=frozen + (now.condensed * now.phase_properties.heat_capacity).sum(axis=1),
        gamma=gamma,
    )


def _heat_capacity(isentropic: Array, elements: int) -> Array:
    """cp/R in equilibrium (N,), mol/kg (eq. 2.59): T ds/dT at constant p, composition responding."""
    slope = solve_block(isentropic[:-1, :-1], -isentropic[:-1, -1:], elements)[:, 0]
    return np.asarray(np.einsum("mn,mn->n", isentropic[-1, :-1], slope) + isentropic[-1, -1])


def assemble(
    *,
    log_pressure: Array,
    log_temperature: Array,
    moles: Array,
    condensed: Array,
    enthalpy: Array,
    entropy: Array,
    heat_capacity: Array,
    heat_capacity_frozen: Array,
    gamma: Array,
) -> Properties:
    """Properties of N cases, each argument (N,), from the logarithms of the state, moles of gas and of condensed phases
    per kg, and what is over R: enthalpy (K mol/kg), entropy and heat capacities (mol/kg).
    """
    temperature = np.exp(log_temperature)
    pressure = np.exp(log_pressure) * STANDARD_PRESSURE
    specific = moles * GAS_CONSTANT * temperature
    return Properties(
        pressure=pressure,
        temperature=temperature,
        enthalpy=enthalpy * GAS_CONSTANT,
        entropy=entropy * GAS_CONSTANT,
        density=pressure / specific,
        molar_mass=1.0 / moles,
        molar_mass_mixture=1.0 / (moles + condensed),
        heat_capacity=heat_capacity * GAS_CONSTANT,
        heat_capacity_frozen=heat_capacity_frozen * GAS_CONSTANT,
        gamma=gamma,
        gamma_frozen=heat_capacity_frozen / (heat_capacity_frozen - moles),
        sound_speed=np.sqrt(gamma * specific),
    )


def mole_fractions(state: State) -> Array:
    """(N, S + C): of all species, condensed ones included, as CEA prints them."""
    moles = np.concatenate([np.exp(state.log_gas), state.condensed], axis=1)
    return np.asarray(moles / moles.sum(axis=1, keepdims=True))
