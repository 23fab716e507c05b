"""Another way to a given enthalpy or entropy, for cases that Newton's iteration loses.

Where much condenses, the gas alone would be colder than any data, and the iteration ends there before a condensed
phase is looked for. At a given temperature the phases are found from any start, and enthalpy and entropy
rise with the temperature: halving leads to a start from which Newton's iteration does the rest.
"""

import numpy as np
from numpy.typing import NDArray

from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure, moments
from engine.thermo.settling import TEMPERATURE_LIMITS, settle
from engine.thermo.species import ProductSpecies
from engine.thermo.state import State, Targets, cold_state
from engine.thermo.status import Status

LOWEST, HIGHEST = np.log(TEMPERATURE_LIMITS)
HALVINGS = 14
RESOLUTION = (HIGHEST - LOWEST) * 2.0**-HALVINGS
"""In ln T: what the halving leaves, 3e-4."""
LOST = (Status.NOT_CONVERGED, Status.PHASES_UNSETTLED)


def settle_surely(
    species: ProductSpecies, state: State, targets: Targets, closure: Closure, active: NDArray[np.bool_]
) -> NDArray[np.int8]:
    """As `settle`, for a given enthalpy or entropy; the cases that it loses are solved again from a better start."""
    status = settle(species, state, targets, closure, active)
    lost = np.flatnonzero(np.isin(status, LOST))
    if closure is Closure.TP or not len(lost):
        return status
    wanted = targets.take(lost)
    start, chosen = _halve(species, wanted, closure, state.log_pressure[lost])
    ended = start.log_temperature.copy()
    outcome = settle(species, start, wanted, closure, chosen)
    outcome[np.isin(outcome, LOST) & (ended < LOWEST + 2.0 * RESOLUTION)] = Status.TEMPERATURE_TOO_LOW
    outcome[np.isin(outcome, LOST) & (ended > HIGHEST - 2.0 * RESOLUTION)] = Status.TEMPERATURE_TOO_HIGH
    status[lost] = outcome
    state.put(lost, start)
    active[lost] = chosen
    return status


def _halve(
    species: ProductSpecies, targets: Targets, closure: Closure, log_pressure: Array
) -> tuple[State, NDArray[np.bool_]]:
    """The settled state and phases at the temperature (N,) that the halving ends at."""
    low, high = (np.full(len(log_pressure), limit) for limit in (LOWEST, HIGHEST))
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        state = cold_state(species, np.exp(log_pressure), np.exp(middle))
        active = np.zeros((len(middle), len(species.phases.names)), dtype=bool)
        settle(species, state, targets, Closure.TP, active)
        is_above = _excess(species, state, targets, closure) > 0.0
        low, high = np.where(is_above, low, middle), np.where(is_above, middle, high)
    return state, active


def _excess(species: ProductSpecies, state: State, targets: Targets, closure: Closure) -> Array:
    now = moments(species, np.arange(len(species.phases.names)), state, closure)
    if closure is Closure.HP:
        return np.asarray(now.enthalpy * state.temperature - targets.enthalpy)
    return np.asarray(now.entropy - targets.entropy)
