"""Which condensed phases are there: Newton's iteration and changes of the set in turn, until nothing changes.

A phase whose moles come out negative leaves; a phase beyond its range of temperature is replaced by its sibling that
has data there (or both stay, at the transition, when the sibling is beyond its own range in turn); of the phases
that would lower the Gibbs energy the one that lowers it most per kg enters (NASA RP-1311 part I, sec. 3.4).
"""

import numpy as np
from numpy.typing import NDArray

from engine.thermo.blocks import Mask, alike
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton import TOLERANCE, Correction, is_without_gas, iterate
from engine.thermo.newton_system import Closure
from engine.thermo.species import ProductSpecies
from engine.thermo.state import State, Targets
from engine.thermo.status import Status

MOST_CHANGES = 40
AFFINITY_TOLERANCE = 1e-9
"""In units of RT: a phase whose entry would gain less is as good as in equilibrium already."""
RANGE_TOLERANCE = 1e-3
"""K; NASA's fits of two phases meet within this of the stated transition temperature."""
TEMPERATURE_LIMITS = (160.0, 22000.0)
"""K; CEA's limits, 0.8 and 1.1 times the ends of the gases' range."""


def settle(
    species: ProductSpecies,
    state: State,
    targets: Targets,
    closure: Closure,
    active: Mask,
    tolerance: float = TOLERANCE,
    correction: Correction | None = None,
) -> NDArray[np.int8]:
    """Solve all N cases, changing `state` and `active` (N, C) in place; answers a Status for each."""
    status = np.full(len(state.log_total), Status.PHASES_UNSETTLED, dtype=np.int8)
    replaced = np.zeros_like(active)
    left = np.arange(len(status))
    for _ in range(MOST_CHANGES):
        converged = _solve_groups(species, state, targets, closure, active, left, tolerance, correction)
        status[left[~converged]] = Status.NOT_CONVERGED
        left = left[converged]
        part = state.take(left)
        chosen, swapped = active[left], replaced[left]
        changed = change_phases(species, part, chosen, swapped)
        state.put(left, part)
        active[left], replaced[left] = chosen, swapped
        empty = is_without_gas(part, targets.take(left), closure)
        status[left[~changed]] = np.where(empty, Status.NO_GAS, Status.CONVERGED)[~changed]
        left = left[changed]
        if not len(left):
            break
    return status


def check_range(state: State, status: NDArray[np.int8]) -> None:
    """Give the solved cases outside the range of NASA's gases their status, in place."""
    lowest, highest = np.log(TEMPERATURE_LIMITS)
    solved = status == Status.CONVERGED
    status[solved & (state.log_temperature < lowest)] = Status.TEMPERATURE_TOO_LOW
    status[solved & (state.log_temperature > highest)] = Status.TEMPERATURE_TOO_HIGH


def _solve_groups(
    species: ProductSpecies,
    state: State,
    targets: Targets,
    closure: Closure,
    active: Mask,
    rows: NDArray[np.intp],
    tolerance: float,
    correction: Correction | None,
) -> Mask:
    """One Newton block for each set of active phases that occurs among the cases at `rows`."""
    converged = np.zeros(len(rows), dtype=bool)
    for members, chosen in alike(active[rows]):
        part = state.take(rows[chosen])
        wanted = targets.take(rows[chosen])
        converged[chosen] = iterate(
            species, np.flatnonzero(members), part, wanted, closure, tolerance, correction
        )
        state.put(rows[chosen], part)
    return converged


def change_phases(species: ProductSpecies, state: State, active: Mask, replaced: Mask) -> Mask:
    """Change each case's set of phases by one step where it has to; answers which cases changed.

    `active` and `replaced` (N, C) are changed in place, and the moles of phases that leave or enter.
    """
    if not len(species.phases.names) or not len(active):
        return np.zeros(len(active), dtype=bool)
    changed = _remove_negative(state, active)
    changed |= _replace_out_of_range(species, state, active, replaced, ~changed)
    changed |= _remove_out_of_range(species, state, active, ~changed)
    changed |= _enter(species, state, active, ~changed)
    return changed


