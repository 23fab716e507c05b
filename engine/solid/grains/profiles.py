"""Grains with the same cross-section from end to end: perimeter and area of their ports, round or by a table."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.solid.grains import custom, finocyl, moon, slots, star, wagon_wheel
from engine.solid.grains.cross_sections import PLACES, CrossSection, burnt_back
from engine.solid.grains.fronts import Front
from engine.solid.grains.gridded import on_grid
from engine.solid_grains import Bates, EndBurner, Grain, RodAndTube
from engine.thermo.nasa_polynomials import Array

FRONTS: dict[str, Callable[[Any, float], Front]] = {
    "finocyl": finocyl.front,
    "star": star.front,
    "moon": moon.front,
    "c": slots.c_front,
    "d": slots.d_front,
    "x": slots.x_front,
    "wagon_wheel": wagon_wheel.front,
    "custom": custom.front,
}
"""Of the kinds of grain without a closed form, how to draw the outline of their ports."""
DENSITY = 0.2
"""Points along half a diameter for each cell of the resolution: what they miss falls with the square of it, and is
less than a grid of so many cells across a grain does."""
KEPT = 4096
DIGITS = 10
"""To which a dimension over the diameter has to agree with another's to be the same."""


class Profiles(NamedTuple):
    """N grains (N,): `rounds` (4, N) holds the diameters of wall, tube, rod and support, `table` the row of a grain in
    the K tables, -1 for round ones; those are `webs` (K,), `perimeters`, `areas` and `rates` (K, PLACES).
    """

    rounds: Array
    length: Array
    ends: Array
    table: NDArray[np.intp]
    perimeters: Array
    areas: Array
    rates: Array
    webs: Array

    @property
    def web(self) -> Array:
        """m, until the port reaches the wall everywhere, or the ends each other."""
        wall, tube, rod, support = self.rounds
        side = np.where(tube > 0.0, np.maximum(wall - tube, rod - support) / 2.0, np.inf)
        is_table = self.table >= 0
        side[is_table] = self.webs[self.table[is_table]] * wall[is_table] / 2.0
        return np.minimum(side, np.where(self.ends > 0.0, self.length / np.maximum(self.ends, 1.0), np.inf))

    def take(self, places: NDArray[np.intp]) -> "Profiles":
        """Those at `places`."""
        return self._replace(
            rounds=self.rounds[:, places],
            length=self.length[places],
            ends=self.ends[places],
            table=self.table[places],
        )

    def at(self, web: Array) -> tuple[Array, Array, Array, Array]:
        """Burning perimeter, open area, length, and number of burning ends after a web (..., N) m."""
        perimeter, area = self._round(web)
        drawn = np.flatnonzero(self.table >= 0)
        if len(drawn):
            perimeter[..., drawn], area[..., drawn] = self._drawn(web[..., drawn], drawn)
        ends = np.broadcast_to(self.ends, web.shape)
        return perimeter, area, np.maximum(self.length - ends * web, 0.0), ends

    def _round(self, web: Array) -> tuple[Array, Array]:
        wall, tube, rod, support = self.rounds
        wide, thin = np.minimum(tube + 2.0 * web, wall), np.maximum(rod - 2.0 * web, support)
        is_cored = tube > 0.0
        burning = np.where(wide < wall, wide, 0.0) + np.where(thin > support, thin, 0.0)
        area = np.pi / 4.0 * (wide**2 - thin**2 + support**2)
        return np.pi * np.where(is_cored, burning, 0.0), np.where(is_cored, area, 0.0)

    def _drawn(self, web: Array, drawn: NDArray[np.intp]) -> tuple[Array, Array]:
        """Straight between the places of the table, and its integral, so that volumes and areas belong together."""
        table, radius = self.table[drawn], self.rounds[0, drawn] / 2.0
        last = self.webs[table]
        step = last / (PLACES - 1)
        place = np.minimum(web / radius / step, PLACES - 1.0)
        left = np.minimum(place.astype(np.intp), PLACES - 2)
        beyond = place - left
        low = self.rates[table, left]
        rate = low + (self.rates[table, left + 1] - low) * beyond
        area = self.areas[table, left] + 0.5 * (low + rate) * beyond * step
        low = self.perimeters[table, left]
        perimeter = low + (self.perimeters[table, left + 1] - low) * beyond
        return perimeter * radius, area * radius**2


def profiles_of(grains: Sequence[Grain], resolution: Sequence[int], gridded: Sequence[bool]) -> Profiles:
    """The profiles of grains; those of conical ones mean nothing."""
    rounds = np.array([_rounds(grain) for grain in grains]).reshape(-1, 4).T
    rows: dict[int, int] = {}
    table = np.full(len(grains), -1, dtype=np.intp)
    sections: list[CrossSection] = []
    for place, grain in enumerate(grains):
        if grain.type in FRONTS:
            section = _section(grain, resolution[place], gridded[place])
            table[place] = rows.setdefault(id(section), len(sections))
            if table[place] == len(sections):
                sections.append(section)
    return Profiles(
        rounds,
        np.array([grain.length for grain in grains]),
        np.array([float(sum(grain.exposed_ends)) for grain in grains]),
        table,
        np.array([section.perimeter for section in sections]).reshape(-1, PLACES),
        np.array([section.area for section in sections]).reshape(-1, PLACES),
        np.array([section.rate for section in sections]).reshape(-1, PLACES),
        np.array([section.web for section in sections]),
    )


def _rounds(grain: Grain) -> tuple[float, float, float, float]:
    if isinstance(grain, Bates):
        return grain.diameter, grain.core_diameter, 0.0, 0.0
    if isinstance(grain, RodAndTube):
        return grain.diameter, grain.core_diameter, grain.rod_diameter, grain.support_diameter
    return grain.diameter, 0.0 if isinstance(grain, EndBurner) else grain.diameter, 0.0, 0.0


def _section(grain: Grain, resolution: int, is_gridded: bool) -> CrossSection:
    """The cross-section of a grain, drawn with half a diameter of 1 and burnt back once for all sizes."""
    given = grain.model_dump(exclude={"propellant", "length", "inhibited_ends", "diameter", "loops"})
    scale = 2.0 / grain.diameter
    shares = tuple(
        (name, round(value * scale, DIGITS) if isinstance(value, float) else value)
        for name, value in given.items()
    )
    loops = getattr(grain, "loops", ())
    drawn = tuple(
        tuple((round(x * scale, DIGITS), round(y * scale, DIGITS)) for x, y in loop) for loop in loops
    )
    return _burnt_back(type(grain), shares, drawn, resolution, is_gridded)


@lru_cache(maxsize=KEPT)
def _burnt_back(
    kind: type[Any],
    shares: tuple[tuple[str, Any], ...],
    loops: tuple[Any, ...],
    resolution: int,
    is_gridded: bool,
) -> CrossSection:
    drawn = {"loops": loops} if loops else {}
    grain = kind.model_construct(diameter=2.0, length=1.0, **dict(shares), **drawn)
    outline = FRONTS[grain.type]
    if is_gridded:
        return on_grid(grain, resolution, lambda given: outline(given, resolution * DENSITY))
    return burnt_back(outline(grain, resolution * DENSITY))
