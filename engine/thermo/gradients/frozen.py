"""The tangent of states whose composition was settled upstream."""

from dataclasses import dataclass

import numpy as np

from engine.thermo.gradients.states import StationState
from engine.thermo.gradients.tangent import Tangent, along
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure, Moments, moments


@dataclass(frozen=True)
class Frozen:
    """The station `at` which the composition froze, with derivatives of its moles per kg along K parameters.

    `gas` (N, K, S), `condensed` (N, K, C') of the phases that were there.
    """

    at: StationState
    gas: Array
    condensed: Array


def freeze(at: StationState, tangent: Tangent, path: Array) -> Frozen:
    """The composition of an equilibrium station that moves along K paths (N, K, Q)."""
    gases, state = at.species.gases, at.state
    shift = along(tangent.log_moles, path) - path[:, :, -1]
    log_gas = along(tangent.potentials, path) @ gases.formula.T + shift[:, :, None]
    enthalpy = gases.properties(state.temperature).enthalpy
    log_gas += along(tangent.log_temperature, path)[:, :, None] * enthalpy[:, None]
    return Frozen(at, np.exp(state.log_gas)[:, None] * log_gas, along(tangent.condensed, path))


def frozen_tangent(at: StationState, frozen: Frozen) -> Tangent:
    """The tangent to states of fixed composition; its coordinates of composition are the K parameters.

    Where two phases of a substance meet, one turns into the other and the temperature stays.
    """
    now = moments(at.species, at.active, at.state, Closure.SP)
    condensed = frozen.condensed @ _successors(frozen.at, at)
    heat, log_gamma = _heats(at, now, frozen.gas, condensed)
    temperature, total = at.state.temperature[:, None], now.total[:, None]
    moles = np.zeros_like(heat)
    moles[:, :-2] = frozen.gas.sum(axis=2) / total
    chemical = now.properties.enthalpy - now.conjugate
    potential = frozen.gas @ chemical[:, :, None] + condensed @ now.phase_properties.gibbs[:, :, None]
    enthalpy = np.concatenate([potential[:, :, 0], np.ones_like(total), total], axis=1) * temperature
    nothing = np.empty((*heat.shape, 0))
    return Tangent(heat, moles, enthalpy, log_gamma, nothing, nothing)


def _heats(at: StationState, now: Moments, gas: Array, condensed: Array) -> tuple[Array, Array]:
    """Derivatives (N, Q) of ln T and of ln gamma."""
    properties, phases, total = now.properties, now.phase_properties, now.total[:, None]
    shape = (len(total), gas.shape[1] + 2)
    if at.species.phases.siblings[np.ix_(at.active, at.active)].any():
        return np.zeros(shape), np.zeros(shape)
    capacity = (now.gas * properties.heat_capacity).sum(axis=1, keepdims=True)
    capacity += (now.condensed * phases.heat_capacity).sum(axis=1, keepdims=True)
    slope = (now.gas * at.species.gases.heat_capacity_slope(at.state.temperature)).sum(axis=1, keepdims=True)
    slopes = at.species.phases.heat_capacity_slope(at.state.temperature, at.active)
    slope += (now.condensed * slopes).sum(axis=1, keepdims=True)
    entropy = gas @ now.conjugate[:, :, None] + condensed @ (phases.enthalpy - phases.gibbs)[:, :, None]
    heat = np.concatenate([-entropy[:, :, 0], np.ones_like(total), total], axis=1) / capacity
    change = slope * heat
    change[:, :-2] += (gas @ properties.heat_capacity[:, :, None])[:, :, 0]
    change[:, :-2] += (condensed @ phases.heat_capacity[:, :, None])[:, :, 0]
    moles = np.zeros(shape)
    moles[:, :-2] = gas.sum(axis=2) / total
    return heat, (moles - change / capacity) * total / (capacity - total)


def _successors(before: StationState, after: StationState) -> Array:
    """(C', C''): moles of the phases after for each mole of the phases before, as one substance melts or freezes."""
    phases = before.species.phases
    same = phases.siblings | np.eye(len(phases.names), dtype=bool)
    found = same[np.ix_(before.active, after.active)]
    first = found & (np.cumsum(found, axis=1) == 1)
    return np.asarray(first * (phases.molar_mass[before.active][:, None] / phases.molar_mass[after.active]))
