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
    `volume_temperature_slope` is d ln v/d ln T at constant pressure, `volume_pressure_slope` d ln v/d ln p at constant
    temperature, the composition following in both (eqs. 2.50 and 2.51). NaN where there is no value: of heat
    capacity and temperature slope at a transition, of both slopes where a caller had no use for them.
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
    volume_temperature_slope: Array
    volume_pressure_slope: Array

    @property
    def internal_energy(self) -> Array:
        """J/kg, h - p v, the condensed species without volume."""
        return np.asarray(self.enthalpy - self.pressure / self.density)

    @property
    def gibbs_energy(self) -> Array:
        """J/kg, h - T s."""
        return np.asarray(self.enthalpy - self.temperature * self.entropy)

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

    At a transition, where two phases of one substance share a temperature, the heat capacity is infinite and the
    volume has no slope with temperature: NaN is given for both. `gamma` and the slope with pressure are finite
    there, and the one is minus the inverse of the other: the temperature stays while one phase turns into the other.
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
    heat_capacity, warmer, denser = _slopes(isentropic, response, elements)
    if pinned:
        # two phases of one formula make the matrix at a given temperature singular; the isentropic one says it all
        heat_capacity, warmer, denser = np.full(len(gamma), np.nan), np.full(len(gamma), np.nan), -1.0 / gamma
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
        volume_temperature_slope=warmer,
        volume_pressure_slope=denser,
    )


def add_slopes(known: Properties, species: ProductSpecies, state: State, active: NDArray[np.bool_]) -> None:
    """Give properties in equilibrium that were found without them the slopes of volume, in place."""
    full = equilibrium_properties(species, state, active)
    known.volume_temperature_slope = full.volume_temperature_slope
    known.volume_pressure_slope = full.volume_pressure_slope


def _slopes(isentropic: Array, response: Array, elements: int) -> tuple[Array, Array, Array]:
    """cp/R in equilibrium (N,), mol/kg (eq. 2.59), and the slopes of ln v with ln T and ln p (N,) (eqs. 2.50, 2.51).

    The matrix without its last row and column holds T and p; that column and `response` are what a change of T
    or p asks of the composition.
    """
    right = np.stack([-isentropic[:-1, -1], response[:-1]], axis=1)
    slope = solve_block(isentropic[:-1, :-1], right, elements)
    heat_capacity = np.einsum("mn,mn->n", isentropic[-1, :-1], slope[:, 0]) + isentropic[-1, -1]
    return np.asarray(heat_capacity), 1.0 + slope[-1, 0], slope[-1, 1] - 1.0


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
    volume_temperature_slope: Array | None = None,
    volume_pressure_slope: Array | None = None,
) -> Properties:
    """Properties of N cases, each argument (N,), from the logarithms of the state, moles of gas and of condensed phases
    per kg, and what is over R: enthalpy (K mol/kg), entropy and heat capacities (mol/kg). Slopes left out become NaN.
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
        volume_temperature_slope=_known(volume_temperature_slope, temperature),
        volume_pressure_slope=_known(volume_pressure_slope, temperature),
    )


def _known(values: Array | None, like: Array) -> Array:
    return np.full_like(like, np.nan) if values is None else values


def mole_fractions(state: State) -> Array:
    """(N, S + C): of all species, condensed ones included, as CEA prints them."""
    moles = np.concatenate([np.exp(state.log_gas), state.condensed], axis=1)
    return np.asarray(moles / moles.sum(axis=1, keepdims=True))
