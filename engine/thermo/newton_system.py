"""The reduced Gibbs equations of a block of cases, linearised at their present state.

Unknowns: corrections to the element potentials, to the moles of the active condensed phases, to ln n and to
ln T (NASA RP-1311 part I, eqs. 2.24-2.28), with the corrections of the single gases eliminated (eq. 2.18). The
potentials are carried from step to step, so that right-hand sides are residuals and vanish at the solution.
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from engine.thermo.elimination import solve_block
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
    THROAT = "entropy, and a velocity equal to the speed of sound"
    AREA = "entropy, and a flow area, supersonic"
    SUBSONIC = "entropy, and a flow area, subsonic"

    @property
    def is_isentropic(self) -> bool:
        """Whether the entropy is given."""
        return self not in (Closure.TP, Closure.HP)

    @property
    def has_free_pressure(self) -> bool:
        """Whether the pressure is found from the velocity."""
        return self in (Closure.THROAT, Closure.AREA, Closure.SUBSONIC)


@dataclass(frozen=True)
class Moments:
    """Sums over the species of a block of N cases that the equations are made of.

    `deviation` (N, S) is how far each gas is from what the potentials say; `conjugate` (N, S) is h/RT, or the
    entropy s/R where that is given. `elements` (N, E) and `total` (N,) are the gas's; `enthalpy` (N,) and `entropy`
    (N,) are those of gas and condensed phases over RT and R.
    """

    properties: GasProperties
    phase_properties: PhaseProperties
    gas: Array
    deviation: Array
    conjugate: Array
    second: Array
    enthalpy_first: Array
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
    enthalpy_first = (gas * properties.enthalpy) @ gases.first_moments
    phase_entropy = phase_properties.enthalpy - phase_properties.gibbs
    entropy = np.einsum("ns,ns->n", gas, properties.enthalpy - chemical)
    return Moments(
        properties=properties,
        phase_properties=phase_properties,
        gas=gas,
        deviation=deviation,
        conjugate=properties.enthalpy - chemical if closure.is_isentropic else properties.enthalpy,
        second=second,
        enthalpy_first=enthalpy_first,
        elements=second[:, -count - 1 : -1],
        total=second[:, -1],
        enthalpy=enthalpy_first[:, -1] + (condensed * phase_properties.enthalpy).sum(axis=1),
        entropy=entropy + (condensed * phase_entropy).sum(axis=1),
        condensed=condensed,
    )


def matrix(
    species: ProductSpecies, active: NDArray[np.intp], state: State, now: Moments, closure: Closure
) -> Array:
    """The Newton matrix (m, m, N), m = E + C' + 2: elements, condensed phases, ln n, ln T."""
    gases = species.gases
    count, phases = len(species.elements), len(active)
    size = count + phases + 2
    row, column = gases.element_pairs
    result = np.zeros((size, size, len(now.total)))
    mole, heat = size - 2, size - 1
    result[row, column] = now.second[:, : len(row)].T
    result[column, row] = now.second[:, : len(row)].T
    result[:count, mole] = result[mole, :count] = now.elements.T
    result[mole, mole] = now.total - np.exp(state.log_total)
    formula = species.phases.formula[active]
    result[:count, count:mole] = formula.T[:, :, None]
    result[count:mole, :count] = formula[:, :, None]
    if closure is Closure.TP:
        result[heat, heat] = 1.0
        return result
    result[:count, heat] = now.enthalpy_first[:, :-1].T
    result[mole, heat] = now.enthalpy_first[:, -1]
    result[count:mole, heat] = now.phase_properties.enthalpy.T
    result[heat] = _heat_row(species, now, closure)
    return result


def _heat_row(species: ProductSpecies, now: Moments, closure: Closure) -> Array:
    """The row of enthalpy (eq. 2.27) or entropy (eq. 2.28); (m, N)."""
    weighted = now.gas * now.conjugate
    first = weighted @ species.gases.first_moments
    phase = now.phase_properties
    phase_conjugate = phase.enthalpy - phase.gibbs if closure.is_isentropic else phase.enthalpy
    last = (
        np.einsum("ns,ns->n", weighted, now.properties.enthalpy)
        + np.einsum("ns,ns->n", now.gas, now.properties.heat_capacity)
        + (now.condensed * phase.heat_capacity).sum(axis=1)
    )
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
    if closure is Closure.TP:
        heat = np.zeros_like(total)
    elif closure is Closure.HP:
        heat = targets.enthalpy / state.temperature - now.enthalpy - shift
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
        result[-1] = now.enthalpy_first[:, -1]
    return result


def solve(matrix_block: Array, right: Array, elements: int) -> Array:
    """Solutions (m, q, N) of the Newton system for right-hand sides (m, q, N)."""
    return solve_block(matrix_block, right, elements)
