"""Many grains at once: what of each burns, and what is left of it, after it has regressed by so much."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.solid.grains.cones import Cones
from engine.solid.grains.profiles import Profiles, profiles_of
from engine.solid_grains import Conical, Grain
from engine.thermo.nasa_polynomials import Array

Places = NDArray[np.intp]


class GrainState(NamedTuple):
    """Grains after they have regressed: arrays of one shape, SI.

    `burning_area` of ports and ends, `volume` of propellant, `port_area` at the aft end, `length` of what is left,
    `perimeter` of the port's burning sides, `hydraulic_diameter` of the port (four times its area over its
    perimeter), and whether a grain is `exhausted`; then its port is as wide as the grain.
    """

    burning_area: Array
    volume: Array
    port_area: Array
    length: Array
    perimeter: Array
    hydraulic_diameter: Array
    exhausted: NDArray[np.bool_]


class GrainTables:
    """N grains of any kinds: `diameter` and `length` (N,) as cast, and `web` (N,) after which nothing is left."""

    def __init__(
        self, diameter: Array, length: Array, profiles: Profiles, cones: Cones, conical: Places
    ) -> None:
        self.diameter, self.length = diameter, length
        self._profiles, self._cones, self._conical = profiles, cones, conical
        self.web = np.array(profiles.web)
        self.web[conical] = cones.web

    def state(self, regression: Array) -> GrainState:
        """The grains after `regression` (..., N) m."""
        regression = np.asarray(regression, dtype=float)
        whole = np.pi / 4.0 * self.diameter**2
        exhausted = regression >= self.web
        burnt = np.minimum(np.maximum(regression, 0.0), self.web)
        perimeter, port, length, ends = self._profiles.at(burnt)
        area = perimeter * length + ends * (whole - port)
        volume = (whole - port) * length
        if len(self._conical):
            cone = self._cones.at(burnt[..., self._conical])
            for target, values in zip((area, volume, port, length, perimeter), cone, strict=True):
                target[..., self._conical] = values
        left = ~exhausted
        port = np.where(left, port, whole)
        perimeter = perimeter * left
        # of a grain that has burnt out the wall is the port
        wetted = np.where(left, perimeter, np.pi * self.diameter)
        hydraulic = np.where(wetted > 0.0, 4.0 * port / np.where(wetted > 0.0, wetted, 1.0), 0.0)
        return GrainState(area * left, volume * left, port, length * left, perimeter, hydraulic, exhausted)

    def take(self, places: Places) -> "GrainTables":
        """The grains at `places`, each as often as it is named there."""
        is_conical = np.zeros(len(self.diameter), dtype=bool)
        is_conical[self._conical] = True
        among = np.cumsum(is_conical) - 1
        conical = np.flatnonzero(is_conical[places])
        return GrainTables(
            self.diameter[places],
            self.length[places],
            self._profiles.take(places),
            self._cones.take(among[places[conical]]),
            conical,
        )


def cross_section_tables(
    grains: Sequence[Grain], *, resolution: int | Sequence[int], gridded: bool | Sequence[bool] = False
) -> GrainTables:
    """N grains, each as by its closed form, or by the table of its cross-section.

    Cross-sections are burnt back once for all grains that differ in size alone. `resolution`, of all or of each, is
    what a grid would have in cells across the grain: an error of the order of its square. What is `gridded` is as such
    a grid sees it.
    """
    count = len(grains)
    resolution = [resolution] * count if isinstance(resolution, int) else resolution
    gridded = [gridded] * count if isinstance(gridded, bool) else gridded
    conical = [place for place, grain in enumerate(grains) if isinstance(grain, Conical)]
    return GrainTables(
        np.array([grain.diameter for grain in grains]),
        np.array([grain.length for grain in grains]),
        profiles_of(grains, resolution, gridded),
        Cones.of([grains[place] for place in conical]),  # type: ignore[misc]
        np.array(conical, dtype=np.intp),
    )
