"""The propellant of a solid motor or of one of its grains: how it burns, and to what.

Nothing here imports numpy: the service checks every request with these models.
"""

from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from engine.fields import Model, Temperature, broken_rule
from engine.fields import number as _number
from engine.propellants import Ingredients
from engine.thermo import catalogue

OF_GAS = ("gamma", "flame_temperature", "molar_mass")


class BurnRate(Model):
    """r = coefficient p^exponent (m/s, Pa) between two pressures; what it burns to, where that is given by hand."""

    pressure_min: _number(0.0, 1e9, "Pa, 0 to 1e9") = 0.0  # type: ignore[valid-type]
    pressure_max: _number(0.0, 1e9, "Pa, 0 to 1e9") = 1e9  # type: ignore[valid-type]
    coefficient: _number(1e-15, 10.0, "m/s at 1 Pa, above 0")  # type: ignore[valid-type]
    exponent: _number(-2.0, 0.99, "1, -2 to 0.99")  # type: ignore[valid-type]
    gamma: _number(1.01, 1.67, "1, 1.01 to 1.67") | None = None  # type: ignore[valid-type]
    flame_temperature: _number(300.0, 6000.0, "K, 300 to 6000") | None = None  # type: ignore[valid-type]
    molar_mass: _number(1e-3, 0.2, "kg/mol, 0.001 to 0.2") | None = None  # type: ignore[valid-type]

    @model_validator(mode="after")
    def _ordered(self) -> "BurnRate":
        if self.pressure_max <= self.pressure_min:
            raise broken_rule(
                "pressure_max",
                f"{self.pressure_max:g} Pa is not above pressure_min {self.pressure_min:g} Pa; give more",
            )
        return self


class ErosiveBurning(Model):
    """What flow along the surface adds (Lenoir and Robillard): r_e = coefficient G^0.8 d^-0.2 exp(-exponent r rho/G),
    with the flux G of the gas and the hydraulic diameter d of the port.
    """

    coefficient: _number(0.0, 1.0, "SI: m/s at 1 kg/(s m2) and 1 m")  # type: ignore[valid-type]
    exponent: _number(0.0, 1e3, "1, 0 to 1000; 53 is custom") = 53.0  # type: ignore[valid-type]


def _rising(burn_rates: tuple[BurnRate, ...]) -> tuple[BurnRate, ...]:
    for place, (below, above) in enumerate(pairwise(burn_rates), start=1):
        if above.pressure_min < below.pressure_max * (1.0 - 1e-6):
            raise broken_rule(
                f"{place}.pressure_min",
                f"{above.pressure_min:g} Pa lies below the {below.pressure_max:g} Pa where the one before ends; give "
                "ranges one after the other, from low pressures to high",
            )
    return burn_rates


class SolidPropellant(Model):
    """Its density and burn rates, and what it burns to: by `ingredients`, or by hand with every burn rate.

    At another `temperature` than `reference_temperature` it burns faster by exp(temperature_sensitivity (T - T0)) at
    the same pressure.
    """

    name: str | None = Field(default=None, max_length=120, description="what it is called")
    density: _number(1e2, 2e4, "kg/m3, 100 to 2e4") | None = None  # type: ignore[valid-type]
    burn_rates: Annotated[
        tuple[BurnRate, ...],
        Field(min_length=1, max_length=64, description="a list of objects with coefficient and exponent"),
        AfterValidator(_rising),
    ]
    ingredients: Ingredients | None = None
    temperature: Temperature | None = None
    reference_temperature: Temperature = 294.15
    temperature_sensitivity: _number(0.0, 0.05, "1/K, 0 to 0.05") = 0.0  # type: ignore[valid-type]
    erosive_burning: ErosiveBurning | None = None

    @model_validator(mode="after")
    def _burns_to_something(self) -> "SolidPropellant":
        for place, rate in enumerate(self.burn_rates):
            for name in OF_GAS:
                given = getattr(rate, name)
                if self.ingredients is None and given is None:
                    raise broken_rule(
                        f"burn_rates.{place}.{name}",
                        "is missing; give gamma, flame_temperature and molar_mass with every burn rate, or ingredients",
                    )
                if self.ingredients is not None and given is not None:
                    raise broken_rule(
                        f"burn_rates.{place}.{name}",
                        f"{given:g} and ingredients both say what it burns to; keep one of them",
                    )
        return self

    @model_validator(mode="after")
    def _known_density(self) -> "SolidPropellant":
        if self.stored_density is None:
            raise broken_rule("density", "is missing; give it in kg/m3, voids included")
        return self

    @property
    def stored_density(self) -> float | None:
        """kg/m3, as given; else of its ingredients without voids, where all of them have one."""
        if self.density is not None or self.ingredients is None:
            return self.density
        volume, mass = 0.0, 0.0
        for part in self.ingredients:
            density = getattr(part, "density", None) or catalogue.density(part.name)
            if density is None or part.mass_fraction is None:
                return None
            mass += part.mass_fraction
            volume += part.mass_fraction / density
        return mass / volume
