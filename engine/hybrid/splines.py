"""Cubic splines over even places, evaluated for many quantities and any number of points in one pass."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from engine.thermo.nasa_polynomials import Array


@dataclass(frozen=True, eq=False)
class Axis:
    """Even places: `count` of them from `first`, `step` apart."""

    first: float
    step: float
    count: int

    @cached_property
    def places(self) -> Array:
        """(count,)"""
        return np.asarray(self.first + self.step * np.arange(self.count), dtype=np.float64)

    def locate(self, points: Array) -> tuple[NDArray[np.intp], Array]:
        """The interval of each point and the distance from its beginning, the point held within the places."""
        # fmax turns what is no number into the first place: such a case is found by its other numbers
        scaled = np.fmin(np.fmax((points - self.first) / self.step, 0.0), self.count - 1.0)
        interval = np.minimum(scaled.astype(np.intp), self.count - 2)
        return interval, (scaled - interval) * self.step


class Curves:
    """Several quantities over one axis."""

    def __init__(self, axis: Axis, values: Array) -> None:
        """`values` (count, F)."""
        self.axis = axis
        pieces = CubicSpline(axis.places, values).c  # (4, count - 1, F), the highest power first
        self._quantities = values.shape[1]
        self._pieces = np.moveaxis(pieces, 1, 2).reshape(-1, axis.count - 1)

    def at(self, points: Array) -> Array:
        """(F, ...) of points of any shape; outside of the axis the values of its ends."""
        (a, b, c, d), x = self._around(points)
        return np.asarray(((a * x + b) * x + c) * x + d)

    def with_slopes(self, points: Array) -> tuple[Array, Array]:
        """(F, ...) and the derivatives by the axis, (F, ...)."""
        (a, b, c, d), x = self._around(points)
        steep = a * x + b
        middle = steep * x + c
        return middle * x + d, (steep + a * x) * x + middle

    def _around(self, points: Array) -> tuple[Array, Array]:
        """The coefficients (4, F, ...) of the intervals of the points, and how far these are into them."""
        interval, x = self.axis.locate(points)
        return self._pieces.take(interval, axis=1).reshape(4, self._quantities, *x.shape), x


class Surfaces:
    """Several quantities over two axes: tensor products of cubic splines."""

    def __init__(self, rows: Axis, columns: Axis, values: Array) -> None:
        """`values` (rows, columns, F)."""
        self.rows, self.columns = rows, columns
        along = CubicSpline(rows.places, values).c  # (4, rows - 1, columns, F)
        across = CubicSpline(columns.places, along, axis=2).c  # (4, columns - 1, 4, rows - 1, F)
        self._quantities = values.shape[-1]
        ordered = np.transpose(
            across, (3, 1, 2, 0, 4)
        )  # (rows - 1, columns - 1, 4, 4, F): a patch lies together
        self._patches = np.ascontiguousarray(ordered).reshape(-1, 16, self._quantities)

    def at(self, row_points: Array, column_points: Array) -> Array:
        """(F, ...) of points of one shape; outside of the axes the values of their ends."""
        row, x = self.rows.locate(row_points)
        column, y = self.columns.locate(column_points)
        patches = self._patches.take((row * (self.columns.count - 1) + column).ravel(), axis=0)
        weights = (_powers(x)[:, None] * _powers(y)[None]).reshape(16, -1)
        found = np.matmul(weights.T[:, None, :], patches)[:, 0]
        return np.ascontiguousarray(found.T).reshape(self._quantities, *x.shape)


def _powers(x: Array) -> Array:
    """(4, ...): the third, second, first and no power."""
    result = np.empty((4, *x.shape))
    result[3], result[2] = 1.0, x
    np.multiply(x, x, out=result[1])
    np.multiply(result[1], x, out=result[0])
    return result
