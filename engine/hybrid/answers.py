"""The mean operating points of burns, solved by the core: stations, composition and the numbers that come of them."""

from dataclasses import dataclass

import numpy as np

from engine.hybrid.burning import Burn
from engine.thermo.nasa_polynomials import Array
from engine.thermo.reactants import mix_blends
from engine.thermo.rocket_results import RocketStations
from engine.thermo.species import ProductSpecies, product_species

CHAMBER, EXIT = -3, -1


@dataclass(frozen=True)
class MeanPoints:
    """Chamber, throat and exit of N motors at their mean mixture and chamber pressure."""

    products: ProductSpecies
    stations: RocketStations

    @classmethod
    def of(cls, burn: Burn, *, detailed: bool = True) -> "MeanPoints":
        """Those of motors that were marched together."""
        numbers, table = burn.histories.numbers, burn.table
        ratio, pressure = numbers["mixture_ratio"], numbers["chamber_pressure"]
        flow = table.stations(ratio, pressure, burn.motors.area_ratio, detailed=detailed)
        mixture = mix_blends(table.fuel, table.oxidizer, np.ones(1))
        return cls(product_species(mixture.elements), flow)

    def numbers(self) -> dict[str, Array]:
        """The headline numbers of stations by name, (N,) each."""
        flow = self.stations
        return {
            "chamber_temperature": flow.temperature[:, CHAMBER],
            "chamber_gamma": flow.gamma[:, CHAMBER],
            "chamber_molar_mass": flow.molar_mass[:, CHAMBER],
            "exit_pressure": flow.pressure[:, EXIT],
            "exit_temperature": flow.temperature[:, EXIT],
            "exit_mach": flow.mach[:, EXIT],
            "exit_velocity": flow.velocity[:, EXIT],
        }


def geometry(burn: Burn) -> dict[str, Array]:
    """The sizes of `Geometry` by name, each (N,), m and m2, as the nozzle is made."""
    motors = burn.motors
    throat_area = np.pi / 4.0 * motors.throat_diameter**2
    return {
        "throat_diameter": motors.throat_diameter,
        "throat_area": throat_area,
        "exit_diameter": motors.throat_diameter * np.sqrt(motors.area_ratio),
        "exit_area": throat_area * motors.area_ratio,
        "area_ratio": motors.area_ratio,
    }
