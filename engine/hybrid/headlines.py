"""What the burns of hybrid motors come to: their headline numbers, from the curves of their histories."""

import numpy as np
from numpy.typing import NDArray

from engine.burns.curves import Curves
from engine.hybrid.motors import Motors
from engine.hybrid.system import GATHERED, HybridSystem, Row
from engine.hybrid.thrust import Thrust
from engine.thermo.constants import STANDARD_GRAVITY
from engine.thermo.nasa_polynomials import Array

FILLED = 0.5
"""Of the highest chamber pressure: with less the chamber fills still, or empties, and no flux is held against it."""


def propellant_numbers(curves: Curves, system: HybridSystem, motors: Motors) -> dict[str, Array]:
    """What went and what was left of both propellants, (N,) each, kg."""
    first, last = _ends(curves)
    tank, area = curves.state[Row.TANK_MASS], curves.state[Row.PORT_AREA : system.core].mean(axis=0)
    vented = curves.state[system.core + GATHERED.index("vented_mass"), last]
    oxidizer = tank[first] - tank[last] - vented
    per_area = motors.fuel_density * motors.length
    fuel = per_area * (area[last] - area[first])
    return {
        "propellant_mass": oxidizer + fuel,
        "mixture_ratio": oxidizer / fuel,
        "oxidizer_mass": oxidizer,
        "fuel_mass": fuel,
        "oxidizer_mass_left": np.where(np.isnan(motors.tank_volume), np.nan, tank[last]),
        "fuel_mass_left": per_area * (system.ports.last_area[first] - area[last]),
    }


def performance_numbers(
    curves: Curves, points: dict[str, Array], thrust: Thrust, throat: Array, burnt: Array
) -> dict[str, Array]:
    """Thrust, impulse and pressures, (N,) each; `burnt` (N,) kg, `throat` (M,) m2 at every point."""
    burn_time, pressure = curves.last_time(0), points["chamber_pressure"]
    impulse, force, weight = curves.integral(thrust.ambient), pressure * throat, STANDARD_GRAVITY * burnt
    mean_pressure = curves.integral(pressure, only_phase=0) / burn_time
    thrust_peak, pressure_peak = curves.highest(thrust.ambient), curves.highest(pressure)
    is_filled = pressure > FILLED * pressure_peak[curves.burn]
    through = curves.integral(points["mass_flow_rate"], only_phase=0)
    return {
        "thrust": impulse / burn_time,
        "specific_impulse": impulse / weight,
        "specific_impulse_vacuum": curves.integral(thrust.vacuum) / weight,
        "specific_impulse_sea_level": curves.integral(thrust.sea_level) / weight,
        "c_star": curves.integral(force, only_phase=0) / through,
        "thrust_coefficient": impulse / curves.integral(force),
        "mass_flow_rate": burnt / burn_time,
        "chamber_pressure": mean_pressure,
        "stagnation_pressure": mean_pressure,
        "thrust_peak": thrust_peak,
        "burn_time": burn_time,
        "burn_time_10_percent": curves.time_above(thrust.ambient, 0.1 * thrust_peak),
        "total_impulse": impulse,
        "chamber_pressure_peak": pressure_peak,
        "oxidizer_flux_peak": curves.highest(np.where(is_filled, points["oxidizer_flux"], 0.0)),
    }


def _ends(curves: Curves) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Places of the first and of the last point of each burn."""
    counts = np.bincount(curves.burn, minlength=curves.count)
    last = np.cumsum(counts) - 1
    return last - counts + 1, last
