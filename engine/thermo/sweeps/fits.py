"""Polynomials through a few solved cases, from which the iteration of all others starts."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from engine.thermo.nasa_polynomials import Array

SPARE = 0.75
"""A fit has at most this share of as many terms as there are points, unless it passes through all of a full grid."""


@dataclass(frozen=True)
class Box:
    """A range of D coordinates: `low` and `high` (D,)."""

    low: Array
    high: Array

    def scaled(self, coordinates: Array) -> Array:
        """(D, N) to -1..1; an axis without extent gives 0."""
        extent = self.high - self.low
        scale = np.divide(2.0, extent, out=np.zeros_like(extent), where=extent > 0)
        return np.asarray((coordinates - self.low[:, None]) * scale[:, None] - (extent > 0)[:, None])

    def nodes(self, counts: tuple[int, ...]) -> Array:
        """(D, M): the tensor grid of Chebyshev points with `counts` of them on each axis."""
        axes = []
        for low, high, count in zip(self.low, self.high, counts, strict=True):
            points = np.cos((2 * np.arange(count) + 1) * np.pi / (2 * count))
            axes.append(low + (high - low) * (points + 1.0) / 2.0)
        return np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")])


@dataclass(frozen=True)
class Fit:
    """Chebyshev polynomials of D coordinates: `degrees` (K, D) of each term, `weights` (m, K)."""

    box: Box
    degrees: NDArray[np.intp]
    weights: Array

    def __call__(self, coordinates: Array) -> Array:
        """(m, N) values at `coordinates` (D, N)."""
        return np.asarray(self.weights @ _terms(self.box.scaled(coordinates), self.degrees))


def fit(box: Box, coordinates: Array, values: Array, counts: tuple[int, ...]) -> Fit:
    """The polynomial through `values` (m, M) at nodes `coordinates` (D, M) of a grid of `counts` points per axis.

    Where only a part of the grid is given, the terms of the highest degree are left out and the rest fitted to it.
    """
    degrees = np.array(list(product(*(range(count) for count in counts))), dtype=np.intp)
    points = values.shape[1]
    if points < len(degrees):
        relative = (degrees / np.maximum(np.array(counts) - 1, 1)).sum(axis=1)
        order = np.argsort(relative, kind="stable")
        degrees = degrees[order[: max(1, int(SPARE * points))]]
    terms = _terms(box.scaled(coordinates), degrees)
    weights = np.linalg.lstsq(terms.T, values.T, rcond=1e-9)[0].T
    return Fit(box, degrees, np.ascontiguousarray(weights))


def _terms(scaled: Array, degrees: NDArray[np.intp]) -> Array:
    """(K, N) products of Chebyshev polynomials at `scaled` (D, N)."""
    result = np.ones((len(degrees), scaled.shape[1]))
    for axis, x in enumerate(scaled):
        highest = int(degrees[:, axis].max(initial=0))
        if not highest:
            continue
        polynomials = np.empty((highest + 1, len(x)))
        polynomials[0], polynomials[1] = 1.0, x
        for number in range(2, highest + 1):
            polynomials[number] = 2.0 * x * polynomials[number - 1] - polynomials[number - 2]
        result *= polynomials[degrees[:, axis]]
    return result
