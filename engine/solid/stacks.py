"""The grains of many motors, head to nozzle, and what they have and send through their ports at any regression."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.solid.grains.tables import GrainState, GrainTables, cross_section_tables
from engine.solid.openings import Openings
from engine.solid_spec import SolidSpec
from engine.thermo.nasa_polynomials import Array


@dataclass(frozen=True)
class Stacks:
    """N motors with G grains each: regressions are (..., N, G); `web`, `density`, the area of the circle around a grain
    and whether its aft end burns are (N, G), `case_volume` is (N,).
    """

    tables: GrainTables
    web: Array
    density: Array
    case_area: Array
    case_volume: Array
    has_burning_aft: NDArray[np.bool_]

    @classmethod
    def of(cls, specs: Sequence[SolidSpec]) -> "Stacks":
        """Those of motors with as many grains each."""
        shape = (len(specs), len(specs[0].grains))
        grains = [grain for spec in specs for grain in spec.grains]
        settings = [spec.settings for spec in specs for _ in spec.grains]
        tables = cross_section_tables(
            grains,
            resolution=[given.resolution for given in settings],
            gridded=[given.cross_sections == "gridded" for given in settings],
        )
        density = np.array([[given.stored_density for given in spec.propellants] for spec in specs])
        diameter = np.array([grain.diameter for grain in grains]).reshape(shape)
        length = np.array([grain.length for grain in grains]).reshape(shape)
        area = np.pi / 4.0 * diameter**2
        burning_aft = np.array([grain.exposed_ends[1] for grain in grains]).reshape(shape)
        volume = np.sum(area * length, axis=-1)
        return cls(tables, tables.web.reshape(shape), density.astype(np.float64), area, volume, burning_aft)

    def at(self, regression: Array) -> GrainState:
        """The grains at regressions (..., N, G), in the same shape."""
        shape = regression.shape
        state = self.tables.state(regression.reshape(*shape[:-2], -1))
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
