"""The burning surface of motors whose grains all regress alike, as a function of that one depth.

It jumps where a grain burns out. Between two such depths lies a stage, with even places of its own, so that no
interpolation runs across a jump.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.solid.motors import Motors
from engine.solid.stacks import Stacks
from engine.thermo.nasa_polynomials import Array

PLACES = 160
"""Of a stage, evenly from its beginning to its end."""
JUST_BEFORE = 1.0 - 1e-9
APART = 1e-12
"""m; stages are no shorter."""


class Line:
    """A quantity of N motors, straight between places, to be read at depths that only grow; beyond the last stage it is
    `beyond` times the depth. Every piece is kept as low + rise * depth, so that a reading takes few operations.
    """

    def __init__(self, begins: Array, ends: Array, values: Array, beyond: float = 0.0) -> None:
        count, stages, _ = values.shape
        span = np.maximum(ends - begins, APART)
        self._begins, self._ends, self._density = begins, ends, (PLACES - 1) / span
        places = begins.T[..., None] + span.T[..., None] * np.linspace(0.0, 1.0, PLACES)[:-1]
        rise, low = np.full(values.shape, beyond), np.zeros(values.shape)
        rise[..., :-1] = np.diff(values, axis=-1) * self._density.T[..., None]
        low[..., :-1] = values[..., :-1] - places * rise[..., :-1]
        self._low, self._rise = low.ravel(), rise.ravel()
        self._offset = np.arange(count) * (stages * PLACES)
        self._go_on(np.zeros(count))

    def at(self, depth: Array) -> Array:
        """At depths (N,), each no less than the one before."""
        if (depth >= self._end).any():
            self._go_on(depth)
        place = np.minimum(depth * self._scale + self._shift, PLACES - 1)
        row = place.astype(np.intp) + self._row
        return np.asarray(self._low.take(row) + depth * self._rise.take(row))

    def iterated(self, motor: int, last: float, most: int) -> list[float]:
        """The depths of one motor that begin at 0, each what the line has at the one before, up to `last`."""
        read = self.reader(motor)
        depth, kept = 0.0, [0.0]
        while depth < last and len(kept) < most:
            depth = read(depth)
            kept.append(depth)
        return kept

    def reader(self, motor: int) -> Callable[[float], float]:
        """What reads the line of one motor at depths that only grow, in plain numbers: for few motors an array
        operation costs many times what it does.
        """
        rows = slice(int(self._offset[motor]), int(self._offset[motor]) + len(self._ends) * PLACES)
        low, rise = self._low[rows].tolist(), self._rise[rows].tolist()
        begins, ends, densities = (
            part[:, motor].tolist() for part in (self._begins, self._ends, self._density)
        )
        stage, final = 0, len(ends) - 1

        def read(depth: float) -> float:
            """The line's value at a depth not less than those before."""
            nonlocal stage
            while stage < final and depth >= ends[stage]:
                stage += 1
            place = min(int((depth - begins[stage]) * densities[stage]), PLACES - 1)
            if depth >= ends[stage]:
                place = PLACES - 1
            row = stage * PLACES + place
            value: float = low[row] + rise[row] * depth
            return value

        return read

    def _go_on(self, depth: Array) -> None:
        """Into the stages that the depths lie in."""
        stage = np.sum(depth >= self._ends, axis=0)
        is_over, motor = stage >= len(self._ends), np.arange(len(depth))
        stage = np.minimum(stage, len(self._ends) - 1)
        self._end = np.where(is_over, np.inf, self._ends[stage, motor])
        self._scale = self._density[stage, motor]
        self._shift = -self._begins[stage, motor] * self._scale
        self._row = self._offset + stage * PLACES


@dataclass(frozen=True)
class Surfaces:
    """N motors with K stages: `begins` and `ends` (K, N) m; `area` (N, K, P) m2 at the places of every stage; `burnout`
    (N, G) m of every grain.
    """

    begins: Array
    ends: Array
    area: Array
    burnout: Array

    @classmethod
    def of(cls, motors: Motors, stacks: Stacks) -> "Surfaces":
        """Those of motors whose grains have one propellant."""
        burnout = np.maximum(stacks.web - motors.burnout_web[:, None], 0.0)
        ends = _distinct(burnout)
        begins = np.concatenate([np.zeros((1, len(burnout))), ends[:-1]])
        area = np.empty((*ends.T.shape, PLACES))
        share = np.linspace(0.0, 1.0, PLACES)[:, None]
        for stage in range(len(ends)):
            # at the very end of a web nothing is left: the last place is just before
            depth = begins[stage] + share * (ends[stage] - begins[stage])
            depth = np.minimum(depth, JUST_BEFORE * ends[stage])
            state = stacks.at(np.broadcast_to(depth[..., None], (*depth.shape, burnout.shape[1])))
            burns = burnout >= ends[stage][:, None] - APART
            area[:, stage] = np.sum(state.burning_area * burns, axis=-1).T
        return cls(begins, ends, area, burnout)

    def line(self, values: Array, beyond: float = 0.0) -> Line:
        """A quantity (N, K, P) to be read at depths."""
        return Line(self.begins, self.ends, values, beyond)

    def depths(self) -> Array:
        """(N, K, P) m: the places."""
        share = np.linspace(0.0, 1.0, PLACES)
        return np.asarray(self.begins.T[..., None] + (self.ends - self.begins).T[..., None] * share)

    def last_depth(self, is_over: NDArray[np.bool_]) -> Array:
        """(N,) m: beyond which all places (N, K, P) are over."""
        count = len(is_over)
        flat = ~is_over.reshape(count, -1)
        last = np.minimum(flat.shape[1] - np.argmax(flat[:, ::-1], axis=1), flat.shape[1] - 1)
        stage, place = np.divmod(last, PLACES)
        motor = np.arange(count)
        begin, end = self.begins[stage, motor], self.ends[stage, motor]
        return np.asarray(begin + (end - begin) * place / (PLACES - 1))

    def of_grains(self, depth: Array) -> Array:
        """(T, N, G) m of depths (T, N): no grain regresses after the step in which it burnt out."""
        alive = depth[..., None] < self.burnout
        first = np.minimum(np.sum(alive, axis=0), len(depth) - 1)
        final = depth[first, np.arange(len(first))[:, None]]
        return np.asarray(np.minimum(depth[..., None], final))


def _distinct(burnout: Array) -> Array:
    """(K, N): the depths at which something burns out, rising; motors with fewer have their last again."""
    ordered = np.sort(burnout, axis=1)
    is_new = np.append(np.ones((len(ordered), 1), bool), np.diff(ordered, axis=1) > APART, axis=1)
    stages = int(is_new.sum(axis=1).max())
    place = np.where(is_new, np.cumsum(is_new, axis=1) - 1, stages)
    result = np.repeat(ordered[:, -1:], stages + 1, axis=1)
    np.put_along_axis(result, place, ordered, axis=1)
    return result[:, :stages].T.copy()
