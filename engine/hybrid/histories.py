"""What hybrid motors do at every point of their burns, and what it comes to over the whole of each."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.burns.curves import Curves
from engine.hybrid.motors import Motors
from engine.hybrid.system import HybridSystem, Row
from engine.hybrid.thrust import Thrust, thrust_of
from engine.nozzle.atmosphere import SEA_LEVEL_PRESSURE
from engine.thermo.constants import STANDARD_GRAVITY
from engine.thermo.nasa_polynomials import Array

FLOWING = 1e-9
"""kg/s; with less oxidizer there is no mixture ratio."""


@dataclass(frozen=True)
class Histories:
    """Of N motors: `points` are the curves of a history by name, (M,) each, in the order of `curves`; `numbers` the
    headline numbers, (N,) each; `throat_area` (N,) the mean; `broken` burns could not be marched to their end.
    """

    curves: Curves
    points: dict[str, Array]
    numbers: dict[str, Array]
    throat_area: Array
    separated: NDArray[np.bool_]
    least_drop: Array
    broken: NDArray[np.intp] = field(default_factory=lambda: np.empty(0, dtype=np.intp))

    @classmethod
    def of(cls, curves: Curves, system: HybridSystem, motors: Motors) -> "Histories":
        """Those of curves; `system` has the motor of every point, `motors` (N,) each once."""
        moment = system.moment(curves.state)
        chamber, feed, of_point = moment.chamber, moment.feed, system.motors
        throat = np.pi / 4.0 * curves.state[Row.THROAT_DIAMETER] ** 2 * of_point.nozzle_discharge
        thrust = _thrust(system, chamber.pressure, chamber.gas.gamma, throat)
        fuel_flow = moment.fuel_flow.sum(axis=0)
        oxidizer_flow = feed.mass_flow_rate
        flows = oxidizer_flow > FLOWING
        area = moment.area.mean(axis=0)
        points = {
            "time": curves.time,
            "thrust": thrust.ambient,
            "chamber_pressure": chamber.pressure,
            "mass_flow_rate": chamber.nozzle_flow,
            "oxidizer_mass_flow_rate": oxidizer_flow,
            "fuel_mass_flow_rate": fuel_flow,
            "mixture_ratio": np.where(flows, oxidizer_flow / np.maximum(fuel_flow, 1e-300), np.nan),
            "oxidizer_flux": oxidizer_flow / area,
            "port_diameter": np.sqrt(4.0 / np.pi * area / of_point.ports),
            "throat_diameter": curves.state[Row.THROAT_DIAMETER],
            "tank_pressure": feed.pressure,
            "tank_temperature": feed.temperature,
            "liquid_share": feed.liquid_share,
            "oxidizer_mass": curves.state[Row.TANK_MASS],
        }
        points["mixture_ratio"] = np.where(
            points["mixture_ratio"] < LARGEST_RATIO, points["mixture_ratio"], np.nan
        )
        numbers, throat_area = _numbers(curves, points, thrust, throat, system, motors)
        drop = np.where(flows & (curves.phase == 0), 1.0 - chamber.pressure / feed.pressure, np.inf)
        lit = np.where(
            curves.phase == 0,
            thrust.is_separated & (thrust.ambient > LOADED * numbers["thrust"][curves.burn]),
            False,
        )
        separated = curves.highest(lit.astype(np.float64)) > 0.0
        return cls(curves, points, numbers, throat_area, separated, curves.lowest(drop))


LARGEST_RATIO = 1e6
FILLED = 0.5
"""Of the highest chamber pressure: with less the chamber fills still, or empties, and no flux is held against it."""
LOADED = 0.5
"""Of the mean thrust: separation with less is that of ignition and tail-off."""


def _thrust(system: HybridSystem, pressure: Array, gamma: Array, throat: Array) -> Thrust:
    motors = system.motors
    exit_area = np.pi / 4.0 * motors.throat_diameter**2 * motors.area_ratio
    return thrust_of(
        pressure,
        gamma,
        throat,
        exit_area,
        motors.ambient_pressure,
        motors.nozzle_efficiency,
        SEA_LEVEL_PRESSURE,
    )


def _numbers(
    curves: Curves,
    points: dict[str, Array],
    thrust: Thrust,
    throat: Array,
    system: HybridSystem,
    motors: Motors,
) -> tuple[dict[str, Array], Array]:
    """The headline numbers, and the mean throat area."""
    first, last = _ends(curves)
    burn_time = curves.last_time(0)
    oxidizer = curves.state[Row.TANK_MASS, first] - curves.state[Row.TANK_MASS, last]
    oxidizer = oxidizer - curves.state[system.core + VENTED_MASS, last]
    area = curves.state[Row.PORT_AREA : system.core]
    fuel = motors.fuel_density * motors.length * (area[:, last] - area[:, first]).mean(axis=0)
    whole = (
        motors.fuel_density * motors.length * (system.ports.last_area[first] - area[:, first].mean(axis=0))
    )
    burnt = oxidizer + fuel
    impulse, pressure = curves.integral(thrust.ambient), points["chamber_pressure"]
    force = pressure * throat
    weight = STANDARD_GRAVITY * burnt
    mean_pressure = curves.integral(pressure, only_phase=0) / burn_time
    numbers = {
        "thrust": impulse / burn_time,
        "specific_impulse": impulse / weight,
        "specific_impulse_vacuum": curves.integral(thrust.vacuum) / weight,
        "specific_impulse_sea_level": curves.integral(thrust.sea_level) / weight,
        "c_star": curves.integral(force, only_phase=0)
        / curves.integral(points["mass_flow_rate"], only_phase=0),
        "thrust_coefficient": impulse / curves.integral(force),
        "mass_flow_rate": burnt / burn_time,
        "chamber_pressure": mean_pressure,
        "stagnation_pressure": mean_pressure,
        "ambient_pressure": motors.ambient_pressure,
        "thrust_peak": curves.highest(thrust.ambient),
        "burn_time": burn_time,
        "total_impulse": impulse,
        "chamber_pressure_peak": curves.highest(pressure),
        "propellant_mass": burnt,
        "mixture_ratio": oxidizer / fuel,
        "oxidizer_mass": oxidizer,
        "fuel_mass": fuel,
        "oxidizer_mass_left": np.where(
            np.isnan(motors.tank_volume), np.nan, curves.state[Row.TANK_MASS, last]
        ),
        "fuel_mass_left": whole - fuel,
    }
    filled = pressure > FILLED * curves.highest(pressure)[curves.burn]
    numbers["oxidizer_flux_peak"] = curves.highest(np.where(filled, points["oxidizer_flux"], 0.0))
    numbers["burn_time_10_percent"] = curves.time_above(thrust.ambient, 0.1 * numbers["thrust_peak"])
    return numbers, curves.integral(throat, only_phase=0) / burn_time


VENTED_MASS = 1
"""Among the gathered states."""


def _ends(curves: Curves) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Places of the first and of the last point of each burn."""
    counts = np.bincount(curves.burn, minlength=curves.count)
    last = np.cumsum(counts) - 1
    return last - counts + 1, last
