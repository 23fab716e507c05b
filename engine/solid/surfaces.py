"""The burning surface of motors whose grains all regress alike, as a function of that one depth.

It jumps where a grain burns out. Between two such depths lies a stage, with even places of its own, so that no
interpolation runs across a jump.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.solid.motors import Motors
from engine.solid.stacks import Stacks
from engine.thermo.nasa_polynomials import Array

PLACES = 256
"""Of a stage, evenly from its beginning to its end."""
JUST_BEFORE = 1.0 - 1e-9
APART = 1e-12
"""m; stages are no shorter."""


@dataclass(frozen=True)
class Line:
    """A quantity of N motors over depth, straight between places; 0 beyond the last stage."""

    ends: Array
    begins: Array
    density: Array
    values: Array
    rises: Array
    offset: NDArray[np.intp]

    def at(self, depth: Array) -> Array:
        """At depths (N,)."""
        if len(self.ends) == 1:
            row, place = self.offset, depth * self.density[0]
            inside = depth < self.ends[0]
        else:
            stage = np.sum(depth >= self.ends, axis=0)
            inside = stage < len(self.ends)
            stage = np.minimum(stage, len(self.ends) - 1)
            motor = np.arange(len(depth))
            row = self.offset + stage * PLACES
            place = (depth - self.begins[stage, motor]) * self.density[stage, motor]
        left = np.minimum(place, PLACES - 2).astype(np.intp)
        row = row + left
        return np.asarray((self.values.take(row) + (place - left) * self.rises.take(row)) * inside)


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
        share = np.linspace(0.0, 1.0, PLACES)[:, None, None]
        # at the very end of a web nothing is left: the last place is just before
        depth = np.minimum(begins + share * (ends - begins), JUST_BEFORE * ends)
        burns = burnout >= ends[..., None] - APART
        state = stacks.at(np.broadcast_to(depth[..., None], (*depth.shape, burnout.shape[1])))
        area = np.einsum("pkng,kng->nkp", state.burning_area, burns.astype(np.float64))
        return cls(begins, ends, area, burnout)

    def line(self, values: Array) -> Line:
        """A quantity (N, K, P) to be read at depths."""
        count, stages, _ = values.shape
        rises = np.zeros_like(values)
        rises[..., :-1] = np.diff(values, axis=-1)
        density = (PLACES - 1) / np.maximum(self.ends - self.begins, APART)
        offset = np.arange(count) * (stages * PLACES)
        return Line(self.ends, self.begins, density, values.ravel(), rises.ravel(), offset)

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
