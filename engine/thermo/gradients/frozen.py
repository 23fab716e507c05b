"""The tangent of states whose composition was settled upstream."""

from dataclasses import dataclass

import numpy as np

from engine.thermo.gradients.states import StationState
from engine.thermo.gradients.tangent import Tangent, along
from engine.thermo.nasa_polynomials import Array


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
    shift = along(tangent.log_moles, path) - path[:, :, -1]
    log_gas = along(tangent.potential_slopes, path) @ at.species.gases.formula.T + shift[:, :, None]
    log_gas += along(tangent.log_temperature, path)[:, :, None] * at.gas_properties.enthalpy[:, None]
    return Frozen(at, at.gas[:, None] * log_gas, along(tangent.condensed, path))


def frozen_tangent(at: StationState, frozen: Frozen) -> Tangent:
    """The tangent to states of fixed composition; its coordinates of composition are the K parameters.

    Where two phases of a substance meet, one turns into the other, the temperature stays, and gamma is one.
    """
    condensed = frozen.condensed @ _successors(frozen.at, at)
    gases, phases, total = at.gas_properties, at.phase_properties, at.total[:, None]
    chemical = at.chemical_potentials
    entropy = _sums(frozen.gas, gases.enthalpy - chemical) + _sums(condensed, phases.enthalpy - phases.gibbs)
    potential = _sums(frozen.gas, chemical) + _sums(condensed, phases.gibbs)
    one = np.ones_like(total)
    log_moles = np.zeros((len(total), potential.shape[1] + 2))
    log_moles[:, :-2] = frozen.gas.sum(axis=2) / total
    log_temperature, log_gamma = np.zeros_like(log_moles), np.zeros_like(log_moles)
    if not at.species.phases.siblings[np.ix_(at.active, at.active)].any():
        capacity = at.capacity[:, None]
        log_temperature = np.concatenate([-entropy, one, total], axis=1) / capacity
        change = at.capacity_slope[:, None] * log_temperature
        change[:, :-2] += _sums(frozen.gas, gases.heat_capacity) + _sums(condensed, phases.heat_capacity)
        log_gamma = (log_moles - change / capacity) * total / (capacity - total)
    return Tangent(
        log_temperature=log_temperature,
        log_moles=log_moles,
        enthalpy=np.concatenate([potential, one, total], axis=1) * at.temperature[:, None],
        log_gamma=log_gamma,
        potentials=np.empty((len(log_moles), 0)),
        potential_slopes=np.empty((*log_moles.shape, 0)),
        condensed=np.empty((*log_moles.shape, 0)),
    )


def _sums(moles: Array, values: Array) -> Array:
    """(N, K): of moles (N, K, S) times values (N, S)."""
    return np.asarray((moles @ values[:, :, None])[:, :, 0])


def _successors(before: StationState, after: StationState) -> Array:
    """(C', C''): moles of the phases after for each mole of the phases before, as one substance melts or freezes."""
    phases = before.species.phases
    same = phases.siblings | np.eye(len(phases.names), dtype=bool)
    found = same[np.ix_(before.active, after.active)]
    first = found & (np.cumsum(found, axis=1) == 1)
    return np.asarray(first * (phases.molar_mass[before.active][:, None] / phases.molar_mass[after.active]))
