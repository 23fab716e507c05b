"""The composition at a given temperature from any start: the dual problem, by an interior-point method.

The potentials pi are those that pay most for the elements, b.pi, where no species may be had for less than it is worth:
ln sum_j exp(a_j.pi - g_j - ln p) <= 0 for the gas as a whole and a_c.pi <= g_c for each condensed phase. This is a
convex problem, and its multipliers are the moles of the gas and of the phases: what Newton's iteration of the
primal form has to guess, which phases are there and whether any gas is left, comes out by itself.
Method: S. Wright, Primal-Dual Interior-Point Methods (1997), chapter 5; with slacks s and s z = mu driven to zero.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from engine.thermo.blocks import Mask
from engine.thermo.nasa_polynomials import Array
from engine.thermo.species import ProductSpecies
from engine.thermo.state import State, Targets

LONGEST_ITERATION = 100
PRECISION, ROUNDING, ROUGH = 1e-9, 1e-13, 1e-6
"""Solved to the first; where the complements are down to the second, the third has to do."""
CENTRING = 0.1
TO_THE_BOUNDARY = 0.95
LONGEST_STEP = 3000.0
"""In units of RT: how far an element's potential may move at once. The phases' conditions are linear; the gas's own
is watched by `_not_too_bent`.
"""
ABSENT = 30.0
"""The slack of a phase that may not be there at all."""
LONGEST_GROWTH = 2.0
"""Of ln n at once, where the volume is given."""
RIDGE = 1e-13
BEND, MOST_CUTS = 1.0, 8


@dataclass
class _Iterate:
    """Of N cases: potentials (N, E), slacks and multipliers (N, 1 + C), those of the gas first.

    `is_there` (N, 1 + C): of each pair, whether it is the slack that vanishes and not the moles.
    """

    potentials: Array
    slack: Array
    moles: Array
    is_there: Mask


@dataclass
class _Problem:
    """Gibbs energies (N, S) with ln p, or its part that n has none in, and (N, C); which phases may be there (N, C)."""

    gas_formula: Array
    phase_formula: Array
    gibbs: Array
    phase_gibbs: Array
    elements: Array
    allowed: Mask
    is_isochoric: bool

    def take(self, rows: NDArray[np.intp]) -> "_Problem":
        """The cases at `rows`."""
        parts = (self.gibbs[rows], self.phase_gibbs[rows], self.elements[rows], self.allowed[rows])
        return _Problem(self.gas_formula, self.phase_formula, *parts, self.is_isochoric)


def interior_start(
    species: ProductSpecies,
    targets: Targets,
    log_temperature: Array,
    mechanical: Array,
    *,
    is_isochoric: bool,
) -> tuple[State, Mask]:
    """The state and the condensed phases (N, C) of N cases, good to some 1e-8, at ln T (N,).

    `mechanical` (N,) is ln p, or ln p - ln n where the volume is given, p in standard pressures.
    """
    problem = _problem(species, targets, np.exp(log_temperature), mechanical, is_isochoric)
    found = _solve(problem)
    log_total = np.log(found.moles[:, 0])
    chemical = found.potentials @ species.gases.formula.T - problem.gibbs
    active = problem.allowed & found.is_there[:, 1:]
    state = State(
        potentials=found.potentials,
        log_gas=chemical if is_isochoric else chemical + log_total[:, None],
        log_total=log_total,
        condensed=np.where(active, found.moles[:, 1:], 0.0),
        log_temperature=log_temperature.copy(),
        log_pressure=mechanical + log_total if is_isochoric else mechanical.copy(),
    )
    return state, active


def _problem(
    species: ProductSpecies, targets: Targets, temperature: Array, mechanical: Array, is_isochoric: bool
) -> _Problem:
    phases = species.phases
    everything = np.arange(len(phases.names))
    return _Problem(
        gas_formula=species.gases.formula,
        phase_formula=phases.formula,
        gibbs=species.gases.properties(temperature).gibbs + mechanical[:, None],
        phase_gibbs=phases.properties(temperature, everything).gibbs,
        elements=targets.elements,
        allowed=phases.present_at(temperature),
        is_isochoric=is_isochoric,
    )


def _solve(problem: _Problem) -> _Iterate:
    result = _first(problem)
    left = np.arange(len(problem.elements))
    part, now = problem, result
    for _ in range(LONGEST_ITERATION):
        error = _step(part, now)
        done = ~(error > PRECISION)
        for item in fields(_Iterate):
            getattr(result, item.name)[left] = getattr(now, item.name)
        left = left[~done]
        if not len(left):
            break
        part = problem.take(left)
        now = _Iterate(*(getattr(result, item.name)[left] for item in fields(_Iterate)))
    return result


def _first(problem: _Problem) -> _Iterate:
    """Potentials so low that nothing is worth its making, in so far as all elements count alike."""
    gas_atoms = np.maximum(problem.gas_formula.sum(axis=1), 1.0)
    phase_atoms = problem.phase_formula.sum(axis=1)
    worth = np.maximum(
        (-problem.gibbs / gas_atoms).max(axis=1),
        np.where(problem.allowed, -problem.phase_gibbs / phase_atoms, -np.inf).max(axis=1, initial=-np.inf),
    )
    potentials = np.repeat(-worth[:, None] - 1.0, problem.elements.shape[1], axis=1)
    value, _ = _limits(problem, potentials, np.ones(len(worth)))
    slack = np.maximum(-value, 1.0)
    amount = problem.elements.sum(axis=1)[:, None]
    moles = np.where(slack > 0, 0.1 * amount / slack, 0.0)
    moles[:, 0] = 0.5 * amount[:, 0]
    if problem.is_isochoric:
        slack[:, 0] = 1.0
    return _Iterate(potentials, slack, moles, np.ones(slack.shape, dtype=bool))


def _limits(problem: _Problem, potentials: Array, moles: Array) -> tuple[Array, Array]:
    """What must not exceed zero (N, 1 + C), and the gas's mole fractions (N, S) in so far as they sum to one."""
    chemical = potentials @ problem.gas_formula.T - problem.gibbs
    highest = chemical.max(axis=1, keepdims=True)
    fractions = np.exp(chemical - highest)
    total = fractions.sum(axis=1, keepdims=True)
    gas = highest + np.log(total)
    if problem.is_isochoric:
        gas = gas - np.log(moles)[:, None]
    phases = np.where(problem.allowed, potentials @ problem.phase_formula.T - problem.phase_gibbs, -ABSENT)
    return np.concatenate([gas, phases], axis=1), fractions / total


