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
    first = state.log_pressure - _volume_terms(state, closure)
    status = settle(species, state, targets, closure, active)
    lost = np.flatnonzero(np.isin(status, LOST))
    if closure.is_isothermal or not len(lost):
        return status
    wanted = targets.take(lost)
    start, chosen = _halve(species, wanted, closure, first[lost])
    ended = start.log_temperature.copy()
    outcome = settle(species, start, wanted, closure, chosen)
    outcome[np.isin(outcome, LOST) & (ended < LOWEST + 2.0 * RESOLUTION)] = Status.TEMPERATURE_TOO_LOW
    outcome[np.isin(outcome, LOST) & (ended > HIGHEST - 2.0 * RESOLUTION)] = Status.TEMPERATURE_TOO_HIGH
    status[lost] = outcome
    state.put(lost, start)
    active[lost] = chosen
    return status


def _volume_terms(state: State, closure: Closure) -> Array:
    """What ln p (N,) has beside the given: ln(n T) where a volume is given."""
    terms = state.log_total + state.log_temperature
    return terms if closure.is_isochoric else np.zeros_like(terms)


def _halve(
    species: ProductSpecies, targets: Targets, closure: Closure, given: Array
) -> tuple[State, NDArray[np.bool_]]:
    """The settled state and phases at the temperature (N,) that the halving ends at.

    `given` (N,) is ln p, or ln of R over the volume in standard pressures.
    """
    low, high = (np.full(len(given), limit) for limit in (LOWEST, HIGHEST))
    isothermal = Closure.TV if closure.is_isochoric else Closure.TP
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        state = cold_state(species, np.exp(given), np.exp(middle))
        state.log_pressure += _volume_terms(state, closure)
        active = np.zeros((len(middle), len(species.phases.names)), dtype=bool)
        settle(species, state, targets, isothermal, active)
        is_above = _excess(species, state, targets, closure) > 0.0
        low, high = np.where(is_above, low, middle), np.where(is_above, middle, high)
    return state, active


def _excess(species: ProductSpecies, state: State, targets: Targets, closure: Closure) -> Array:
    now = moments(species, np.arange(len(species.phases.names)), state, closure)
    if closure.is_isentropic:
        return np.asarray(now.entropy - targets.entropy)
    energy = now.enthalpy - now.total if closure.is_isochoric else now.enthalpy
    return np.asarray(energy * state.temperature - targets.enthalpy)
