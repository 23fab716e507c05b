"""The thrust of a nozzle along a burn: choked or not, flowing full or parted from its wall."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.nozzle.isentropic import (
    area_of_pressure,
    critical_ratio,
    exit_pressure_ratio,
    mass_flow_share,
    momentum_coefficient,
    separation_pressure_ratio,
)
from engine.thermo.nasa_polynomials import Array


@dataclass(frozen=True)
class Thrust:
    """N at the ambient pressure, without one, and at sea level with the nozzle flowing full; `is_separated` where the
    flow leaves the wall.
    """

    ambient: Array
    vacuum: Array
    sea_level: Array
    is_separated: NDArray[np.bool_]
    exit_pressure: Array


def thrust_of(
    pressure: Array,
    gamma: Array,
    throat_area: Array,
    exit_area: Array,
    ambient_pressure: Array,
    efficiency: Array,
    sea_level_pressure: float,
) -> Thrust:
    """Thrust of gas at rest at `pressure` (Pa), arrays of one shape; `throat_area` (m2) is that which flows.

    Where the exit pressure would fall below 0.4 of the ambient one the flow parts from the wall at that pressure
    (Summerfield), and the nozzle ends there; it acts as its throat alone where the flow is not choked.
    """
    area_ratio = np.maximum(exit_area / throat_area, 1.0001)
    exit_ratio = exit_pressure_ratio(area_ratio, gamma)
    force = pressure * throat_area
    vacuum = efficiency * (momentum_coefficient(exit_ratio, gamma) + exit_ratio * area_ratio)
    back = np.minimum(ambient_pressure / pressure, 1.0)
    parted = separation_pressure_ratio(exit_ratio, back, gamma)
    is_separated = parted > exit_ratio
    end = np.where(is_separated, area_of_pressure(parted, gamma), area_ratio)
    supersonic = efficiency * (momentum_coefficient(parted, gamma) + parted * end) - back * end
    subsonic = efficiency * momentum_coefficient(back, gamma) * mass_flow_share(back, gamma)
    ambient = np.where(back < critical_ratio(gamma), np.maximum(supersonic, 0.0), subsonic)
    return Thrust(
        force * ambient,
        force * vacuum,
        force * vacuum - sea_level_pressure * exit_area,
        is_separated,
        exit_ratio * pressure,
    )
