"""Polynomials through a few solved cases, from which the iteration of all others starts."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from engine.thermo.nasa_polynomials import Array

CHUNK = 1024
"""Cases whose terms are formed together, so that they stay in the second-level cache."""
WIDE = 16
"""Terms of the axes beyond the first, from which on it pays for many cases to sum over the first axis beforehand."""
SPARE = 0.75
"""A fit has at most this share of as many terms as there are points, unless it passes through all of a full grid."""


SHARPNESS = 0.1
"""Of the extent: the distance to a sharp end within which values change much."""
STRETCH = float(np.arcsinh(1.0 / SHARPNESS))


@dataclass(frozen=True)
class Box:
    """A range of D coordinates: `low` and `high` (D,).

    Near an end of the first one, -1 or 1, values may be `sharp`: there nodes crowd, and polynomials are of the
    logarithm of the distance to that end; 0 stands for neither.
    """

    low: Array
    high: Array
    sharp: int = 0

    def scaled(self, coordinates: Array) -> Array:
        """(D, N) to -1..1; an axis without extent gives 0."""
        extent = self.high - self.low
        scale = np.divide(2.0, extent, out=np.zeros_like(extent), where=extent > 0)
        result = np.asarray((coordinates - self.low[:, None]) * scale[:, None] - (extent > 0)[:, None])
        if self.sharp:
            distance = 0.5 - 0.5 * self.sharp * result[0]
            result[0] = self.sharp * (1.0 - (2.0 / STRETCH) * np.arcsinh(distance / SHARPNESS))
        return result

    def nodes(self, counts: tuple[int, ...]) -> Array:
        """(D, M): the tensor grid of Chebyshev points with `counts` of them on each axis."""
        scaled = [_points(count) for count in counts]
        if self.sharp:
            distance = SHARPNESS * np.sinh(STRETCH * (0.5 - 0.5 * self.sharp * scaled[0]))
            scaled[0] = self.sharp * (1.0 - 2.0 * distance)
        axes = [
            low + (high - low) * (points + 1.0) / 2.0
            for low, high, points in zip(self.low, self.high, scaled, strict=True)
        ]
        return np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")])

    def holds(self, coordinates: Array, slack: float | Array) -> NDArray[np.bool_]:
        """(N,): which coordinates (D, N) lie inside, or outside by at most `slack` times the axis' extent."""
        room = slack * (self.high - self.low) + 1e-9 * np.maximum(np.abs(self.low), np.abs(self.high))
        low, high = (self.low - room)[:, None], (self.high + room)[:, None]
        return np.asarray(((coordinates >= low) & (coordinates <= high)).all(axis=0))

    def cut(self, borders: Array) -> list["Box"]:
        """Its parts between the `borders` (P - 1,) of the first coordinate."""
        ends = np.concatenate([self.low[:1], borders, self.high[:1]])
        return [
            Box(np.array([low, *self.low[1:]]), np.array([high, *self.high[1:]]))
            for low, high in pairwise(ends)
        ]

    def around(self, coordinates: Array, share: float, sharp: int = 0) -> "Box":
        """The part of this box that encloses `coordinates` (D, N), wider by `share` of this box's extent all round.

        `sharp` says which end of this box is, if any; the part has it if it reaches so far.
        """
        room = share * (self.high - self.low)
        low = np.maximum(self.low, coordinates.min(axis=1) - room)
        high = np.minimum(self.high, coordinates.max(axis=1) + room)
        reached = {-1: low[0] == self.low[0], 0: True, 1: high[0] == self.high[0]}
        return Box(low, high, sharp if reached[sharp] else 0)


