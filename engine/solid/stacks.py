"""The grains of many motors, head to nozzle, and what they have and send through their ports at any regression."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.solid.chambers import Openings
from engine.solid.grains.models import Bates, Grain
from engine.solid.grains.tables import GrainState, GrainTables, cross_section_tables
from engine.solid.grid_tables import GridTables
from engine.solid_spec import SolidSpec
from engine.thermo.nasa_polynomials import Array

FINE = 750


@dataclass(frozen=True)
class Stacks:
    """N motors with G grains each: regressions are (..., N, G); `web`, `density`, the area of the circle around a grain
    and whether its aft end burns are (N, G), `case_volume` is (N,).
    """

    tables: GrainTables
    grid: GridTables | None
    web: Array
    density: Array
    case_area: Array
    case_volume: Array
    has_burning_aft: NDArray[np.bool_]

    @classmethod
    def of(cls, specs: Sequence[SolidSpec]) -> "Stacks":
        """Those of motors with as many grains each, and one resolution."""
        shape = (len(specs), len(specs[0].grains))
        grains = [grain for spec in specs for grain in spec.grains]
        resolution = specs[0].settings.resolution
        grid = GridTables.of(grains, resolution)
        exact = list(grains)
        for place in () if grid is None else grid.places:
            exact[place] = _tube_like(grains[place])
        tables = cross_section_tables(exact, resolution=resolution or FINE)
        web = np.array(tables.web)
        if grid is not None:
            web[grid.places] = grid.web
        density = np.array([[given.stored_density for given in spec.propellants] for spec in specs])
        diameter = np.array([grain.diameter for grain in grains]).reshape(shape)
        length = np.array([grain.length for grain in grains]).reshape(shape)
        area = np.pi / 4.0 * diameter**2
        burning_aft = np.array([grain.exposed_ends[1] for grain in grains]).reshape(shape)
        volume = np.sum(area * length, axis=-1)
        return cls(tables, grid, web.reshape(shape), density.astype(np.float64), area, volume, burning_aft)

    def at(self, regression: Array) -> GrainState:
        """The grains at regressions (..., N, G), in the same shape."""
        shape = regression.shape
        flat = regression.reshape(*shape[:-2], -1)
        state = self.tables.state(flat)
        if self.grid is not None:
            state = self.grid.put(state, flat)
        return GrainState._make(values.reshape(shape) for values in state)

    def burns(self, regression: Array, burnout_web: Array) -> NDArray[np.bool_]:
        """(..., N, G): where more web is left than that of the motor (N,) which counts as burnt out."""
        return np.asarray(self.web - regression > burnout_web[:, None])

    def openings(self, state: GrainState, burns: NDArray[np.bool_]) -> Openings:
        """What the gas of grains has to pass, where those that do not burn make none."""
        area = np.where(burns, state.burning_area, 0.0)
        aft = np.minimum(self.aft_area(state), area)
        return Openings(area, aft, state.port_area, state.hydraulic_diameter)

    def aft_area(self, state: GrainState) -> Array:
        """(..., N, G) m2: of the aft faces that burn, whose gas enters behind the grain's port."""
        return np.where(self.has_burning_aft, np.maximum(self.case_area - state.port_area, 0.0), 0.0)


def _tube_like(grain: Grain) -> Grain:
    """What holds the place of a grain that is solved on a grid."""
    return Bates(
        type="bates", diameter=grain.diameter, length=grain.length, core_diameter=grain.diameter / 2.0
    )
