"""From the moments of a march to curves: points between them, integrals, and when a curve is above a level."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.burns.march import Record
from engine.thermo.nasa_polynomials import Array

Places = NDArray[np.intp]
SWING = 1e-3
"""Of a state: by as much, and by half of its change, it may swing beyond the ends of a step."""
INNER = np.array([0.25, 0.5, 0.75])
MILNE = np.array([0.0, 2.0, -1.0, 2.0, 0.0]) / 3.0
"""Weights of a rule that is exact up to cubics and needs no ends, at which rates may jump."""


@dataclass(frozen=True)
class Curves:
    """Points along N burns: (M,) burn and time, increasing within each burn, the phase that a point belongs to, and
    states (S, M). Every segment of the march has its beginning, three points within and its end; `segments` (K, 5) are
    their places, and `duration` (K,) s how long each is.
    """

    burn: Places
    time: Array
    phase: Places
    state: Array
    segments: Places
    duration: Array
    count: int

    @classmethod
    def of(cls, record: Record, count: int) -> "Curves":
        """Those of a march of `count` burns: between its moments cubic in time, as their rates ask for."""
        burn, time = record.burn, record.time
        begins = np.flatnonzero((burn[1:] == burn[:-1]) & (time[1:] > time[:-1]))
        duration = time[begins + 1] - time[begins]
        inner = _between(record, begins, duration)
        first = np.flatnonzero(np.append(True, burn[1:] != burn[:-1]))
        states = np.concatenate(
            [record.state[:, first], inner.reshape(len(inner), -1), record.state[:, begins + 1]], axis=1
        )
        times = np.concatenate(
            [time[first], (time[begins] + INNER[:, None] * duration).ravel(), time[begins + 1]]
        )
        owner = np.concatenate([burn[first], np.tile(burn[begins], 3), burn[begins]])
        of_segment = record.phase[begins]
        phase = np.concatenate([record.phase[first], np.tile(of_segment, 3), of_segment])
        order = np.lexsort((times, owner))
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        end = place[len(first) + 3 * len(begins) :]
        segments = end[:, None] + np.arange(-4, 1)
        return cls(owner[order], times[order], phase[order], states[:, order], segments, duration, count)

    def integral(self, values: Array, *, only_phase: int | None = None) -> Array:
        """(N,): of `values` (M,) over the time of each burn, or of one of its phases (Milne's rule in each segment)."""
        pieces = self.duration * (values[self.segments] @ MILNE)
        ends = self.segments[:, -1]
        if only_phase is not None:
            pieces = np.where(self.phase[ends] == only_phase, pieces, 0.0)
        return np.bincount(self.burn[ends], pieces, self.count).astype(np.float64)

    def highest(self, values: Array) -> Array:
        """(N,): the largest of `values` (M,) of each burn."""
        result = np.full(self.count, -np.inf)
        np.maximum.at(result, self.burn, values)
        return result

    def lowest(self, values: Array) -> Array:
        """(N,): the smallest."""
        return np.asarray(-self.highest(-values))

    def last_time(self, phase: int) -> Array:
        """(N,): s, when a phase ended."""
        result = np.zeros(self.count)
        inside = self.phase == phase
        np.maximum.at(result, self.burn[inside], self.time[inside])
        return result

    def time_above(self, values: Array, level: Array) -> Array:
        """(N,): s between the first and the last crossing of `level` (N,) by `values` (M,), straight between points."""
        excess = values - level[self.burn]
        same = self.burn[1:] == self.burn[:-1]
        crosses = same & ((excess[1:] > 0.0) != (excess[:-1] > 0.0))
        left = np.flatnonzero(crosses)
        share = excess[left] / (excess[left] - excess[left + 1])
        times = self.time[left] + share * (self.time[left + 1] - self.time[left])
        begin, end = np.full(self.count, np.inf), np.zeros(self.count)
        np.minimum.at(begin, self.burn[left], times)
        np.maximum.at(end, self.burn[left], times)
        firsts = np.flatnonzero(np.append(True, ~same))
        begin[self.burn[firsts[excess[firsts] > 0.0]]] = 0.0
        return np.asarray(np.maximum(end - np.minimum(begin, end), 0.0))


def _between(record: Record, begins: Places, duration: Array) -> Array:
    """(S, 3, K): cubics through states and rates; where a phase ends, whose rates jump, parabolas."""
    first, last = record.state[:, begins], record.state[:, begins + 1]
    rise, fall = duration * record.slope[:, begins], duration * record.slope[:, begins + 1]
    jumps = record.phase[begins + 1] != record.phase[begins]
    fall = np.where(jumps, 2.0 * (last - first) - rise, fall)
    s = INNER[:, None]
    value = first[:, None] * ((1.0 + 2.0 * s) * (1.0 - s) ** 2) + last[:, None] * (s**2 * (3.0 - 2.0 * s))
    value = value + rise[:, None] * (s * (1.0 - s) ** 2) + fall[:, None] * (s**2 * (s - 1.0))
    # a step that damps a stiff start has rates at its ends that say nothing of what lies between
    room = 0.5 * np.abs(last - first) + SWING * np.maximum(np.abs(first), np.abs(last))
    low, high = np.minimum(first, last) - room, np.maximum(first, last) + room
    return np.asarray(np.clip(value, low[:, None], high[:, None]))
