"""The tangent of states in equilibrium: the Newton system once more, and its own derivative for gamma.

At the solution the corrections of the Newton iteration vanish; with a changed right-hand side they are derivatives
(NASA RP-1311 part I, sec. 2.5). The isentropic exponent is itself such a derivative, so that a second one is needed:
the same matrix, with sums of third order over the species at the right.
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
    system = matrix(at.species, at.active, at.state, now, Closure.SP)
    right = _first_order(at, now, element_slopes)
    elements = len(at.species.elements)
    first = np.moveaxis(solve_block(system, right, elements), -1, 0).swapaxes(1, 2)
    log_gas = _log_gas(at, now, first)
    second = solve_block(system, _second_order(at, now, first, log_gas), elements)
    # ln v = ln n + ln T - ln p, and 1/gamma is minus its slope along ln p
    steepness = 1.0 - first[:, -1, -2] - first[:, -1, -1]
    bend = (second[-2] + second[-1]).T
    gas = now.gas[:, None] * log_gas
    condensed = first[:, :, elements:-2]
    return Tangent(
        log_temperature=first[:, :, -1],
        log_moles=first[:, :, -2],
        enthalpy=_enthalpy(at, now, gas, condensed, first[:, :, -1]),
        log_gamma=bend / steepness[:, None],
        gas=gas,
        condensed=condensed,
    )


def _first_order(at: StationState, now: Moments, element_slopes: Array) -> Array:
    """Right-hand sides (m, Q, N) of a unit change of each coordinate."""
    directions, elements = element_slopes.shape[1:]
    size = elements + len(at.active) + 2
    right = np.zeros((size, directions + 2, len(now.total)))
    right[:elements, :directions] = element_slopes.T
    right[-1, directions] = 1.0
    right[:, -1] = pressure_response(at.species, at.active, now, Closure.SP)
    return right


def _log_gas(at: StationState, now: Moments, first: Array) -> Array:
    """Derivatives (N, Q, S) of the logarithms of the gases' moles (eq. 2.18), from the unknowns' (N, Q, m)."""
    formula = at.species.gases.formula
    result = first[:, :, : formula.shape[1]] @ formula.T
    shift = first[:, :, -2].copy()
    shift[:, -1] -= 1.0
    result += shift[:, :, None]
    result += first[:, :, -1, None] * now.properties.enthalpy[:, None]
    return np.asarray(result)


def _second_order(at: StationState, now: Moments, first: Array, log_gas: Array) -> Array:
    """Right-hand sides (m, Q, N) of the second derivatives along ln p and each coordinate.

    Every equation of the system is differentiated twice; what the second derivatives of the unknowns are multiplied
    with is the matrix, all else stands here.
    """
    properties, phases = now.properties, now.phase_properties
    heat = first[:, :, -1]
    heats = heat * heat[:, -1:]
    bent = log_gas * log_gas[:, -1:]
    bent += heats[:, :, None] * (properties.heat_capacity - properties.enthalpy)[:, None]
    bent *= now.gas[:, None]
    sums = bent @ at.species.gases.first_moments
    moles = now.total[:, None] * first[:, :, -2] * first[:, -1:, -2]
    phase_rows = -heats[:, :, None] * (phases.heat_capacity - phases.enthalpy)[:, None]
    rows = [-sums[:, :, :-1], phase_rows, (moles - sums[:, :, -1])[:, :, None]]
    return np.concatenate([*rows, _entropy_bend(at, now, first, log_gas, bent)[:, :, None]], axis=2).T


def _entropy_bend(at: StationState, now: Moments, first: Array, log_gas: Array, bent: Array) -> Array:
    """The right-hand side (N, Q) of the entropy's row."""
    temperature, gas = at.state.temperature, now.gas
    capacity = gas * now.properties.heat_capacity
    slope = (gas * at.species.gases.heat_capacity_slope(temperature)).sum(axis=1)
    slopes = at.species.phases.heat_capacity_slope(temperature, at.active)
    slope += (now.condensed * slopes).sum(axis=1)
    heat, moles = first[:, :, -1], first[:, :, -2]
    phase = first[:, :, len(at.species.elements) : -2] @ now.phase_properties.heat_capacity[:, :, None]
    warming = (log_gas @ capacity[:, :, None] + phase)[:, :, 0]
    pressure = np.zeros_like(heat)
    pressure[:, -1] = 1.0
    total = (bent @ now.conjugate[:, :, None])[:, :, 0]
    total += warming[:, -1:] * heat + warming * heat[:, -1:]
    total -= (log_gas @ (gas * log_gas[:, -1])[:, :, None])[:, :, 0]
    total += now.total[:, None] * (moles[:, -1:] * (moles - pressure) - moles)
    total += slope[:, None] * heat * heat[:, -1:]
    return np.asarray(-total)


def _enthalpy(at: StationState, now: Moments, gas: Array, condensed: Array, heat: Array) -> Array:
    """Derivatives (N, Q) of the enthalpy over R."""
    capacity = (now.gas * now.properties.heat_capacity).sum(axis=1)
    capacity += (now.condensed * now.phase_properties.heat_capacity).sum(axis=1)
    change = gas @ now.properties.enthalpy[:, :, None] + condensed @ now.phase_properties.enthalpy[:, :, None]
    return np.asarray(at.state.temperature[:, None] * (change[:, :, 0] + capacity[:, None] * heat))
