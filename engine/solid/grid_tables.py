"""Many grains burnt back on a grid: what of each burns, and what is left of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.solid.cells import section_of
from engine.solid.grains.models import Grain
from engine.solid.grains.tables import GrainState
from engine.solid.grids import GridSection, grid_section
from engine.thermo.nasa_polynomials import Array

PER_CELL = 4
"""Places of the tables."""
Places = NDArray[np.intp]


@dataclass(frozen=True)
class GridTables:
    """K grains: `places` among all, sizes as cast, how many `ends` burn; perimeters and faces of sections of diameter 1
    over even depths, one section after the other, of which each grain's begins at `offset` and has `last` places.
    """

    places: Places
    diameter: Array
    length: Array
    ends: Array
    web: Array
    resolution: int
    perimeter: Array
    face: Array
    offset: Places
    last: Places

    @classmethod
    def of(cls, grains: Sequence[Grain], resolution: int | None) -> "GridTables | None":
        """Those of the grains that openMotor solves on a grid; None where there are none, or no resolution."""
        if resolution is None:
            return None
        sections = {place: section for place, grain in enumerate(grains) if (section := section_of(grain))}
        if not sections:
            return None
        different = list(dict.fromkeys(sections.values()))
        solved = [grid_section(section, resolution) for section in different]
        tables = [_even(section, resolution) for section in solved]
        counts = [len(perimeter) for perimeter, _ in tables]
        begins = np.concatenate([[0], np.cumsum(counts)[:-1]])
        which = np.array([different.index(section) for section in sections.values()])
        members = [grains[place] for place in sections]
        diameter = np.array([grain.diameter for grain in members])
        length = np.array([grain.length for grain in members])
        ends = np.array([float(sum(grain.exposed_ends)) for grain in members])
        wall = diameter * np.array([section.web for section in solved])[which]
        with np.errstate(divide="ignore"):
            web = np.minimum(wall, length / ends)
        perimeter, face = (np.concatenate(parts) for parts in zip(*tables, strict=True))
        last = np.array(counts)[which] - 2
        return cls(
            np.array(list(sections)),
            diameter,
            length,
            ends,
            web,
            resolution,
            perimeter,
            face,
            begins[which],
            last,
        )

    def put(self, state: GrainState, regression: Array) -> GrainState:
        """The state of all grains (..., N) with that of these in its places."""
        burnt = np.clip(regression[..., self.places], 0.0, self.web)
        position = burnt / self.diameter * (self.resolution * PER_CELL)
        left = np.minimum(position.astype(np.intp), self.last)
        row, share = self.offset + left, position - left
        going = regression[..., self.places] < self.web
        perimeter, face = (
            (values[row] + share * (values[row + 1] - values[row])) * going
            for values in (self.perimeter, self.face)
        )
        perimeter, face = perimeter * self.diameter, face * self.diameter**2
        length = (self.length - self.ends * burnt) * going
        port = np.pi / 4.0 * self.diameter**2 - face
        wetted = np.where(perimeter > 0.0, perimeter, np.pi * self.diameter)
        found = (
            perimeter * length + self.ends * face,
            face * length,
            port,
            length,
            perimeter,
            4.0 * port / wetted,
            ~going,
        )
        for target, values in zip(state, found, strict=True):
            target[..., self.places] = values
        return state


def _even(section: GridSection, resolution: int) -> tuple[Array, Array]:
    """Perimeter and face at even depths, a quarter of a cell apart, to beyond the web."""
    depth = np.arange(int(section.web * resolution * PER_CELL) + 3) / (resolution * PER_CELL)
    return (
        np.interp(depth, section.levels, section.perimeter, right=0.0),
        np.maximum(np.interp(depth, section.face_levels, section.face, right=0.0), 0.0),
    )
