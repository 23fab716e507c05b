"""The specification of a hybrid motor: what may be asked of the engine, and what is refused with which words.

Nothing here imports numpy: the service checks every request with these models.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from engine.fields import (
    Altitude,
    AmbientPressure,
    Efficiency,
    Length,
    Model,
    Pressure,
    Temperature,
    require_one_ambient,
)
from engine.fields import broken_rule as _broken_rule
from engine.fields import number as _number
from engine.hybrid_grain import Grain
from engine.propellants import HOW_TO_GIVE, AnyPropellant, PropellantDefinition
from engine.regression_laws import Flux, RegressionLaw, find_law, pairs
from engine.thermo import catalogue

Density = _number(1e-2, 3e4, "kg/m3")
SELF_PRESSURIZED = "N2O"
COLDEST, HOTTEST = 250.0, 309.0
"""K, of a tank of nitrous oxide: its critical point lies at 309.52 K."""


class HybridPropellant(Model):
    """A solid fuel and the oxidizer that flows over it. The temperatures are those at which they enter."""

    fuel: AnyPropellant = Field(description=HOW_TO_GIVE)
    oxidizer: AnyPropellant = Field(description=HOW_TO_GIVE)
    fuel_density: Density | None = None  # type: ignore[valid-type]
    oxidizer_density: Density | None = None  # type: ignore[valid-type]
    fuel_temperature: Temperature | None = None
    oxidizer_temperature: Temperature | None = None


class Regression(Model):
    """r = coefficient G^exponent x^length_exponent, m/s of kg/(s m2) and m, x along the port."""

    coefficient: _number(1e-9, 1.0, "m/s at 1 kg/(s m2), above 0")  # type: ignore[valid-type]
    exponent: _number(0.0, 0.98, "1, 0 to 0.98")  # type: ignore[valid-type]
    length_exponent: _number(-0.5, 1.0, "1, -0.5 to 1") = 0.0  # type: ignore[valid-type]
    flux: Flux = "oxidizer"


class Tank(Model):
    """The oxidizer's tank; with `pressure` a regulator holds it, without it nitrous oxide presses itself out."""

    volume: _number(1e-7, 1e4, "m3, 1e-7 to 1e4")  # type: ignore[valid-type]
    oxidizer_mass: _number(1e-6, 1e7, "kg, 1e-6 to 1e7")  # type: ignore[valid-type]
    temperature: Temperature | None = None
    pressure: Pressure | None = None
    vent_diameter: Length | None = None


class Injector(Model):
    """Round holes between tank and chamber; `diameter` is that of one."""

    count: Annotated[int, Field(strict=True, ge=1, le=100_000, description="a whole number, 1 to 100000")] = 1
    diameter: Length
    discharge_coefficient: _number(0.05, 1.0, "1, 0.05 to 1") = 0.66  # type: ignore[valid-type]
    model: Literal["dyer", "homogeneous_equilibrium", "incompressible"] | None = Field(
        default=None,
        description="'dyer' (what holds where it is left out), 'homogeneous_equilibrium' or 'incompressible'",
    )


class HybridNozzle(Model):
    """The nozzle; `half_angle` is the cone's, in degrees; the throat widens by `erosion_rate` on all sides."""

    throat_diameter: Length
    area_ratio: _number(1.0001, 5e3, "exit area over throat area, above 1")  # type: ignore[valid-type]
    type: Literal["bell", "conical"] = "bell"
    half_angle: _number(1.0, 45.0, "degrees, 1 to 45") | None = None  # type: ignore[valid-type]
    discharge_coefficient: _number(0.5, 1.0, "1, 0.5 to 1") = 1.0  # type: ignore[valid-type]
    erosion_rate: _number(0.0, 1e-2, "m/s of the radius, 0 to 0.01") = 0.0  # type: ignore[valid-type]

    @model_validator(mode="after")
    def _cone_only(self) -> "HybridNozzle":
        if self.half_angle is not None and self.type != "conical":
            raise _broken_rule(
                "half_angle",
                f"{self.half_angle:g} degrees belong to a conical nozzle; set type to 'conical' or leave it out",
            )
        return self


