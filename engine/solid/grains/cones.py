"""Grains whose round port widens from one end to the other, in closed form.

The side of the port stays a cone of the same angle: at right angles to it, it goes outward by the web, and along the
radius by the web over the cosine of the angle. It ends where an exposed end has burnt to, or at the wall.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.solid_grains import Conical
from engine.thermo.nasa_polynomials import Array


class Cones(NamedTuple):
    """N conical grains (N,): radii of wall and of the narrow and wide end of the port, m; which ends burn, 1 or 0."""

    wall: Array
    narrow: Array
    wide: Array
    length: Array
    narrow_burns: Array
    wide_burns: Array
    narrows: NDArray[np.bool_]

    @classmethod
    def of(cls, grains: Sequence[Conical]) -> "Cones":
        """The cones of conical grains."""
        table = np.array(
            [
                (g.diameter, g.forward_core_diameter, g.aft_core_diameter, g.length, *g.exposed_ends)
                for g in grains
            ],
            dtype=float,
        ).reshape(-1, 6)
        diameter, forward, aft, length, forward_burns, aft_burns = table.T
        narrows = forward > aft
        return cls(
            diameter / 2.0,
            np.minimum(forward, aft) / 2.0,
            np.maximum(forward, aft) / 2.0,
            length,
            np.where(narrows, aft_burns, forward_burns),
            np.where(narrows, forward_burns, aft_burns),
            narrows,
        )

    def take(self, places: NDArray[np.intp]) -> "Cones":
        """Those at `places`."""
        return Cones(*(column[places] for column in self))  # type: ignore[arg-type]

    @property
    def web(self) -> Array:
        """m, until the narrow end reaches the wall, or the ends each other."""
        slope, cosine = self._slope()
        to_wall = (self.wall - self.narrow) / (1.0 / cosine + self.narrow_burns * slope)
        ends = self.narrow_burns + self.wide_burns
        return np.minimum(to_wall, np.where(ends > 0.0, self.length / np.maximum(ends, 1.0), np.inf))

    def at(self, web: Array) -> tuple[Array, Array, Array, Array, Array]:
        """Burning area, volume, area of the aft port, length and mean perimeter after a web (..., N) m."""
        slope, cosine = self._slope()
        first = self.narrow_burns * web
        start = self.narrow + first * slope + web / cosine
        cut = self.length - self.wide_burns * web
        # where it meets the wall, of a port that widens
        gentle = np.maximum(slope, 1e-12)
        last = np.where(slope > 0.0, np.minimum(cut, first + (self.wall - start) / gentle), cut)
        length = np.maximum(last - first, 0.0)
        end = start + length * slope
        side = np.pi * (start + end) * length / cosine
        narrow_end, wide_end = (np.maximum(self.wall**2 - radius**2, 0.0) * np.pi for radius in (start, end))
        area = side + self.narrow_burns * narrow_end + self.wide_burns * wide_end
        port = np.pi / 3.0 * length * (start**2 + start * end + end**2)
        volume = np.pi * self.wall**2 * length - port
        aft = np.where(self.narrows, start, end)
        return area, volume, np.pi * aft**2, length, np.pi * (start + end)

    def _slope(self) -> tuple[Array, Array]:
        slope = (self.wide - self.narrow) / self.length
        return slope, 1.0 / np.sqrt(1.0 + slope**2)
