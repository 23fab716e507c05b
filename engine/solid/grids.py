"""Cross-sections burnt back on a grid, as openMotor does it, with what the grid does to them.

The cells across the grain are `resolution`; the front is the contour of the distance of each cell from the nearest open
one, so it starts in steps and lags by half a cell; it is not counted within three cells of the wall; and faces are
counted in cells and smoothed. Exact cross-sections have none of this: it is here so that results can be compared.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from engine.solid.cells import Section, open_cells, plane
from engine.thermo.nasa_polynomials import Array

APART = 1.0
"""Cells between the depths beyond the first ones."""
NOT_COUNTED = 3.0
"""Cells from the wall."""
FIRST_LEVELS = (1e-6, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 3.5, 4.5)
"""Cells; the steps of the front smooth out there."""
WINDOW, ORDER = 31, 5
"""Of the filter that smoothes the areas of faces."""


@dataclass(frozen=True, eq=False)
class GridSection:
    """A cross-section of a grain of diameter 1: `perimeter` over `levels`, `face` over `face_levels`, rising depths;
    nothing is left after `web`.
    """

    levels: Array
    perimeter: Array
    face_levels: Array
    face: Array
    web: float


@lru_cache(maxsize=256)
def grid_section(section: Section, resolution: int) -> GridSection:
    """Burnt back at all depths; the same sections of other sizes only scale."""
    x, y = plane(resolution)
    outside = x**2 + y**2 > 1.0
    is_open = open_cells(section, x, y)
    distance = distance_transform_edt(~is_open)
    deepest = float(distance[~outside].max())
    levels = np.append(FIRST_LEVELS, np.arange(6.5, deepest + APART, APART))
    perimeter = contour_lengths(distance, levels, resolution)
    # a level of openMotor's faces is half a cell
    steps = np.arange(int(2.0 * deepest) + 2) / 2.0
    left = np.sort(distance[~outside])
    face = (len(left) - np.searchsorted(left, steps, side="right")) / resolution**2
    if len(face) > WINDOW:
        from scipy.signal import savgol_filter  # slow to load, and seldom needed

        face = np.asarray(savgol_filter(face, WINDOW, ORDER))
    return GridSection(
        levels / resolution, perimeter / resolution, steps / resolution, face, deepest / resolution
    )


def contour_lengths(distance: Array, levels: Array, resolution: int) -> Array:
    """(L,) cells: how long the contours of a plane are at rising levels (L,), that part which counts."""
    corners = _corners(distance)
    low, high = corners.min(axis=0), corners.max(axis=0)
    first = np.searchsorted(levels, low, side="right")
    middle = np.arange(resolution - 1) + 0.5 - resolution / 2.0
    near = np.hypot(middle[:, None], middle).ravel() < resolution / 2.0 - NOT_COUNTED
    cells = np.flatnonzero(near & (first < len(levels)))
    result = np.zeros(len(levels))
    while len(cells):
        place = first[cells]
        cells, place = cells[levels[place] <= high[cells]], place[levels[place] <= high[cells]]
        lengths = _crossing_lengths(corners[:, cells] - levels[place])
        result += np.bincount(place, lengths, len(levels))
        first[cells] += 1
        cells = cells[first[cells] < len(levels)]
    return result


def _corners(distance: Array) -> Array:
    """(4, cells), around every square of four neighbours."""
    parts = (distance[:-1, :-1], distance[:-1, 1:], distance[1:, 1:], distance[1:, :-1])
    return np.stack([part.ravel() for part in parts])


def _crossing_lengths(excess: Array) -> Array:
    """(M,): of the line on which squares (4, M) of side 1 have no excess, straight between their sides."""
    following = np.roll(excess, -1, axis=0)
    crosses = (excess >= 0.0) != (following >= 0.0)
    share = np.where(crosses, excess / np.where(crosses, excess - following, 1.0), 0.0)
    side = np.arange(4)[:, None]
    x = np.select([side == 0, side == 1, side == 2, side == 3], [share, 1.0, 1.0 - share, 0.0])
    y = np.select([side == 0, side == 1, side == 2, side == 3], [0.0, share, 1.0, 1.0 - share])
    spans = [_span(values, crosses) for values in (x, y)]
    # where all four sides are crossed two short lines pass
    double = np.where(crosses.all(axis=0), 1.4, 1.0)
    return np.asarray(np.hypot(*spans) * double)


def _span(values: Array, counts: NDArray[np.bool_]) -> Array:
    high = np.max(np.where(counts, values, -1.0), axis=0)
    low = np.min(np.where(counts, values, 2.0), axis=0)
    return np.maximum(high - low, 0.0)