class HybridSettings(Model):
    """How the burn is solved: with steps as long as `tolerance` and `time_step` let them be, in `stations` along the
    port; a flux of the oxidizer above `flux_limit` is warned of.
    """

    time_step: _number(5e-3, 10.0, "s, the longest step, 0.005 to 10") | None = None  # type: ignore[valid-type]
    tolerance: _number(1e-9, 1e-2, "1, 1e-9 to 1e-2, relative error of a step") = 1e-3  # type: ignore[valid-type]
    stations: Annotated[int, Field(strict=True, ge=1, le=64, description="a whole number, 1 to 64")] = 1
    flux_limit: _number(1.0, 1e5, "kg/(s m2)") = 700.0  # type: ignore[valid-type]


class Sizing(Model):
    """What the motor is to do, one of the three or two: its sizes are scaled until it does.

    For the thrust all areas of flow and the grain's length are scaled, so that pressure, mixture and fluxes stay; for
    the time the oxidizer and the thickness of the fuel are.
    """

    thrust: _number(1e-3, 1e8, "N, mean over the burn") | None = None  # type: ignore[valid-type]
    burn_time: _number(1e-2, 1e4, "s") | None = None  # type: ignore[valid-type]
    total_impulse: _number(1e-3, 1e11, "N s") | None = None  # type: ignore[valid-type]

    @model_validator(mode="after")
    def _one_or_two(self) -> "Sizing":
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if not given:
            raise _broken_rule(
                "thrust", "is missing; give thrust, burn_time or total_impulse, or two of them"
            )
        if len(given) == len(type(self).model_fields):
            raise _broken_rule(
                "total_impulse",
                f"{self.total_impulse:g} N s, thrust and burn_time are one too many; leave out one of them",
            )
        return self