def _remove_negative(state: State, active: Mask) -> Mask:
    moles = np.where(active, state.condensed, 0.0)
    worst = moles.argmin(axis=1)
    rows = np.flatnonzero(moles[np.arange(len(worst)), worst] < 0.0)
    active[rows, worst[rows]] = False
    state.condensed[rows, worst[rows]] = 0.0
    return _mask(rows, len(worst))


def _replace_out_of_range(
    species: ProductSpecies, state: State, active: Mask, replaced: Mask, allowed: Mask
) -> Mask:
    """A phase outside its range gives way to a sibling in range; one that came back stays beside it."""
    temperature = state.temperature[:, None]
    phases = species.phases
    beyond = (temperature > phases.highest + RANGE_TOLERANCE) | (
        temperature < phases.lowest - RANGE_TOLERANCE
    )
    has_sibling = (active.astype(float) @ phases.siblings) > 0
    leaving = active & beyond & ~has_sibling & allowed[:, None]
    candidates = (leaving.astype(float) @ phases.siblings > 0) & ~beyond & ~active
    rows = np.flatnonzero(candidates.any(axis=1))
    if not len(rows):
        return np.zeros(len(active), dtype=bool)
    entering = candidates[rows].argmax(axis=1)
    old = (leaving[rows] & phases.siblings[entering]).argmax(axis=1)
    both = replaced[rows, entering]
    moles = state.condensed[rows, old]
    state.condensed[rows, entering] = np.where(both, 0.5 * moles, moles)
    state.condensed[rows, old] = np.where(both, 0.5 * moles, 0.0)
    active[rows, entering] = True
    active[rows, old] = both
    replaced[rows, old] = True
    return _mask(rows, len(active))


def _remove_out_of_range(species: ProductSpecies, state: State, active: Mask, allowed: Mask) -> Mask:
    """A phase where it might not enter, and without a sibling to give way to, leaves: NASA's data has none there."""
    phases = species.phases
    temperature = state.temperature[:, None]
    outside = (temperature > phases.highest + RANGE_TOLERANCE) | (
        temperature < phases.lowest_entry - RANGE_TOLERANCE
    )
    has_sibling = (active.astype(float) @ phases.siblings) > 0
    leaving = active & outside & ~has_sibling & allowed[:, None]
    active[leaving] = False
    state.condensed[leaving] = 0.0
    return np.asarray(leaving.any(axis=1))


def _enter(species: ProductSpecies, state: State, active: Mask, allowed: Mask) -> Mask:
    """The absent phase in range whose entry lowers the Gibbs energy most per kg."""
    affinity = phase_affinity(species, state) / species.phases.molar_mass
    affinity[active] = -np.inf
    best = affinity.argmax(axis=1)
    cases = np.arange(len(best))
    gain = affinity[cases, best] * species.phases.molar_mass[best]
    rows = np.flatnonzero(allowed & (gain > AFFINITY_TOLERANCE))
    active[rows, best[rows]] = True
    state.condensed[rows, best[rows]] = 0.0
    return _mask(rows, len(best))


def phase_affinity(species: ProductSpecies, state: State) -> Array:
    """(N, C) in RT per mole: what the potentials pay for a phase less its Gibbs energy; -inf where it may not enter."""
    phases = species.phases
    temperature = state.temperature
    everything = np.arange(len(phases.names))
    gibbs = phases.properties(temperature, everything).gibbs
    inside = (temperature[:, None] >= phases.lowest_entry) & (temperature[:, None] <= phases.highest)
    return np.where(inside, state.potentials @ phases.formula.T - gibbs, -np.inf)


def _mask(rows: NDArray[np.intp], cases: int) -> Mask:
    result = np.zeros(cases, dtype=bool)
    result[rows] = True
    return result
