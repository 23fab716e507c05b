"""The reduced Gibbs equations of a block of cases, linearised at their present state.

Unknowns: corrections to the element potentials, to the moles of the active condensed phases, to ln n and to
ln T (NASA RP-1311 part I, eqs. 2.24-2.28), with the corrections of the single gases eliminated (eq. 2.18). The
potentials are carried from step to step, so that right-hand sides are residuals and vanish at the solution.
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from engine.thermo.gases import GasProperties
from engine.thermo.nasa_polynomials import Array
from engine.thermo.phases import PhaseProperties
from engine.thermo.species import ProductSpecies
from engine.thermo.state import State, Targets


class Closure(Enum):
    """What fixes temperature and pressure."""

    TP = "temperature and pressure"
    HP = "enthalpy and pressure"
    SP = "entropy and pressure"
    TV = "temperature and volume"
    UV = "internal energy and volume"
    SV = "entropy and volume"
    THROAT = "entropy, and a velocity equal to the speed of sound"
    AREA = "entropy, and a flow area, supersonic"
    SUBSONIC = "entropy, and a flow area, subsonic"

    @property
    def is_isentropic(self) -> bool:
        """Whether the entropy is given."""
        return self in (Closure.SP, Closure.SV) or self.has_free_pressure

    @property
    def is_isothermal(self) -> bool:
        """Whether the temperature is given."""
        return self in (Closure.TP, Closure.TV)

    @property
    def is_isochoric(self) -> bool:
        """Whether the volume is given, so that p follows n T: that of the state, which an iteration keeps."""
        return self in (Closure.TV, Closure.UV, Closure.SV)

    @property
    def has_free_pressure(self) -> bool:
        """Whether the pressure is found from the velocity."""
        return self in (Closure.THROAT, Closure.AREA, Closure.SUBSONIC)


@dataclass(frozen=True)
class Moments:
    """Sums over the species of a block of N cases that the equations are made of.

    `deviation` (N, S) is how far each gas is from what the potentials say; `response` (N, S) is how its ln n answers
    to ln T, h/RT, or u/RT at given volume; `conjugate` (N, S) is what the heat balance weighs it with. `elements`
    (N, E) and `total` (N,) are the gas's; `enthalpy` (N,) and `entropy` (N,) are those of gas and condensed phases
    over RT and R.
    """

    properties: GasProperties
    phase_properties: PhaseProperties
    gas: Array
    deviation: Array
    response: Array
    conjugate: Array
    second: Array
    response_first: Array
    elements: Array
    total: Array
    enthalpy: Array
    entropy: Array
    condensed: Array


def moments(species: ProductSpecies, active: NDArray[np.intp], state: State, closure: Closure) -> Moments:
    """Evaluate all species at the state; `active` (C',) are the condensed phases in play."""
    gases = species.gases
    temperature = state.temperature
    properties = gases.properties(temperature)
    phase_properties = species.phases.properties(temperature, active)
    gas = np.exp(state.log_gas)
    chemical = properties.gibbs + state.log_gas + (state.log_pressure - state.log_total)[:, None]
    deviation = state.potentials @ gases.formula.T - chemical
    second = gas @ gases.second_moments
    count = len(species.elements)
    condensed = state.condensed[:, active]
    volume_work = 1.0 if closure.is_isochoric else 0.0
    response = properties.enthalpy - volume_work
    response_first = (gas * response) @ gases.first_moments
    phase_entropy = phase_properties.enthalpy - phase_properties.gibbs
    gas_entropy = properties.enthalpy - chemical
    total = second[:, -1]
    return Moments(
        properties=properties,
        phase_properties=phase_properties,
        gas=gas,
        deviation=deviation,
        response=response,
        conjugate=gas_entropy - volume_work if closure.is_isentropic else response,
        second=second,
        response_first=response_first,
        elements=second[:, -count - 1 : -1],
        total=total,
        enthalpy=response_first[:, -1]
        + volume_work * total
        + (condensed * phase_properties.enthalpy).sum(axis=1),
        entropy=np.einsum("ns,ns->n", gas, gas_entropy) + (condensed * phase_entropy).sum(axis=1),
        condensed=condensed,
    )


def matrix(
    species: ProductSpecies, active: NDArray[np.intp], state: State, now: Moments, closure: Closure
) -> Array:
    """The Newton matrix (m, m, N), m = E + C' + 2: elements, condensed phases, ln n, ln T.

    At given volume the pressure rises with n, and the chemical potentials do not feel ln n
    (NASA RP-1311 part I, eqs. 2.45-2.48).
    """
    gases = species.gases
    count, phases = len(species.elements), len(active)
    size = count + phases + 2
    row, column = gases.element_pairs
    result = np.zeros((size, size, len(now.total)))
    mole, heat = size - 2, size - 1
    result[row, column] = now.second[:, : len(row)].T
    result[column, row] = now.second[:, : len(row)].T
    result[mole, :count] = now.elements.T
    result[mole, mole] = -np.exp(state.log_total)
    if not closure.is_isochoric:
        result[:count, mole] = now.elements.T
        result[mole, mole] += now.total
    formula = species.phases.formula[active]
    result[:count, count:mole] = formula.T[:, :, None]
    result[count:mole, :count] = formula[:, :, None]
    if closure.is_isothermal:
        result[heat, heat] = 1.0
        return result
    result[:count, heat] = now.response_first[:, :-1].T
    result[mole, heat] = now.response_first[:, -1]
    result[count:mole, heat] = now.phase_properties.enthalpy.T
    result[heat] = _heat_row(species, now, closure)
    return result


def _heat_row(species: ProductSpecies, now: Moments, closure: Closure) -> Array:
    """The row of enthalpy (eq. 2.27), internal energy (eq. 2.47) or entropy (eq. 2.28); (m, N)."""
    weighted = now.gas * now.conjugate
    first = weighted @ species.gases.first_moments
    phase = now.phase_properties
    phase_conjugate = phase.enthalpy - phase.gibbs if closure.is_isentropic else phase.enthalpy
    last = (
        np.einsum("ns,ns->n", weighted, now.response)
        + np.einsum("ns,ns->n", now.gas, now.properties.heat_capacity)
        + (now.condensed * phase.heat_capacity).sum(axis=1)
    )
    if closure.is_isochoric:
        last -= now.total
        first[:, -1] = 0.0
    return np.concatenate([first[:, :-1].T, phase_conjugate.T, first[:, -1:].T, last[None]])


def residuals(
    species: ProductSpecies,
    active: NDArray[np.intp],
    state: State,
    targets: Targets,
    now: Moments,
    closure: Closure,
) -> Array:
    """The right-hand side (m, N) that a step has to make vanish."""
    formula = species.phases.formula[active]
    drift = (now.gas * now.deviation) @ species.gases.first_moments
    total = np.exp(state.log_total)
    elements = targets.elements - now.elements - now.condensed @ formula - drift[:, :-1]
    phases = now.phase_properties.gibbs - state.potentials @ formula.T
    mole = total - now.total - drift[:, -1]
    shift = np.einsum("ns,ns,ns->n", now.gas, now.conjugate, now.deviation)
    if closure.is_isothermal:
        heat = np.zeros_like(total)
    elif closure is Closure.HP:
        heat = targets.enthalpy / state.temperature - now.enthalpy - shift
    elif closure is Closure.UV:
        heat = targets.enthalpy / state.temperature - (now.enthalpy - now.total) - shift
    elif closure is Closure.SV:
        heat = targets.entropy - now.entropy - shift
    else:
        heat = targets.entropy - now.entropy - shift + total - now.total
    return np.concatenate([elements.T, phases.T, mole[None], heat[None]])


def pressure_response(
    species: ProductSpecies, active: NDArray[np.intp], now: Moments, closure: Closure
) -> Array:
    """The right-hand side (m, N) of a unit change of ln p (eqs. 2.64-2.66; for SP the entropy row is kept)."""
    result = np.zeros((len(species.elements) + len(active) + 2, len(now.total)))
    result[: len(species.elements)] = now.elements.T
    result[-2] = now.total
    if closure.is_isentropic:
        result[-1] = np.einsum("ns,ns->n", now.gas, now.conjugate) + now.total
    elif closure is Closure.HP:
        result[-1] = now.response_first[:, -1]
    return result