class HybridSpec(Model):
    """A hybrid motor: oxidizer by a steady flow or from a tank through an injector, a fuel grain and a nozzle."""

    motor_type: Literal["hybrid"]
    propellant: HybridPropellant = Field(description="an object with fuel and oxidizer")
    grain: Grain
    regression: Regression | None = None
    oxidizer_mass_flow_rate: _number(1e-7, 1e5, "kg/s") | None = None  # type: ignore[valid-type]
    tank: Tank | None = None
    injector: Injector | None = None
    nozzle: HybridNozzle
    chamber_volume: _number(0.0, 1e3, "m3 beside the ports, 0 to 1000") | None = None  # type: ignore[valid-type]
    ambient_pressure: AmbientPressure | None = None
    altitude: Altitude | None = None
    burn_time: _number(1e-3, 1e4, "s until the valve closes, 1e-3 to 1e4") | None = None  # type: ignore[valid-type]
    efficiency: Efficiency = Efficiency()
    sizing: Sizing | None = None
    settings: HybridSettings = HybridSettings()
    is_validated: Annotated[bool, Field(strict=True)] = Field(
        default=False,
        alias="validate",
        description="solve the mean operating point with NASA CEA too, and compare",
    )

    @model_validator(mode="after")
    def _one_ambient(self) -> "HybridSpec":
        require_one_ambient(self.altitude, self.ambient_pressure)
        return self

    @model_validator(mode="after")
    def _one_feed(self) -> "HybridSpec":
        if self.tank is None and self.oxidizer_mass_flow_rate is None:
            raise _broken_rule(
                "oxidizer_mass_flow_rate", "is missing; give it in kg/s, or a tank with an injector"
            )
        if self.tank is not None and self.oxidizer_mass_flow_rate is not None:
            raise _broken_rule(
                "oxidizer_mass_flow_rate",
                f"{self.oxidizer_mass_flow_rate:g} kg/s and a tank both feed the motor; keep one of them",
            )
        if (self.tank is None) != (self.injector is None):
            missing, there = ("injector", "tank") if self.injector is None else ("tank", "injector")
            raise _broken_rule(missing, f"is missing; the {there} feeds nothing without it")
        return self

    @model_validator(mode="after")
    def _filled_tank(self) -> "HybridSpec":
        tank, oxidizer = self.tank, self.propellant.oxidizer
        if tank is None:
            return self
        if tank.pressure is not None:
            self._check_regulated(tank)
            return self
        if oxidizer != SELF_PRESSURIZED:
            raise _broken_rule(
                "tank.pressure",
                f"is missing; only {SELF_PRESSURIZED} drives itself out of a tank: give the pressure in Pa that a "
                f"regulator holds over {_named(oxidizer)}",
            )
        if tank.temperature is not None and not COLDEST <= tank.temperature <= HOTTEST:
            why = (
                "is at or above the critical point, where no liquid is"
                if tank.temperature > HOTTEST
                else "is too cold"
            )
            raise _broken_rule(
                "tank.temperature",
                f"{tank.temperature:g} K {why}; nitrous oxide in its own vapour is known from {COLDEST:g} to "
                f"{HOTTEST:g} K: give one in between, or the pressure of a regulator",
            )
        return self

    def _check_regulated(self, tank: Tank) -> None:
        """What is made for nitrous oxide in its own vapour."""
        if tank.vent_diameter is not None:
            raise _broken_rule(
                "tank.vent_diameter",
                f"{tank.vent_diameter:g} m vents the vapour of a tank that presses itself out; behind a regulator "
                "leave it out",
            )
        model = self.injector.model if self.injector is not None else None
        if model in ("dyer", "homogeneous_equilibrium"):
            raise _broken_rule(
                "injector.model",
                f"'{model}' is for liquid that boils in the holes; behind a regulator leave it out, or give "
                "'incompressible'",
            )

    @model_validator(mode="after")
    def _narrow_injector(self) -> "HybridSpec":
        if self.injector is not None:
            injector, nozzle = self.injector, self.nozzle
            open_area = injector.discharge_coefficient * injector.count * injector.diameter**2
            if open_area >= nozzle.throat_diameter**2:
                raise _broken_rule(
                    "injector.diameter",
                    f"{injector.count} holes of {injector.diameter:g} m are wider than the throat of "
                    f"{nozzle.throat_diameter:g} m: the chamber would flow back into the tank; give fewer or smaller "
                    "holes, or a wider throat",
                )
        return self

    @model_validator(mode="after")
    def _known_propellants(self) -> "HybridSpec":
        fuel, oxidizer = self.propellant.fuel, self.propellant.oxidizer
        if self.law is None and self.regression is None:
            raise _broken_rule(
                "regression",
                f"is missing: of {_named(fuel)} with {_named(oxidizer)} no law is known; give coefficient and exponent "
                f"of r = a G^n in SI, or take one of {pairs()}",
            )
        if self.fuel_density is None:
            raise _broken_rule(
                "propellant.fuel_density",
                f"is missing; no density of {_named(fuel)} is known: give it in kg/m3",
            )
        return self

    @property
    def law(self) -> RegressionLaw | None:
        """The catalogue's law for the pair, whether or not the specification has its own."""
        fuel, oxidizer = self.propellant.fuel, self.propellant.oxidizer
        return find_law(fuel, oxidizer) if isinstance(fuel, str) and isinstance(oxidizer, str) else None

    @property
    def rule(self) -> Regression:
        """How the fuel regresses: by the law of the specification, or by that of the catalogue."""
        if self.regression is not None:
            return self.regression
        law = self.law
        if law is None:
            raise ValueError("a specification without a law was let through")
        return Regression(coefficient=law.coefficient, exponent=law.exponent, flux=law.flux)

    @property
    def fuel_density(self) -> float | None:
        """kg/m3, as given, or of the fuel's definition or entry."""
        return self.propellant.fuel_density or density_of(self.propellant.fuel)

    @property
    def is_gas(self) -> bool:
        """Whether the oxidizer is stored as a gas; one that is given a density is a liquid."""
        given = self.propellant.oxidizer
        is_entry = isinstance(given, str) and given != SELF_PRESSURIZED and catalogue.state(given) == "gas"
        return is_entry and self.propellant.oxidizer_density is None

    @property
    def is_self_pressurized(self) -> bool:
        """Whether the oxidizer's own vapour drives it out of the tank."""
        return self.tank is not None and self.tank.pressure is None


def density_of(propellant: AnyPropellant) -> float | None:
    """kg/m3 as stored, where the definition or the catalogue has it."""
    if isinstance(propellant, PropellantDefinition):
        return propellant.density
    return catalogue.density(propellant) if isinstance(propellant, str) else None


def _named(propellant: AnyPropellant) -> str:
    if isinstance(propellant, str):
        return propellant
    return propellant.name if isinstance(propellant, PropellantDefinition) else "this mixture"
