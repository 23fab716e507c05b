"""Which cells of a grid are open in a cross-section that is burnt back on one, by the grain's dimensions.

Lengths are over the radius of the grain, so that a section is that of all grains of its shape.
"""

from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.solid.grains.models import CShaped, Custom, DShaped, Finocyl, Grain, Moon, Star, XShaped
from engine.thermo.nasa_polynomials import Array

Cells = NDArray[np.bool_]
BEHIND = -0.025
"""Of the radius: how far a star's point reaches beyond the axis."""
ON_GRID = (Finocyl, Star, Moon, CShaped, DShaped, XShaped, Custom)
DIGITS = 12


class Section(NamedTuple):
    """A shape by its kind and its dimensions over the radius of the grain."""

    kind: str
    dimensions: tuple[Any, ...]


def section_of(grain: Grain) -> Section | None:
    """Of a grain that openMotor burns back on a grid; None for the others."""
    radius = grain.diameter / 2.0

    def scaled(*values: float) -> tuple[float, ...]:
        return tuple(float(f"{value / radius:.{DIGITS}g}") for value in values)

    match grain:
        case Finocyl():
            short = grain.fin_length if grain.short_fin_length is None else grain.short_fin_length
            sizes = scaled(grain.core_diameter / 2.0, grain.fin_width, grain.fin_length, short)
            return Section("finocyl", (grain.fins, grain.inverted, *sizes))
        case Star():
            return Section("star", (grain.points, *scaled(grain.point_length, grain.point_width)))
        case Moon():
            return Section("moon", scaled(grain.core_diameter / 2.0, grain.core_offset))
        case CShaped():
            return Section("c", scaled(grain.slot_width, grain.slot_offset))
        case DShaped():
            return Section("d", scaled(grain.slot_offset))
        case XShaped():
            return Section("x", scaled(grain.slot_width, grain.slot_length))
        case Custom():
            return Section("custom", tuple(tuple(scaled(*point) for point in loop) for loop in grain.loops))
    return None


@lru_cache(maxsize=4)
def plane(resolution: int) -> tuple[Array, Array]:
    """The middles of the cells, from -1 to 1."""
    line = np.linspace(-1.0, 1.0, resolution)
    x, y = np.meshgrid(line, line)
    return x, y


def open_cells(section: Section, x: Array, y: Array) -> Cells:
    """The cells without propellant."""
    sizes = section.dimensions
    match section.kind:
        case "finocyl":
            return _finocyl(x, y, *sizes)
        case "star":
            return _star(x, y, *sizes)
        case "moon":
            return np.asarray((x - sizes[1]) ** 2 + y**2 < sizes[0] ** 2)
        case "c":
            return np.asarray((np.abs(y) < sizes[0] / 2.0) & (x > sizes[1]))
        case "d":
            return np.asarray(x > sizes[0])
        case "x":
            across, along = sizes[0] / 2.0, sizes[1]
            level = (np.abs(y) < across) & (np.abs(x) < along)
            return np.asarray(level | ((np.abs(x) < across) & (np.abs(y) < along)))
    return _inside(sizes, x, y)


def _finocyl(
    x: Array, y: Array, fins: int, inverted: bool, core: float, width: float, length: float, short: float
) -> Cells:
    is_open = x**2 + y**2 < core**2
    for fin in range(fins):
        across, along = _turned(x, y, 2.0 * np.pi / fins * fin)
        reach = length if fin % 2 == 0 else short
        within = np.abs(across) < width / 2.0
        if inverted:
            is_open &= ~(within & (along > core - reach))
        else:
            is_open |= within & (along > 0.0) & (along < core + reach)
    return is_open


def _star(x: Array, y: Array, points: int, length: float, width: float) -> Cells:
    narrowing = width / 2.0 * (1.0 - np.hypot(x, y) / length)
    is_open = np.zeros(x.shape, dtype=bool)
    for point in range(points):
        across, along = _turned(x, y, 2.0 * np.pi / points * point)
        is_open |= (np.abs(across) < narrowing) & (along > BEHIND)
    return is_open


def _turned(x: Array, y: Array, angle: float) -> tuple[Array, Array]:
    """Coordinates across and along a direction."""
    cosine, sine = np.cos(angle), np.sin(angle)
    return cosine * x + sine * y, sine * x - cosine * y


def _inside(loops: tuple[tuple[tuple[float, float], ...], ...], x: Array, y: Array) -> Cells:
    """Within an odd number of closed loops: every edge that a row crosses turns what lies to the right of it."""
    turns = np.zeros((x.shape[0], x.shape[1] + 1), dtype=np.intp)
    rows, columns = y[:, 0], x[0]
    for loop in loops:
        for (x1, y1), (x2, y2) in pairwise([*loop, loop[0]]):
            crossed = np.flatnonzero((rows >= min(y1, y2)) & (rows < max(y1, y2)))
            if len(crossed):
                at = x1 + (rows[crossed] - y1) * (x2 - x1) / (y2 - y1)
                np.add.at(turns, (crossed, np.searchsorted(columns, at)), 1)
    return np.asarray(np.cumsum(turns[:, :-1], axis=1) % 2 == 1)
