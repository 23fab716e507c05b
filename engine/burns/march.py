"""Many stiff burns marched together, each with steps of its own size.

A burn has phases: it burns, then its chamber empties, then it is over. A phase ends where a measure that the system
names falls to zero; a step that would cross there is taken again, shorter, until it ends on it.
"""

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from engine.burns.rosenbrock import ORDER, rosenbrock_step
from engine.thermo.nasa_polynomials import Array

Places = NDArray[np.intp]
Flags = NDArray[np.bool_]
SAFETY, SHRINK, GROW = 0.9, 0.2, 6.0
NEAR = 1e-5
"""Of a measure: with less the phase has ended."""
SHORTEST = 1e-10
"""Of the time so far and a second: no step is shorter."""
MOST_STEPS = 5_000
"""A burn takes 50 to 500; one that takes more has sizes that do not fit each other."""
DIFFERENCE = 1e-7
"""Of the size of a state, by which the rates are differenced."""
WORTH_DROPPING = 0.8


class System(Protocol):
    """What is marched: N burns in S states, of which the first `core` act on the rates."""

    core: int

    def take(self, places: Places) -> Self:
        """The burns at `places`."""
        ...

    def rates(self, state: Array) -> Array:
        """(S, ..., N) of states (S, ..., N)."""
        ...

    def scales(self, state: Array) -> Array:
        """(S, N): how large each state is; errors and differences are measured by them."""
        ...

    def remaining(self, time: Array, state: Array) -> Array:
        """(N,): how far each is from the end of its phase, falling through zero there."""
        ...

    def horizon(self, state: Array) -> Array:
        """(N,) s: how far a step may look without running into something abrupt; infinite where nothing is near."""
        ...

    def settle(self, state: Array, ended: Flags) -> None:
        """Keep in mind where the burns are, and let those that `ended` their phase go into the next."""
        ...


@dataclass
class Front:
    """Where N burns are; `burn` numbers them. No `step` is longer than `longest_step`."""

    burn: Places
    phase: Places
    time: Array
    step: Array
    first_step: Array
    longest_step: Array
    last_phase: Places
    error: Array
    error_step: Array
    tolerance: Array
    measure: Array
    state: Array
    slope: Array

    def take(self, places: Places) -> "Front":
        """The burns at `places`."""
        return Front(**{name: values[..., places] for name, values in vars(self).items()})


@dataclass
class Record:
    """M moments in the order of time: (M,) burn, time and phase, (S, M) states and rates; `broken` burns stopped."""

    burn: Places
    phase: Places
    time: Array
    state: Array
    slope: Array
    broken: Places


def march(
    system: System, state: Array, first_step: Array, tolerance: Array, longest_step: Array, phases: int = 2
) -> Record:
    """Every accepted moment of N burns from `state` (S, N) until they are over.

    `tolerance` (N,) is the relative error of a step, `first_step` (N,) s the first of each phase and `longest_step`
    (N,) s the longest.
    """
    count = state.shape[1]
    nothing = np.zeros(count)
    front = Front(
        np.arange(count),
        np.zeros(count, dtype=np.intp),
        nothing,
        np.minimum(first_step, longest_step),
        np.minimum(first_step, longest_step),
        longest_step,
        np.full(count, phases - 1),
        np.full(count, np.nan),
        first_step,
        tolerance,
        system.remaining(nothing, state),
        state,
        system.rates(state),
    )
    kept, broken = [front.take(front.burn)], []
    for _ in range(MOST_STEPS):
        is_under_way = front.phase < phases
        moved, lost = _advance(system, front)
        moved, lost = moved & is_under_way, lost & is_under_way
        kept.append(front.take(np.flatnonzero(moved)))
        broken.append(front.burn[lost])
        going = (front.phase < phases) & ~lost
        if not going.any():
            break
        if going.mean() < WORTH_DROPPING:
            places = np.flatnonzero(going)
            front, system = front.take(places), system.take(places)
        elif not going.all():
            front.step = np.where(going, front.step, 0.0)
    else:
        broken.append(front.burn[going])
    return _record(kept, broken, phases)


def _advance(system: System, front: Front) -> tuple[Flags, Flags]:
    """One step of all: which burns moved on, and which can go no further. The front is changed in place."""
    new, error = rosenbrock_step(system.rates, front.state, front.slope, _jacobian(system, front), front.step)
    size = _size(system, front, new, error)
    after = system.remaining(front.time + front.step, new)
    shortest = front.step <= SHORTEST * (1.0 + front.time)
    good = np.isfinite(size) & ((size <= 1.0) | shortest)
    # the last phase may end beyond its end: nothing comes after it
    is_last = front.phase >= front.last_phase
    crossed = good & (after < -NEAR) & ~shortest & ~is_last
    moved = good & ~crossed
    ended = moved & (after <= NEAR)
    front.time = np.where(moved, front.time + front.step, front.time)
    # the very array where all moved on, so that a system may know it again
    front.state = new if moved.all() else np.where(moved, new, front.state)
    _choose_steps(front, size, crossed, after, ended)
    front.phase = front.phase + ended
    system.settle(front.state, ended)
    front.slope = system.rates(front.state)
    front.measure = system.remaining(front.time, front.state)
    front.step = np.minimum(front.step, system.horizon(front.state))
    return moved, ~good & shortest


def _choose_steps(front: Front, size: Array, crossed: Flags, after: Array, ended: Flags) -> None:
    """By the error of the last; towards a crossing to where the straight line between the measures is zero."""
    towards = np.clip(front.measure / np.where(crossed, front.measure - after, 1.0), 0.02, 0.999999)
    known = np.where(np.isfinite(size), np.maximum(size, 1e-10), 1e10)
    factor = SAFETY * known ** (-1.0 / ORDER)
    # errors that grow from step to step will go on to do so (Gustafsson)
    trend = front.step / front.error_step * (front.error / known) ** (1.0 / ORDER)
    factor = np.clip(factor * np.fmin(np.where(known <= 1.0, trend, 1.0), 1.0), SHRINK, GROW)
    accepted = known <= 1.0
    front.error = np.where(accepted, np.maximum(known, 1e-2), front.error)
    front.error_step = np.where(accepted, front.step, front.error_step)
    step = np.where(crossed, front.step * towards, np.minimum(front.step * factor, front.longest_step))
    front.step = np.where(ended, front.first_step, step)


def _size(system: System, front: Front, new: Array, error: Array) -> Array:
    """(N,): the largest error of a state over what is allowed."""
    allowed = front.tolerance * np.maximum(system.scales(new), np.abs(new))
    return np.asarray(np.max(np.abs(error[: system.core]) / allowed[: system.core], axis=0))


def _jacobian(system: System, front: Front) -> Array:
    """(N, S, C) by forward differences, all columns in one call."""
    core = system.core
    change = DIFFERENCE * system.scales(front.state)[:core]
    moved = np.repeat(front.state[:, None], core, axis=1)
    column = np.arange(core)
    moved[column, column] += change
    slopes = (system.rates(moved) - front.slope[:, None]) / change
    return np.transpose(slopes, (2, 0, 1))


def _record(kept: list[Front], broken: list[Places], phases: int) -> Record:
    burn = np.concatenate([front.burn for front in kept])
    order = np.argsort(burn, kind="stable")
    joined = {
        name: np.concatenate([getattr(front, name) for front in kept], axis=-1)[..., order]
        for name in ("phase", "time", "state", "slope")
    }
    joined["phase"] = np.minimum(joined["phase"], phases)
    return Record(burn[order], broken=np.concatenate(broken) if broken else np.empty(0, np.intp), **joined)
