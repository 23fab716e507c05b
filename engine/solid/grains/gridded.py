"""Cross-sections as a grid of square cells sees them, for comparisons with tools that burn grains back on one.

openMotor marks the cells of a port, marches from the middles of the marked ones, and follows contours. What differs
from the outline itself is known and small, but a percent of the burning area: the front begins a part of a cell inside
of the port; a contour counts only where it is RIM cells away from the wall; the first one goes from cell to cell in
steps; cells are counted as if there were one more of them across. The outline is burnt back with just these.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from pydantic import ValidationError

from engine.solid.grains.cross_sections import (
    PLACES,
    WHOLE,
    CrossSection,
    alive,
    all_open,
    balanced,
    opened_by,
)
from engine.solid.grains.fronts import Front, Strand
from engine.solid.grains.lives import Flames, lived, to_wall
from engine.thermo.nasa_polynomials import Array

RIM = 3.0
"""Cells beside the wall in which no contour counts."""
RECESS = 0.3
"""Cells between a slanted outline and the middles of the cells inside, on the mean."""
RECESS_OF_POINTS = 0.45
"""The same beside a narrow point, whose tip has no cell of its own."""
DIAGONAL = math.sqrt(2.0) - 1.0


def on_grid(grain: Any, cells: int, draw: Callable[[Any], Front]) -> CrossSection:
    """The cross-section of a grain whose diameter is 2, on a grid of so many cells across."""
    pitch, share = 2.0 / (cells - 1.0), (cells - 1.0) / cells
    outline = draw(grain)
    front = draw(_receded(grain, pitch))
    if not front.strands:
        return all_open()
    flames = lived(front)
    longest = float(flames.life.max())
    web = max(longest - pitch, 0.5 * longest)
    steps = np.linspace(0.0, web, PLACES)
    rim = (cells / 2.0 - RIM) / ((cells - 1.0) / 2.0)
    # the rim's middle lies beside the axis by half a cell, which images in all directions make up for
    middle = 0.5 * pitch if front.sectors == 1 else 0.0
    counted = np.minimum(
        flames.life, to_wall(Strand(flames.strand.points - middle, flames.strand.normals), rim)
    )
    rate, seen = alive(flames, flames.life, steps), alive(flames, counted, steps)
    seen[0] = alive(flames, counted, steps[:1], _in_steps(flames, front.sectors))[0]
    images = 2.0 * (front.sectors or 0.5)
    section = balanced(web, rate * images, opened_by(rate * images, steps), WHOLE - outline.area)
    return CrossSection(
        web * share,
        seen * images * share,
        WHOLE - share**2 * (WHOLE - section.area),
        section.perimeter * share,
    )


def _receded(grain: Any, pitch: float) -> Any:
    """The grain whose port is as large as the middles of its cells; one without such a port as it is."""
    smaller = RECEDED[grain.type](grain, pitch)
    try:
        return smaller if grain.type == "custom" else type(grain).model_validate(smaller.model_dump())
    except ValidationError:
        return grain


def _in_steps(flames: Flames, sectors: int) -> Array:
    """Length of the way from cell to cell, straight or diagonally, over the length of each stretch."""
    normals = flames.strand.normals
    middle = np.angle(normals[flames.stretches] + normals[flames.stretches + 1])
    turned = 2.0 * np.pi * np.arange(sectors or 1)[:, None] / (sectors or 1)
    angle = np.concatenate([turned + middle, turned - middle]) if sectors else turned + middle
    slant = np.abs((angle + np.pi / 4.0) % (np.pi / 2.0) - np.pi / 4.0)
    return np.asarray(np.mean(np.cos(slant) + DIAGONAL * np.sin(slant), axis=0))


def _changed(grain: Any, **dimensions: float) -> Any:
    return grain.model_copy(update=dimensions)


def _inner(size: float, pitch: float) -> float:
    """The coordinate of the last middle of a cell before `size`, on a grid that has its first and last on the wall."""
    return math.ceil((size + 1.0) / pitch - 1e-9) * pitch - 1.0 - pitch


def _finocyl(grain: Any, pitch: float) -> Any:
    by = 2.0 * RECESS * pitch * (-1.0 if grain.inverted else 1.0)
    core = grain.core_diameter - 2.0 * RECESS * pitch
    return _changed(grain, core_diameter=core, fin_width=grain.fin_width - by)


def _star(grain: Any, pitch: float) -> Any:
    half_angle = math.atan(0.5 * grain.point_width / grain.point_length)
    return _changed(
        grain,
        point_width=grain.point_width - 2.0 * RECESS_OF_POINTS * pitch / math.cos(half_angle),
        point_length=grain.point_length - RECESS_OF_POINTS * pitch / math.sin(half_angle),
    )


def _moon(grain: Any, pitch: float) -> Any:
    return _changed(grain, core_diameter=grain.core_diameter - 2.0 * RECESS * pitch)


def _c(grain: Any, pitch: float) -> Any:
    half_width = _inner(grain.slot_width / 2.0, pitch)
    return _changed(grain, slot_width=2.0 * half_width, slot_offset=-_inner(-grain.slot_offset, pitch))


def _d(grain: Any, pitch: float) -> Any:
    return _changed(grain, slot_offset=-_inner(-grain.slot_offset, pitch))


def _x(grain: Any, pitch: float) -> Any:
    half_width, length = _inner(grain.slot_width / 2.0, pitch), _inner(grain.slot_length, pitch)
    return _changed(grain, slot_width=2.0 * half_width, slot_length=length)


def _wagon_wheel(grain: Any, pitch: float) -> Any:
    by = 2.0 * RECESS * pitch
    return _changed(
        grain,
        core_diameter=grain.core_diameter - by,
        hub_diameter=grain.hub_diameter + by,
        spoke_width=grain.spoke_width + by,
    )


def _custom(grain: Any, pitch: float) -> Any:
    """Drawn by the number of cells, not by the steps between them, and with the cells that its edges pass."""
    more = 1.0 + pitch / 2.0
    return grain.model_copy(
        update={"loops": tuple(tuple((x * more, y * more) for x, y in loop) for loop in grain.loops)}
    )


RECEDED: dict[str, Callable[[Any, float], Any]] = {
    "finocyl": _finocyl,
    "star": _star,
    "moon": _moon,
    "c": _c,
    "d": _d,
    "x": _x,
    "wagon_wheel": _wagon_wheel,
    "custom": _custom,
}
"""Of each kind, the grain whose port is as large as the middles of its cells."""
