"""Another way to the solution, for cases that Newton's iteration loses.

At a given temperature the interior-point method finds composition and phases from any start. Where enthalpy, internal
energy or entropy is given, which all rise with the temperature, halving leads to the temperature. Newton's iteration
does the rest: from that start it cannot go astray.
"""

import numpy as np
from numpy.typing import NDArray

from engine.thermo.interior import interior_start
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton import TOLERANCE, is_without_gas
from engine.thermo.newton_system import Closure, moments
from engine.thermo.settling import TEMPERATURE_LIMITS, settle
from engine.thermo.species import ProductSpecies
from engine.thermo.state import State, Targets
from engine.thermo.status import Status

LOWEST, HIGHEST = np.log(TEMPERATURE_LIMITS)
HALVINGS = 14
RESOLUTION = (HIGHEST - LOWEST) * 2.0**-HALVINGS
"""In ln T: what the halving leaves, 3e-4."""
LOST = (Status.NOT_CONVERGED, Status.PHASES_UNSETTLED)


def settle_surely(
    species: ProductSpecies,
    state: State,
    targets: Targets,
    closure: Closure,
    active: NDArray[np.bool_],
    tolerance: float = TOLERANCE,
) -> NDArray[np.int8]:
    """As `settle`; the cases that it loses are solved again from a better start."""
    mechanical = state.log_pressure.copy()
    if closure.is_isochoric:
        mechanical -= state.log_total
    temperature = state.log_temperature.copy()
    status = settle(species, state, targets, closure, active, tolerance)
    lost = np.flatnonzero(np.isin(status, (*LOST, Status.NO_GAS)))
    if not len(lost):
        return status
    wanted = targets.take(lost)
    if closure.is_isothermal:
        at = temperature[lost]
        start, chosen = _start(species, wanted, closure, at, mechanical[lost], temperature[lost])
    else:
        at, start, chosen = _halve(species, wanted, closure, mechanical[lost], temperature[lost])
    empty = is_without_gas(start, wanted, closure)
    at_an_end = _data_ends(species, at, chosen)
    outcome = settle(species, start, wanted, closure, chosen)
    outcome[np.isin(outcome, LOST) & empty] = Status.NO_GAS
    outcome[np.isin(outcome, LOST) & at_an_end] = Status.PHASE_DATA_ENDS
    outcome[np.isin(outcome, LOST) & (at < LOWEST + 2.0 * RESOLUTION)] = Status.TEMPERATURE_TOO_LOW
    outcome[np.isin(outcome, LOST) & (at > HIGHEST - 2.0 * RESOLUTION)] = Status.TEMPERATURE_TOO_HIGH
    status[lost] = outcome
    state.put(lost, start)
    active[lost] = chosen
    return status


def _data_ends(species: ProductSpecies, at: Array, active: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(N,): whether the data of an active phase ends at ln T = `at` (N,) and no other phase of it follows."""
    phases = species.phases
    near = np.abs(np.log(phases.highest) - at[:, None]) < 2.0 * RESOLUTION
    return np.asarray((active & near & ~(active.astype(float) @ phases.siblings > 0)).any(axis=1))


def _start(
    species: ProductSpecies, targets: Targets, closure: Closure, at: Array, mechanical: Array, first: Array
) -> tuple[State, NDArray[np.bool_]]:
    """The solution at ln T = `at` (N,); `mechanical` (N,) is ln p, or ln p - ln n at the temperature `first`."""
    if closure.is_isochoric:
        mechanical = mechanical + at - first
    return interior_start(species, targets, at, mechanical, is_isochoric=closure.is_isochoric)


def _halve(
    species: ProductSpecies, targets: Targets, closure: Closure, mechanical: Array, first: Array
) -> tuple[Array, State, NDArray[np.bool_]]:
    """ln T (N,) within RESOLUTION, a state there, and the phases (N, C) of both its sides.

    Where a substance melts, boils or decomposes the temperature stays while enthalpy is taken up, and the phases
    below that temperature and above it are there together.
    """
    low, high = (np.full(len(first), limit) for limit in (LOWEST, HIGHEST))
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        state, _ = _start(species, targets, closure, middle, mechanical, first)
        is_above = _excess(species, state, targets, closure) > 0.0
        low, high = np.where(is_above, low, middle), np.where(is_above, middle, high)
    below, colder = _start(species, targets, closure, low, mechanical, first)
    above, hotter = _start(species, targets, closure, high, mechanical, first)
    above.condensed = 0.5 * (below.condensed + above.condensed)
    return 0.5 * (low + high), above, colder | hotter


def _excess(species: ProductSpecies, state: State, targets: Targets, closure: Closure) -> Array:
    now = moments(species, np.arange(len(species.phases.names)), state, closure)
    if closure.is_isentropic:
        return np.asarray(now.entropy - targets.entropy)
    energy = now.enthalpy - now.total if closure.is_isochoric else now.enthalpy
    return np.asarray(energy * state.temperature - targets.enthalpy)
