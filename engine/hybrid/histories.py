"""What hybrid motors do at every point of their burns."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.burns.curves import Curves
from engine.hybrid.headlines import performance_numbers, propellant_numbers
from engine.hybrid.motors import Motors
from engine.hybrid.system import HybridSystem, Moment, Row
from engine.hybrid.thrust import Thrust, thrust_of
from engine.nozzle.atmosphere import SEA_LEVEL_PRESSURE
from engine.thermo.nasa_polynomials import Array

FLOWING = 1e-9
"""kg/s; with less of both there is no mixture ratio."""
LOADED = 0.5
"""Of the mean thrust: separation with less is that of ignition and tail-off."""


@dataclass(frozen=True)
class Histories:
    """Of N motors: `points` are the curves of a history by name, (M,) each, in the order of `curves`; `numbers` the
    headline numbers, (N,) each; whether the flow `separates` under load, and the `least_drop` across the injector over
    the tank's pressure, (N,); `broken` burns could not be marched to their end.
    """

    curves: Curves
    points: dict[str, Array]
    numbers: dict[str, Array]
    separates: NDArray[np.bool_]
    least_drop: Array
    broken: NDArray[np.intp]

    @classmethod
    def of(
        cls, curves: Curves, system: HybridSystem, motors: Motors, broken: NDArray[np.intp]
    ) -> "Histories":
        """Those of curves; `system` has the motor of every point, `motors` (N,) each once."""
        moment = system.moment(curves.state)
        throat = np.pi / 4.0 * curves.state[Row.THROAT_DIAMETER] ** 2 * system.motors.nozzle_discharge
        thrust = _thrust(system, moment, throat)
        points = _points(curves, moment, system.motors, thrust)
        numbers = propellant_numbers(curves, system, motors)
        numbers |= performance_numbers(curves, points, thrust, throat, numbers["propellant_mass"])
        numbers["ambient_pressure"] = motors.ambient_pressure
        burns = curves.phase == 0
        is_loaded = burns & (thrust.ambient > LOADED * numbers["thrust"][curves.burn])
        separates = curves.highest(np.where(thrust.is_separated & is_loaded, 1.0, 0.0)) > 0.0
        drop = np.where(burns, 1.0 - moment.chamber.pressure / moment.feed.pressure, np.inf)
        return cls(curves, points, numbers, separates, curves.lowest(drop), broken)


def _points(curves: Curves, moment: Moment, motors: Motors, thrust: Thrust) -> dict[str, Array]:
    """The curves by their names; NaN where one says nothing."""
    oxidizer, fuel = moment.feed.mass_flow_rate, moment.fuel_flow.sum(axis=0)
    area = moment.area.mean(axis=0)
    burns = (oxidizer > FLOWING) & (fuel > FLOWING)
    return {
        "time": curves.time,
        "thrust": thrust.ambient,
        "chamber_pressure": moment.chamber.pressure,
        "mass_flow_rate": moment.chamber.nozzle_flow,
        "oxidizer_mass_flow_rate": oxidizer,
        "fuel_mass_flow_rate": fuel,
        "mixture_ratio": np.where(burns, oxidizer / np.where(burns, fuel, 1.0), np.nan),
        "oxidizer_flux": oxidizer / area,
        "port_diameter": np.sqrt(4.0 / np.pi * area / motors.ports),
        "throat_diameter": curves.state[Row.THROAT_DIAMETER],
        "tank_pressure": moment.feed.pressure,
        "tank_temperature": moment.feed.temperature,
        "liquid_share": moment.feed.liquid_share,
        "oxidizer_mass": np.where(np.isnan(motors.oxidizer_mass), np.nan, curves.state[Row.TANK_MASS]),
    }


def _thrust(system: HybridSystem, moment: Moment, throat: Array) -> Thrust:
    motors, chamber = system.motors, moment.chamber
    exit_area = np.pi / 4.0 * motors.throat_diameter**2 * motors.area_ratio
    return thrust_of(
        chamber.pressure,
        chamber.gas.gamma,
        throat,
        exit_area,
        motors.ambient_pressure,
        motors.nozzle_efficiency,
        SEA_LEVEL_PRESSURE,
    )