@dataclass(frozen=True)
class Fit:
    """Chebyshev polynomials of D coordinates up to `counts` terms on each axis: `weights` (m, K) of all their products,
    or of those at the places `chosen` (K,).
    """

    box: Box
    counts: tuple[int, ...]
    weights: Array
    chosen: NDArray[np.intp] | None

    def __call__(self, coordinates: Array) -> Array:
        """(m, N) values at `coordinates` (D, N)."""
        scaled = self.box.scaled(coordinates)
        many = scaled.shape[1] > CHUNK and np.prod(self.counts[1:]) < WIDE
        if many or self.chosen is not None:
            terms = _terms(scaled, self.counts)
            return np.asarray(self.weights @ (terms if self.chosen is None else terms[self.chosen]))
        result = np.empty((len(self.weights), scaled.shape[1]))
        for start in range(0, scaled.shape[1], CHUNK):
            part = slice(start, start + CHUNK)
            self._put_values(scaled[:, part], result[:, part])
        return result

    def _put_values(self, scaled: Array, result: Array) -> None:
        """By summing over the first axis before products with the others are formed."""
        rest = _terms(scaled[1:], self.counts[1:])
        along = self._first_axis @ _polynomials(scaled[0], self.counts[0])
        np.einsum("mkn,kn->mn", along.reshape(len(result), len(rest), -1), rest, out=result)

    @cached_property
    def _first_axis(self) -> Array:
        """(m K', count): the weights with the first axis last."""
        count = self.counts[0]
        weights = self.weights.reshape(len(self.weights), count, -1)
        return np.ascontiguousarray(np.moveaxis(weights, 1, 2).reshape(-1, count))


def fit(box: Box, counts: tuple[int, ...], nodes: Array, values: Array) -> Fit:
    """The polynomial through `values` (m, M) at `nodes` (D, M), all or some of `box.nodes(counts)` in their order.

    Where only a part of the grid is given, the terms of the highest degree are left out and the rest fitted to it.
    """
    total = int(np.prod(counts))
    if values.shape[1] == total:
        weights: Array = values.reshape(len(values), *counts)
        for axis, count in enumerate(counts):
            along = np.tensordot(weights, _transform(count), axes=(axis + 1, 1))
            weights = np.asarray(np.moveaxis(along, -1, axis + 1), dtype=np.float64)
        return Fit(box, counts, np.ascontiguousarray(weights.reshape(len(values), total)), None)
    degrees = np.array(list(product(*(range(count) for count in counts))), dtype=np.intp)
    relative = (degrees / np.maximum(np.array(counts) - 1, 1)).sum(axis=1)
    chosen = np.argsort(relative, kind="stable")[: max(1, int(SPARE * values.shape[1]))]
    terms = _terms(box.scaled(nodes), counts)[chosen]
    rest = np.linalg.lstsq(terms.T, values.T, rcond=1e-9)[0].T
    return Fit(box, counts, np.ascontiguousarray(rest), chosen)


@lru_cache(maxsize=64)
def _points(count: int) -> Array:
    """(count,) Chebyshev points on -1..1."""
    return np.asarray(np.cos((2 * np.arange(count) + 1) * np.pi / (2 * count)))


@lru_cache(maxsize=64)
def _transform(count: int) -> Array:
    """(count, count): values at the points to weights of the polynomials, by their discrete orthogonality."""
    transform: Array = _polynomials(_points(count), count) * (2.0 / count)
    transform[0] *= 0.5
    return np.asarray(transform)


def _polynomials(x: Array, count: int) -> Array:
    """(count, N) Chebyshev polynomials at `x` (N,), by T(m + k) = 2 T(m) T(k) - T(m - k)."""
    result = np.empty((count, len(x)))
    result[0] = 1.0
    if count > 1:
        result[1] = x
    known = 1
    while known < count - 1:
        more = min(known, count - 1 - known)
        fresh = result[known + 1 : known + 1 + more]
        np.multiply(2.0 * result[known], result[1 : more + 1], out=fresh)
        fresh -= result[known - more : known][::-1]
        known += more
    return result


def _terms(scaled: Array, counts: tuple[int, ...]) -> Array:
    """(K, N) products of Chebyshev polynomials at `scaled` (D, N)."""
    cases = scaled.shape[1]
    result = np.ones((1, cases))
    for x, count in zip(scaled, counts, strict=True):
        if count > 1:
            result = (result[:, None] * _polynomials(x, count)).reshape(-1, cases)
    return result
