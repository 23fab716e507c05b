"""The tangent of states in equilibrium: the Newton system once more, and its own derivative for gamma.

At the solution the corrections of the Newton iteration vanish; with a changed right-hand side they are derivatives
(NASA RP-1311 part I, sec. 2.5). The isentropic exponent is such a derivative itself, and its own derivative needs no
second system: what would be solved for is, but for a factor, the response to pressure (docs/gradients.md).
"""

import numpy as np

from engine.thermo.elimination import solve_block
from engine.thermo.gradients.states import StationState
from engine.thermo.gradients.tangent import Tangent
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure, Moments, matrix, moments, pressure_response


def equilibrium_tangent(at: StationState, element_slopes: Array) -> Tangent:
    """The tangent to the equilibrium states whose composition moves along B directions of element moles (N, B, E)."""
    now = moments(at.species, at.active, at.state, Closure.SP)
    elements = len(at.species.elements)
    system = matrix(at.species, at.active, at.state, now, Closure.SP)
    solution = solve_block(system, _changes(at, now, element_slopes), elements)
    unknowns = np.ascontiguousarray(np.moveaxis(solution, -1, 0).swapaxes(1, 2))
    tangent = Tangent(
        potentials=unknowns[:, :, :elements],
        condensed=unknowns[:, :, elements:-2],
        log_moles=unknowns[:, :, -2],
        log_temperature=unknowns[:, :, -1],
        enthalpy=np.empty(0),
        log_gamma=np.empty(0),
    )
    tangent.enthalpy = _enthalpy(at, now, tangent)
    tangent.log_gamma = _log_gamma(at, now, tangent)
    return tangent


def _changes(at: StationState, now: Moments, element_slopes: Array) -> Array:
    """Right-hand sides (m, Q, N) of a unit change of each coordinate."""
    directions, elements = element_slopes.shape[1:]
    right = np.zeros((elements + len(at.active) + 2, directions + 2, len(now.total)))
    right[:elements, :directions] = element_slopes.T
    right[-1, directions] = 1.0
    right[:, -1] = pressure_response(at.species, at.active, now, Closure.SP)
    return right


def _enthalpy(at: StationState, now: Moments, tangent: Tangent) -> Array:
    """Derivatives (N, Q) of the enthalpy over R."""
    gas, phases = now.properties, now.phase_properties
    squares = np.einsum("ns,ns,ns->n", now.gas, gas.enthalpy, gas.enthalpy)
    capacity = np.einsum("ns,ns->n", now.gas, gas.heat_capacity)
    capacity += np.einsum("nc,nc->n", now.condensed, phases.heat_capacity)
    change = gas_sum(now.enthalpy_first, squares, tangent)
    change += capacity[:, None] * tangent.log_temperature
    change += np.einsum("nqc,nc->nq", tangent.condensed, phases.enthalpy)
    return np.asarray(at.state.temperature[:, None] * change)


def gas_sum(first: Array, heat: Array, tangent: Tangent) -> Array:
    """Sums (N, Q) of w_j d ln n_j over the gases, from those of w_j [a_ij | 1] (N, E + 1) and of w_j h_j (N,).

    By NASA RP-1311 part I, eq. 2.18: d ln n_j = sum a_ij d pi_i + d ln n - d ln p + h_j d ln T, h_j being over RT.
    """
    result = np.einsum("nqe,ne->nq", tangent.potentials, first[:, :-1])
    result += first[:, -1:] * tangent.log_moles + heat[:, None] * tangent.log_temperature
    result[:, -1] -= first[:, -1]
    return np.asarray(result)


def _log_gamma(at: StationState, now: Moments, tangent: Tangent) -> Array:
    """Derivatives (N, Q) of ln gamma.

    Every equation of the system is differentiated along ln p and once more along each coordinate. `weight` is what the
    second derivatives of the gases' moles leave at the right, and the rest what all other terms leave there.
    """
    gas, phases, temperature = now.properties, now.phase_properties, at.state.temperature
    heat, moles, condensed = tangent.log_temperature, tangent.log_moles, tangent.condensed
    by_pressure = _log_gas_by_pressure(at, now, tangent)
    heat_p, moles_p, condensed_p = heat[:, -1], moles[:, -1], condensed[:, -1]
    capacity = now.gas * gas.heat_capacity
    moved = now.gas * by_pressure
    weight = moved * (by_pressure - heat_p[:, None]) + capacity * (heat_p**2)[:, None]
    bend = gas_sum(
        weight @ at.species.gases.first_moments, np.einsum("ns,ns->n", weight, gas.enthalpy), tangent
    )
    slope = np.einsum("ns,ns->n", now.gas, at.species.gases.heat_capacity_slope(temperature))
    slope += np.einsum(
        "nc,nc->n", now.condensed, at.species.phases.heat_capacity_slope(temperature, at.active)
    )
    warming = np.einsum("ns,ns->n", moved, 2.0 * gas.heat_capacity - gas.enthalpy)
    warming += np.einsum("nc,nc->n", condensed_p, 2.0 * phases.heat_capacity - phases.enthalpy)
    bend += (heat_p * (warming + slope * heat_p))[:, None] * heat
    bend += (heat_p**2)[:, None] * np.einsum("nqc,nc->nq", condensed, phases.heat_capacity)
    bend += (now.total * (moles_p - 1.0) * (heat_p - moles_p))[:, None] * moles
    bend[:, -1] -= now.total * heat_p * moles_p
    # ln v = ln n + ln T - ln p, and 1/gamma is minus its slope along ln p
    steepness = 1.0 - moles_p - heat_p
    return np.asarray(-bend / (now.total * steepness)[:, None])


def _log_gas_by_pressure(at: StationState, now: Moments, tangent: Tangent) -> Array:
    """d ln n_j/d ln p (N, S)."""
    result = tangent.potentials[:, -1] @ at.species.gases.formula.T
    result += (tangent.log_moles[:, -1] - 1.0)[:, None]
    result += tangent.log_temperature[:, -1:] * now.properties.enthalpy
    return np.asarray(result)
