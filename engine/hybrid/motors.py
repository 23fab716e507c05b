"""The sizes of many hybrid motors as arrays: what their burn is marched from."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from engine.hybrid.saturation import saturation
from engine.hybrid_spec import HOTTEST, SELF_PRESSURIZED, HybridSpec, density_of
from engine.nozzle.atmosphere import standard_atmosphere
from engine.nozzle.losses import DEFAULT_HALF_ANGLE, cone_divergence
from engine.parsing import propellant
from engine.thermo.constants import GAS_CONSTANT
from engine.thermo.nasa_polynomials import Array

DEFAULT_TEMPERATURE = 293.15
ENDLESS = 1e5
"""s; where no valve closes."""


@dataclass(frozen=True)
class Motors:
    """N motors, each (N,), SI. Areas of the injector and of the vent are those of all holes times their coefficient;
    `law_*` are those of r = a G^n x^m; the efficiency of the nozzle has the divergence of a cone in it.
    """

    ambient_pressure: Array
    throat_diameter: Array
    area_ratio: Array
    nozzle_discharge: Array
    nozzle_efficiency: Array
    c_star_efficiency: Array
    erosion_rate: Array
    outer_diameter: Array
    port_diameter: Array
    ports: Array
    length: Array
    chamber_volume: Array
    fuel_density: Array
    law_coefficient: Array
    law_exponent: Array
    law_length_exponent: Array
    oxidizer_mass_flow_rate: Array
    tank_volume: Array
    oxidizer_mass: Array
    tank_temperature: Array
    tank_pressure: Array
    oxidizer_density: Array
    injector_area: Array
    vent_area: Array
    burn_time: Array

    @classmethod
    def of(cls, specs: Sequence[HybridSpec]) -> "Motors":
        """Those of checked specifications; what one does not have is NaN."""
        rows = np.array([list(_numbers(spec).values()) for spec in specs], dtype=np.float64)
        names = list(_numbers(specs[0]))
        return cls(**dict(zip(names, rows.T.copy(), strict=True)))

    def take(self, places: NDArray[np.intp]) -> "Motors":
        """The motors at `places`."""
        return Motors(**{item.name: getattr(self, item.name)[places] for item in fields(self)})


def _numbers(spec: HybridSpec) -> dict[str, float | None]:
    grain, nozzle, regression = spec.grain, spec.nozzle, spec.rule
    half_angle = np.array(nozzle.half_angle or DEFAULT_HALF_ANGLE)
    spread = float(cone_divergence(half_angle)) if nozzle.type == "conical" else 1.0
    volume = np.pi / 4.0 * grain.outer_diameter**3 if spec.chamber_volume is None else spec.chamber_volume
    return {
        "ambient_pressure": _ambient_pressure(spec),
        "throat_diameter": nozzle.throat_diameter,
        "area_ratio": nozzle.area_ratio,
        "nozzle_discharge": nozzle.discharge_coefficient,
        "nozzle_efficiency": spec.efficiency.nozzle * spread,
        "c_star_efficiency": spec.efficiency.c_star,
        "erosion_rate": nozzle.erosion_rate,
        "outer_diameter": grain.outer_diameter,
        "port_diameter": grain.port_diameter,
        "ports": float(grain.ports),
        "length": grain.length,
        "chamber_volume": float(volume),
        "fuel_density": spec.fuel_density,
        "law_coefficient": regression.coefficient,
        "law_exponent": regression.exponent,
        "law_length_exponent": regression.length_exponent,
        "burn_time": ENDLESS if spec.burn_time is None else spec.burn_time,
        **_feed_numbers(spec),
    }


def _feed_numbers(spec: HybridSpec) -> dict[str, float | None]:
    tank, injector = spec.tank, spec.injector
    if tank is None or injector is None:
        return {"oxidizer_mass_flow_rate": spec.oxidizer_mass_flow_rate} | dict.fromkeys(OF_TANKS)
    return {
        "oxidizer_mass_flow_rate": None,
        "tank_volume": tank.volume,
        "oxidizer_mass": tank.oxidizer_mass,
        "tank_temperature": tank.temperature or DEFAULT_TEMPERATURE,
        "tank_pressure": tank.pressure,
        "oxidizer_density": oxidizer_density(spec),
        "injector_area": math.pi
        / 4.0
        * injector.diameter**2
        * injector.count
        * injector.discharge_coefficient,
        "vent_area": math.pi / 4.0 * (tank.vent_diameter or 0.0) ** 2 * VENT_DISCHARGE,
    }


OF_TANKS = (
    "tank_volume",
    "oxidizer_mass",
    "tank_temperature",
    "tank_pressure",
    "oxidizer_density",
    "injector_area",
    "vent_area",
)
VENT_DISCHARGE = 0.8


def oxidizer_density(spec: HybridSpec) -> float | None:
    """kg/m3 in a tank that a regulator holds: as given; of a gas by its pressure; of nitrous oxide that of its
    saturated liquid, where there is one; of others that of the catalogue. None where none is known.
    """
    tank, given = spec.tank, spec.propellant
    if tank is None or tank.pressure is None:
        return None
    if given.oxidizer_density is not None:
        return float(given.oxidizer_density)
    temperature = tank.temperature or DEFAULT_TEMPERATURE
    if spec.is_gas:
        molar_mass = propellant(given.oxidizer).molar_mass
        return float(tank.pressure * molar_mass / (GAS_CONSTANT * temperature))
    if given.oxidizer == SELF_PRESSURIZED:
        return float(saturation(temperature).liquid_density) if temperature <= HOTTEST else None
    return density_of(given.oxidizer)


def _ambient_pressure(spec: HybridSpec) -> float:
    if spec.altitude is not None:
        return float(standard_atmosphere(spec.altitude).pressure)
    return spec.ambient_pressure or 0.0
