"""Newton iteration of a block of cases that share one set of active condensed phases."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.thermo.conditions import pressure_step
from engine.thermo.elimination import solve_block
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure, Moments, matrix, moments, pressure_response, residuals
from engine.thermo.species import ProductSpecies
from engine.thermo.state import State, Targets

TOLERANCE = 1e-10
LONGEST_ITERATION = 80
REVIVAL = 16
LOST = 1e-6
"""After every 16 iterations, the gases of cases that are further than this from their solution are raised to the
limit of minor ones: one that was driven to nothing, and turns out to be the only home of an element, leaves the matrix
without a direction back. CEA restarts then too.
"""
MINOR = np.log(1e-8)
"""Gases below this mole fraction may grow by their own rule (NASA RP-1311 part I, eq. 3.2)."""
MINOR_CEILING = np.log(1e-4)
LOG_TEMPERATURE_LIMITS = (np.log(60.0), np.log(30000.0))
LARGEST_PRESSURE_STEP = 1.0
LARGEST_TRACE = 1e-8
SMALLEST_CHARGE = 1e-60
"""mol/kg; fewer need not balance."""
VANISHING = np.log(1e-9)
"""Of the moles of the most abundant element: less gas than that is none."""


@dataclass
class Step:
    """One Newton correction of a block: the unknowns (m, N), of each gas (N, S), and of ln p (N,)."""

    unknowns: Array
    gas: Array
    log_pressure: Array
    error: Array


Correction = Callable[[ProductSpecies, NDArray[np.intp], State, Targets, Closure], Step]


def iterate(
    species: ProductSpecies,
    active: NDArray[np.intp],
    state: State,
    targets: Targets,
    closure: Closure,
    tolerance: float = TOLERANCE,
    correction: Correction | None = None,
) -> NDArray[np.bool_]:
    """Bring `state` (changed in place) to its solution; answers which of the N cases converged.

    A case that converges leaves the block, so that it costs nothing more and stays as it is. So does one
    whose gas is vanishing: nothing but the vanishing is left to converge. A `correction` takes the place of
    `newton_step` where a problem has conditions of its own.
    """
    cases = len(state.log_total)
    converged = np.zeros(cases, dtype=bool)
    left = np.arange(cases)
    part, wanted = state.take(left), targets.take(left)
    for number in range(1, LONGEST_ITERATION + 1):
        if species.is_electron.any():
            balance_traces(species, part)
        step = (correction or newton_step)(species, active, part, wanted, closure)
        apply(part, step, active, closure)
        if number % REVIVAL == 0:
            lost = step.error > LOST
            part.log_gas[lost] = np.maximum(part.log_gas[lost], part.log_total[lost, None] + MINOR)
        done = (step.error < tolerance) | is_without_gas(part, wanted, closure)
        broken = ~np.isfinite(step.error)
        ended = done | broken
        if not ended.any():
            continue
        state.put(left[ended], part.take(np.flatnonzero(ended)))
        converged[left[done]] = True
        stay = np.flatnonzero(~ended)
        left, part, wanted = left[stay], part.take(stay), wanted.take(stay)
        if not len(left):
            return converged
    state.put(left, part)
    return converged


def is_without_gas(state: State, targets: Targets, closure: Closure) -> NDArray[np.bool_]:
    """(N,): whether so little gas is left that there is none at equilibrium; at given volume there always is some."""
    if closure.is_isochoric:
        return np.zeros(len(state.log_total), dtype=bool)
    return np.asarray(state.log_total < VANISHING + np.log(targets.elements.max(axis=1)))


def newton_step(
    species: ProductSpecies,
    active: NDArray[np.intp],
    state: State,
    targets: Targets,
    closure: Closure,
) -> Step:
    """The correction that the linearised equations ask for, undamped."""
    now = moments(species, active, state, closure)
    right = residuals(species, active, state, targets, now, closure)
    system = matrix(species, active, state, now, closure)
    if closure.has_free_pressure:
        response = pressure_response(species, active, now, closure)
        both = solve_block(system, np.stack([right, response], axis=1), len(species.elements))
        phases = species.phases.formula[active]
        log_pressure = pressure_step(state, targets, now, both, closure, phases)
        log_pressure = np.clip(log_pressure, -LARGEST_PRESSURE_STEP, LARGEST_PRESSURE_STEP)
        unknowns = both[:, 0] + log_pressure * both[:, 1]
    else:
        unknowns = solve_block(system, right[:, None], len(species.elements))[:, 0]
        log_pressure = np.zeros_like(state.log_total)
    return finished_step(species, active, targets, closure, now, right, unknowns, log_pressure)


def finished_step(
    species: ProductSpecies,
    active: NDArray[np.intp],
    targets: Targets,
    closure: Closure,
    now: Moments,
    right: Array,
    unknowns: Array,
    log_pressure: Array,
) -> Step:
    """The corrections of the gases that belong to those of the unknowns (m, N) and of ln p (N,), and the error left."""
    count = len(species.elements)
    gas = unknowns[:count].T @ species.gases.formula.T
    gas += now.deviation
    if not closure.is_isochoric:
        gas += (unknowns[-2] - log_pressure)[:, None]
    gas += now.response * unknowns[-1][:, None]
    error = np.maximum(np.abs(gas * now.gas).max(axis=1) / now.total, np.abs(unknowns[-2:]).max(axis=0))
    error = np.maximum(error, np.abs(log_pressure))
    most = targets.elements.max(axis=1)
    if len(active):
        error = np.maximum(error, np.abs(unknowns[count:-2]).max(axis=0) / most)
        error = np.maximum(error, np.abs(right[count:-2]).max(axis=0))
    imbalance = np.abs(right[:count]).max(axis=0) / most
    if species.is_electron.any():
        error = np.maximum(error, _charge_imbalance(species, now, right))
    return Step(unknowns, gas, log_pressure, np.maximum(error, imbalance))


def _charge_imbalance(species: ProductSpecies, now: Moments, right: Array) -> Array:
    """(N,), relative to the charges there are: however few, they have to balance."""
    place = int(species.is_electron.argmax())
    charges = now.gas @ np.abs(species.gases.formula[:, place])
    return np.asarray(np.abs(right[place]) / np.maximum(charges, SMALLEST_CHARGE))


def balance_traces(species: ProductSpecies, state: State) -> None:
    """Move the electron's potential, in place, until ions that are mere traces are neutral together.

    Newton's step moves it by one at a time at most, since what it balances is so lopsided.
    """
    place = int(species.is_electron.argmax())
    charge = species.gases.formula[:, place]
    fractions = np.exp(state.log_gas - state.log_total[:, None])
    negative, positive = fractions @ np.maximum(charge, 0.0), fractions @ np.maximum(-charge, 0.0)
    trace = (negative + positive < LARGEST_TRACE) & (negative > 0) & (positive > 0)
    shift = np.where(trace, 0.5 * (np.log(positive) - np.log(negative)), 0.0)
    state.potentials[:, place] += shift
    state.log_gas += shift[:, None] * charge


def apply(state: State, step: Step, active: NDArray[np.intp], closure: Closure) -> None:
    """Take the step, shortened where it is too long for the linearisation (eqs. 3.1-3.3)."""
    log_concentration = state.log_pressure - state.log_total - state.log_temperature
    count = state.potentials.shape[1]
    damping = _damping(state, step)
    state.potentials += step.unknowns[:count].T
    state.log_gas += damping[:, None] * step.gas
    state.log_total += damping * step.unknowns[-2]
    state.log_temperature += damping * step.unknowns[-1]
    np.clip(state.log_temperature, *LOG_TEMPERATURE_LIMITS, out=state.log_temperature)
    if closure.is_isochoric:
        state.log_pressure = log_concentration + state.log_total + state.log_temperature
    else:
        state.log_pressure += damping * step.log_pressure
    state.condensed[:, active] += damping[:, None] * step.unknowns[count:-2].T


def _damping(state: State, step: Step) -> Array:
    """(N,) factors of at most one."""
    total, temperature = np.abs(step.unknowns[-2]), np.abs(step.unknowns[-1])
    fraction = state.log_gas - state.log_total[:, None]
    major = fraction > MINOR
    growth = np.where(major, step.gas, 0.0).max(axis=1)
    longest = np.maximum(5.0 * np.maximum(total, temperature), growth)
    first = 2.0 / np.maximum(longest, 2.0)
    relative = step.gas - step.unknowns[-2][:, None]
    rising = ~major & (relative > 0.0)
    room = np.divide(MINOR_CEILING - fraction, relative, out=np.full_like(relative, np.inf), where=rising)
    return np.asarray(np.minimum(first, np.abs(room).min(axis=1, initial=np.inf)))
