"""The specification of a solid motor: what may be asked of the engine, and what is refused with which words.

Nothing here imports numpy: the service checks every request with these models.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from engine.fields import Altitude, AmbientPressure, Efficiency, Length, Model, Pressure
from engine.fields import broken_rule as _broken_rule
from engine.fields import number as _number
from engine.solid_grains import Grain
from engine.solid_propellants import SolidPropellant

MOST_GRAINS = 64


class SolidNozzle(Model):
    """The nozzle. Its `efficiency` multiplies the thrust beside the losses that its angles and its throat's length
    make. The throat's radius grows by erosion_coefficient times the pressure and shrinks by slag_coefficient over it.
    """

    throat_diameter: Length
    exit_diameter: Length
    efficiency: _number(0.1, 1.1, "1, 0.1 to 1.1; 1 is ideal") = 1.0  # type: ignore[valid-type]
    convergence_half_angle: _number(0.0, 90.0, "degrees, 0 to 90") | None = None  # type: ignore[valid-type]
    divergence_half_angle: _number(0.0, 90.0, "degrees, 0 to 90") = 15.0  # type: ignore[valid-type]
    throat_length: _number(0.0, 10.0, "m, 0 to 10") = 0.0  # type: ignore[valid-type]
    erosion_coefficient: _number(0.0, 1e-6, "m/(s Pa)") = 0.0  # type: ignore[valid-type]
    slag_coefficient: _number(0.0, 1e6, "m Pa/s") = 0.0  # type: ignore[valid-type]

    @model_validator(mode="after")
    def _widens(self) -> "SolidNozzle":
        if self.exit_diameter < self.throat_diameter:
            raise _broken_rule(
                "exit_diameter",
                f"{self.exit_diameter:g} m is narrower than throat_diameter {self.throat_diameter:g} m; give more",
            )
        return self


class SolidSettings(Model):
    """How the burn is followed. `quasi_steady` holds the pressure at that of the burning surface, step by step of
    `time_step`; `transient` fills and empties the chamber. A grain whose web is thinner than `burnout_web` has burnt
    out; the burn is over where the thrust falls below `burnout_thrust` of its peak. Cross-sections are
    solved as finely as a grid of `resolution` cells would; `gridded` ones are what openMotor sees on such a grid.
    """

    model: Literal["quasi_steady", "transient"] = "quasi_steady"
    time_step: _number(1e-5, 10.0, "s, 1e-5 to 10") | None = None  # type: ignore[valid-type]
    tolerance: _number(1e-9, 1e-2, "1, 1e-9 to 1e-2, relative error of a step") = 1e-3  # type: ignore[valid-type]
    burnout_web: _number(0.0, 1.0, "m, 0 to 1") | None = None  # type: ignore[valid-type]
    burnout_thrust: _number(0.0, 0.5, "1, 0 to 0.5, of the peak") = 1e-3  # type: ignore[valid-type]
    igniter_pressure: Pressure = 1034250.0
    resolution: Annotated[
        int,
        Field(strict=True, ge=64, le=4096, description="cells across a grain, a whole number, 64 to 4096"),
    ] = 750
    cross_sections: Literal["exact", "gridded"] = "exact"
    pressure_limit: Pressure = 10342500.0
    mass_flux_limit: _number(1.0, 1e6, "kg/(s m2)") = 1406.4697609  # type: ignore[valid-type]
    port_throat_limit: _number(0.0, 100.0, "1, 0 to 100") = 2.0  # type: ignore[valid-type]


class AmbientHistory(Model):
    """The pressure outside along the burn, straight between the points and held after the last."""

    time: tuple[_number(0.0, 1e5, "s"), ...] = Field(min_length=2, max_length=10_000)  # type: ignore[valid-type]
    pressure: tuple[AmbientPressure, ...] | None = None
    altitude: tuple[Altitude, ...] | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> "AmbientHistory":
        if (self.pressure is None) == (self.altitude is None):
            raise _broken_rule(
                "pressure", "or altitude has to be given, one of them, with a value for every time"
            )
        name, values = (
            ("pressure", self.pressure) if self.pressure is not None else ("altitude", self.altitude)
        )
        if len(values or ()) != len(self.time):
            raise _broken_rule(
                name, f"has {len(values or ())} values for {len(self.time)} times; give one for every time"
            )
        if any(later <= sooner for sooner, later in zip(self.time, self.time[1:], strict=False)):
            raise _broken_rule("time", "does not rise everywhere; give every time once, in order")
        return self


class SolidSpec(Model):
    """A solid motor: grains from the head to the nozzle, and the propellant of those without one of their own."""

    motor_type: Literal["solid"]
    propellant: SolidPropellant = Field(
        description="an object with density, burn_rates and perhaps ingredients"
    )
    grains: Annotated[
        tuple[Grain, ...],
        Field(
            min_length=1, max_length=MOST_GRAINS, description="a list of grains, from the head to the nozzle"
        ),
    ]
    nozzle: SolidNozzle
    chamber_volume: _number(0.0, 1e3, "m3 beside the ports, 0 to 1000") | None = None  # type: ignore[valid-type]
    ambient_pressure: AmbientPressure | None = None
    altitude: Altitude | None = None
    ambient_history: AmbientHistory | None = None
    efficiency: Efficiency = Efficiency()
    settings: SolidSettings = SolidSettings()
    is_validated: Annotated[bool, Field(strict=True)] = Field(
        default=False,
        alias="validate",
        description="solve the mean operating point with NASA CEA too, and compare; with ingredients only",
    )

    @model_validator(mode="after")
    def _one_ambient(self) -> "SolidSpec":
        names = ("altitude", "ambient_pressure", "ambient_history")
        given = [name for name in names if getattr(self, name) is not None]
        if len(given) > 1:
            raise _broken_rule(given[0], f"and {given[1]} both set the ambient; keep one of them")
        return self

    @model_validator(mode="after")
    def _narrow_throat(self) -> "SolidSpec":
        case = max(grain.diameter for grain in self.grains)
        if self.nozzle.throat_diameter >= case:
            raise _broken_rule(
                "nozzle.throat_diameter",
                f"{self.nozzle.throat_diameter:g} m is wider than the case, whose widest grain has {case:g} m; "
                "give less",
            )
        return self

    @model_validator(mode="after")
    def _known_to_references(self) -> "SolidSpec":
        if self.is_validated and any(given.ingredients is None for given in self.propellants):
            raise _broken_rule(
                "validate",
                "has nothing to compare: a gas that is given by hand is not computed; give ingredients, or false",
            )
        if self.is_validated and any(grain.propellant is not None for grain in self.grains):
            raise _broken_rule("validate", "compares motors of one propellant only; give false")
        return self

    @property
    def propellants(self) -> tuple[SolidPropellant, ...]:
        """The propellant of every grain."""
        return tuple(grain.propellant or self.propellant for grain in self.grains)
