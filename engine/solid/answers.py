"""The mean operating points of solid motors: stations, composition and the numbers that come of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.nozzle.isentropic import critical_ratio, exit_pressure_ratio, momentum_coefficient
from engine.nozzle.tables import StationTables, at_station, rows_of
from engine.solid.chambers import ChamberGas
from engine.solid.combustion import CombustionTable
from engine.solid.motors import Motors
from engine.solid.thrust import SMALLEST_RATIO
from engine.thermo.constants import GAS_CONSTANT, STANDARD_GRAVITY
from engine.thermo.nasa_polynomials import Array
from engine.thermo.rocket_results import RocketStations

PLACES = ("chamber", "throat", "exit")
CHAMBER, EXIT = 0, -1


@dataclass(frozen=True)
class PerfectGas:
    """Chamber, throat and exit of N motors, (N, 3) by the name of the quantity, of a gas that is given by hand."""

    quantities: dict[str, Array]

    @classmethod
    def of(cls, pressure: Array, gas: ChamberGas, area_ratio: Array) -> "PerfectGas":
        """At chamber pressures (N,)."""
        gamma = gas.gamma
        wide = np.maximum(area_ratio, SMALLEST_RATIO)
        at_exit = np.where(
            area_ratio > SMALLEST_RATIO, exit_pressure_ratio(wide, gamma), critical_ratio(gamma)
        )
        ratio = np.stack([np.ones_like(gamma), critical_ratio(gamma), at_exit], axis=1)
        areas = np.stack([np.full_like(gamma, np.nan), np.ones_like(gamma), area_ratio], axis=1)
        gamma = gamma[:, None]
        temperature = gas.flame_temperature[:, None] * ratio ** ((gamma - 1.0) / gamma)
        molar_mass = gas.molar_mass[:, None] * np.ones_like(ratio)
        specific = GAS_CONSTANT / molar_mass
        sound = np.sqrt(gamma * specific * temperature)
        mach = np.sqrt(2.0 / (gamma - 1.0) * np.maximum(ratio ** ((1.0 - gamma) / gamma) - 1.0, 0.0))
        momentum = np.where(ratio < 1.0, momentum_coefficient(ratio, gamma), np.nan)
        own = STANDARD_GRAVITY / gas.c_star[:, None]
        return cls(
            {
                "pressure": pressure[:, None] * ratio,
                "temperature": temperature,
                "density": pressure[:, None] * ratio / (specific * temperature),
                "molar_mass": molar_mass,
                "heat_capacity": specific * gamma / (gamma - 1.0),
                "gamma": gamma * np.ones_like(ratio),
                "sound_speed": sound,
                "velocity": mach * sound,
                "mach": mach,
                "area_ratio": areas,
                "thrust_coefficient": momentum,
                "specific_impulse": momentum / own,
                "specific_impulse_vacuum": (momentum + ratio * areas) / own,
            }
        )


@dataclass(frozen=True)
class MeanPoints:
    """Of N motors at their mean chamber pressures: of a gas given by hand, or of ingredients solved by the core."""

    flow: PerfectGas | RocketStations
    table: CombustionTable | None

    @classmethod
    def of(
        cls,
        pressure: Array,
        gas: ChamberGas,
        motors: Motors,
        table: CombustionTable | None,
        *,
        detailed: bool = True,
    ) -> "MeanPoints":
        """Those of motors that were marched together; `table` is that of their ingredients, if they have any."""
        if table is None:
            return cls(PerfectGas.of(pressure, gas, motors.area_ratio), None)
        area_ratio = np.maximum(motors.area_ratio, SMALLEST_RATIO)
        return cls(table.stations(pressure, area_ratio, detailed=detailed), table)

    def quantity(self, name: str) -> Array:
        """(N, 3): at chamber, throat and exit; NaN where nothing is known."""
        if isinstance(self.flow, PerfectGas):
            shape = self.flow.quantities["pressure"].shape
            return self.flow.quantities.get(name, np.full(shape, np.nan))
        values: Array = getattr(self.flow, name)
        return values

    def numbers(self) -> dict[str, Array]:
        """The headline numbers of stations by name, (N,) each."""
        return {
            "chamber_temperature": self.quantity("temperature")[:, CHAMBER],
            "chamber_gamma": self.quantity("gamma")[:, CHAMBER],
            "chamber_molar_mass": self.quantity("molar_mass")[:, CHAMBER],
            "exit_pressure": self.quantity("pressure")[:, EXIT],
            "exit_temperature": self.quantity("temperature")[:, EXIT],
            "exit_mach": self.quantity("mach")[:, EXIT],
            "exit_velocity": self.quantity("velocity")[:, EXIT],
        }

    def at(self, path: str) -> Array | float:
        """(N,): a quantity or a mole fraction at a station, by its path; NaN where these motors have no such thing."""
        if self.table is not None and isinstance(self.flow, RocketStations):
            return at_station(self.flow, self.table.products, path)
        room, _, rest = path.partition(".")
        place, _, name = rest.partition(".")
        if room != "stations" or place not in PLACES:
            return np.nan
        return self.quantity(name)[:, PLACES.index(place)]

    def tables(self, names: Sequence[str]) -> list[dict[str, Any]]:
        """Stations with the quantities of these `names`, and composition, of every motor."""
        if self.table is not None and isinstance(self.flow, RocketStations):
            made = StationTables.of(self.flow, self.table.products)
            return [
                {
                    "stations": {name: column[row] for name, column in made.stations.items()},
                    "composition": {name: column[row] for name, column in made.compositions.items()},
                }
                for row in range(len(self.quantity("pressure")))
            ]
        known = self.flow.quantities if isinstance(self.flow, PerfectGas) else {}
        unknown = dict.fromkeys(name for name in names if name not in known)
        columns = {
            place: [
                row | unknown
                for row in rows_of({name: known[name][:, column] for name in names if name in known})
            ]
            for column, place in enumerate(PLACES)
        }
        count = len(self.quantity("pressure"))
        return [
            {"stations": {place: rows[row] for place, rows in columns.items()}, "composition": {}}
            for row in range(count)
        ]


def geometry(motors: Motors) -> dict[str, Array]:
    """The sizes of `Geometry` by name, each (N,), m and m2, as the nozzle is made."""
    return {
        "throat_diameter": motors.throat_diameter,
        "throat_area": motors.throat_area,
        "exit_diameter": motors.exit_diameter,
        "exit_area": motors.exit_area,
        "area_ratio": motors.area_ratio,
    }