def _step(problem: _Problem, now: _Iterate) -> Array:
    """Improve `now` in place; answers how far (N,) it was from the solution."""
    value, fractions = _limits(problem, now.potentials, now.moles[:, 0])
    mean = fractions @ problem.gas_formula
    steepness = np.concatenate([mean[:, None], problem.phase_formula * problem.allowed[:, :, None]], axis=1)
    short = problem.elements - np.einsum("nc,nce->ne", now.moles, steepness)
    gap = value + now.slack
    complements = now.moles * now.slack
    if problem.is_isochoric:
        complements[:, 0] = 0.0
    amount = problem.elements.max(axis=1)
    centre = complements.mean(axis=1) / amount
    wanted = CENTRING * (np.maximum(centre, ROUNDING) * amount)[:, None]
    centred = wanted / now.slack - now.moles
    if problem.is_isochoric:
        gap[:, 0], centred[:, 0] = value[:, 0], 0.0
    stiffness = now.moles / now.slack
    outer = (fractions[:, :, None] * problem.gas_formula).swapaxes(1, 2) @ problem.gas_formula
    system = now.moles[:, :1, None] * (outer - mean[:, :, None] * mean[:, None])
    system += (steepness * stiffness[:, :, None]).swapaxes(1, 2) @ steepness
    right = short - np.einsum("nc,nce->ne", centred + stiffness * gap, steepness)
    change = _solved(system, right)
    rise = gap + np.einsum("nce,ne->nc", steepness, change)
    moles, slack = centred + stiffness * rise, -rise
    now.is_there = moles / now.moles > slack / now.slack
    length = LONGEST_STEP / np.maximum(np.abs(change).max(axis=1), LONGEST_STEP)
    if problem.is_isochoric:
        moles[:, 0] = slack[:, 0] = 0.0
        length = np.minimum(length, LONGEST_GROWTH / np.maximum(rise[:, 0], LONGEST_GROWTH))
    length = np.minimum(length, np.minimum(_room(now.moles, moles), _room(now.slack, slack)))
    length = _not_too_bent(problem, now, gap[:, 0], length, change, rise[:, 0])
    now.potentials += length[:, None] * change
    now.moles += length[:, None] * moles
    now.slack += length[:, None] * slack
    if problem.is_isochoric:
        now.moles[:, 0] *= np.exp(length * rise[:, 0])
    error = np.maximum(np.abs(short).max(axis=1) / amount, np.abs(gap).max(axis=1))
    return np.asarray(np.where((centre < ROUNDING) & (error < ROUGH), 0.0, np.maximum(error, centre)))


def _not_too_bent(
    problem: _Problem, now: _Iterate, gap: Array, length: Array, change: Array, rise: Array
) -> Array:
    """The length (N,) cut back until the gas's own condition, the one that is not linear, is met but for `BEND`."""
    for _ in range(MOST_CUTS):
        potentials = now.potentials + length[:, None] * change
        moles = now.moles[:, 0] * np.exp(length * rise) if problem.is_isochoric else now.moles[:, 0]
        value, _ = _limits(problem, potentials, moles)
        left = value[:, 0] + (0.0 if problem.is_isochoric else now.slack[:, 0] - length * rise)
        bent = np.abs(left) > np.abs(gap) * (1.0 - 0.1 * length) + BEND
        if not bent.any():
            break
        length = np.where(bent, 0.4 * length, length)
    return length


def _solved(system: Array, right: Array) -> Array:
    scale = 1.0 / np.sqrt(np.maximum(np.einsum("nee->ne", system), 1e-300))
    scaled = system * scale[:, :, None] * scale[:, None]
    scaled += RIDGE * np.eye(system.shape[1])
    return np.asarray(np.linalg.solve(scaled, (right * scale)[:, :, None])[:, :, 0] * scale)


def _room(value: Array, change: Array) -> Array:
    """(N,): the share of the change, at most one, that leaves all values positive."""
    shrinking = np.where(change < 0, -change / value, 0.0).max(axis=1)
    return np.asarray(np.minimum(1.0, TO_THE_BOUNDARY / np.maximum(shrinking, 1e-300)))
