"""The sizes of many solid motors as arrays: what their burn is marched from."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from engine.solid.ambient import ambient_pressure
from engine.solid_spec import SolidSpec
from engine.thermo.nasa_polynomials import Array

THIN_WEB = 2.54e-4
NOTHING, SMALLEST = 0.5, 1e-6
"""Of the thrust that ends a burn, at least of the smallest: with less pressure, in the same measure, it is over."""


@dataclass(frozen=True)
class Motors:
    """N motors, each (N,), SI; the efficiency of the nozzle is that which is given, without what its shape loses."""

    ambient_pressure: Array
    throat_diameter: Array
    exit_diameter: Array
    nozzle_efficiency: Array
    divergence_half_angle: Array
    throat_length: Array
    erosion_coefficient: Array
    slag_coefficient: Array
    chamber_volume: Array
    time_step: Array
    tolerance: Array
    burnout_web: Array
    burnout_thrust: Array
    igniter_pressure: Array

    @classmethod
    def of(cls, specs: Sequence[SolidSpec]) -> "Motors":
        """Those of checked specifications; what one does not have is NaN."""
        rows = np.array([_numbers(spec) for spec in specs], dtype=np.float64)
        return cls(*rows.T.copy())

    def take(self, places: NDArray[np.intp]) -> "Motors":
        """The motors at `places`."""
        return Motors(**{item.name: getattr(self, item.name)[places] for item in fields(self)})

    def wear(self, motor: int) -> tuple[float, float, float, float]:
        """Of one motor: its throat as made, what wears it and settles in it, and the least pressure over the peak."""
        least = NOTHING * max(float(self.burnout_thrust[motor]), SMALLEST)
        throat = float(self.throat_diameter[motor])
        return throat, float(self.erosion_coefficient[motor]), float(self.slag_coefficient[motor]), least

    @property
    def throat_area(self) -> Array:
        """m2, as the nozzle is made."""
        return np.asarray(np.pi / 4.0 * self.throat_diameter**2)

    @property
    def exit_area(self) -> Array:
        """m2"""
        return np.asarray(np.pi / 4.0 * self.exit_diameter**2)

    @property
    def area_ratio(self) -> Array:
        """Of the nozzle as it is made."""
        return np.asarray((self.exit_diameter / self.throat_diameter) ** 2)

    @property
    def has_fixed_throat(self) -> bool:
        """Whether no throat widens or narrows."""
        return not (self.erosion_coefficient.any() or self.slag_coefficient.any())


def _numbers(spec: SolidSpec) -> tuple[float | None, ...]:
    """In the order of the fields of `Motors`."""
    nozzle, settings = spec.nozzle, spec.settings
    return (
        ambient_pressure(spec),
        nozzle.throat_diameter,
        nozzle.exit_diameter,
        nozzle.efficiency * spec.efficiency.nozzle,
        nozzle.divergence_half_angle,
        nozzle.throat_length,
        nozzle.erosion_coefficient,
        nozzle.slag_coefficient,
        spec.chamber_volume,
        settings.time_step,
        settings.tolerance,
        _burnout_web(spec),
        settings.burnout_thrust,
        settings.igniter_pressure,
    )


def _burnout_web(spec: SolidSpec) -> float:
    """m: openMotor's in quasi-steady steps, which cannot follow the last of a web; none in a transient march."""
    if spec.settings.burnout_web is not None:
        return float(spec.settings.burnout_web)
    return 0.0 if spec.settings.model == "transient" else THIN_WEB
