"""The headline numbers and sizes of many liquid engines, as columns."""

from collections.abc import Sequence

import numpy as np

from engine.liquid.sizing import EXIT, Performance
from engine.spec import LiquidSpec
from engine.thermo.nasa_polynomials import Array
from engine.thermo.rocket_results import RocketStations

CHAMBER = -3


def headlines(
    specs: Sequence[LiquidSpec], flow: RocketStations, performance: Performance
) -> dict[str, Array]:
    """The plain numbers of `AnalysisResult` by name, each (N,)."""
    sized = {name: values for name, values in vars(performance).items() if name != "throat_area"}
    return sized | {
        "chamber_pressure": np.array([spec.chamber_pressure for spec in specs], dtype=np.float64),
        "stagnation_pressure": flow.stagnation_pressure,
        "chamber_temperature": flow.temperature[:, CHAMBER],
        "chamber_gamma": flow.gamma[:, CHAMBER],
        "chamber_molar_mass": flow.molar_mass[:, CHAMBER],
        "exit_pressure": flow.pressure[:, EXIT],
        "exit_temperature": flow.temperature[:, EXIT],
        "exit_mach": flow.mach[:, EXIT],
        "exit_velocity": flow.velocity[:, EXIT],
    }


def geometry(specs: Sequence[LiquidSpec], performance: Performance) -> dict[str, Array]:
    """The sizes of `Geometry` by name, each (N,), m and m2."""
    area_ratio = np.array([spec.nozzle.area_ratio for spec in specs], dtype=np.float64)
    throat_diameter = np.sqrt(4.0 * performance.throat_area / np.pi)
    return {
        "throat_diameter": throat_diameter,
        "throat_area": performance.throat_area,
        "exit_diameter": throat_diameter * np.sqrt(area_ratio),
        "exit_area": performance.throat_area * area_ratio,
        "area_ratio": area_ratio,
    }
