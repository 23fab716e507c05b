"""The specification of a motor: what may be asked of the engine, and what is refused with which words.

Nothing here imports numpy: the service checks every request with these models.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from engine.fields import Altitude, AmbientPressure, Efficiency, Length, Model, Pressure, require_one_ambient
from engine.fields import broken_rule as _broken_rule
from engine.fields import number as _number
from engine.hybrid_spec import HybridSpec
from engine.propellants import LiquidPropellant
from engine.solid_spec import SolidSpec


class Nozzle(Model):
    """The nozzle; `half_angle` is the cone's, in degrees, and has no meaning for a bell."""

    area_ratio: _number(1.0001, 5e3, "exit area over throat area, above 1")  # type: ignore[valid-type]
    throat_diameter: Length | None = None
    type: Literal["bell", "conical"] = "bell"
    half_angle: _number(1.0, 45.0, "degrees, 1 to 45") | None = None  # type: ignore[valid-type]

    @model_validator(mode="after")
    def _cone_only(self) -> "Nozzle":
        if self.half_angle is not None and self.type != "conical":
            raise _broken_rule(
                "half_angle",
                f"{self.half_angle:g} degrees belong to a conical nozzle; set type to 'conical' or leave it out",
            )
        return self


class InfiniteAreaCombustor(Model):
    """Gases at rest in the chamber."""

    type: Literal["infinite_area"] = "infinite_area"


class FiniteAreaCombustor(Model):
    """A chamber of limited width, in which combustion costs total pressure; one of the two numbers says how wide."""

    type: Literal["finite_area"]
    contraction_ratio: _number(1.01, 100.0, "1") | None = Field(  # type: ignore[valid-type]
        default=None, description="chamber area over throat area, 1.01 to 100"
    )
    mass_flux: _number(1e-3, 1e6, "kg/(s m2)") | None = Field(  # type: ignore[valid-type]
        default=None, description="kg/(s m2), mass flow rate over chamber area, 1e-3 to 1e6"
    )

    @model_validator(mode="after")
    def _one_width(self) -> "FiniteAreaCombustor":
        if self.contraction_ratio is None and self.mass_flux is None:
            message = (
                "is missing; give contraction_ratio, chamber area over throat area, or mass_flux in kg/(s m2)"
            )
            raise _broken_rule("contraction_ratio", message)
        if self.contraction_ratio is not None and self.mass_flux is not None:
            both = f"{self.mass_flux:g} kg/(s m2) and contraction_ratio {self.contraction_ratio:g}"
            raise _broken_rule("mass_flux", f"{both} both set the chamber's width; keep one of them")
        return self


FlowModel = Literal["equilibrium", "frozen", "frozen_at_throat"]


class LiquidSpec(Model):
    """A liquid engine. At most one of `thrust`, `mass_flow_rate` and `nozzle.throat_diameter` sizes it."""

    motor_type: Literal["liquid"]
    propellant: LiquidPropellant = Field(
        description="an object with fuel, oxidizer and mixture_ratio, or with monopropellant"
    )
    chamber_pressure: Pressure
    nozzle: Nozzle
    thrust: _number(1e-3, 1e9, "N, at the ambient pressure") | None = None  # type: ignore[valid-type]
    mass_flow_rate: _number(1e-6, 1e6, "kg/s") | None = None  # type: ignore[valid-type]
    ambient_pressure: AmbientPressure | None = None
    altitude: Altitude | None = None
    flow_model: FlowModel = "equilibrium"
    combustor: Annotated[InfiniteAreaCombustor | FiniteAreaCombustor, Field(discriminator="type")] = Field(
        default=InfiniteAreaCombustor(),
        description="an object with type 'infinite_area', or 'finite_area' and contraction_ratio or mass_flux",
    )
    efficiency: Efficiency = Efficiency()
    is_validated: Annotated[bool, Field(strict=True)] = Field(
        default=False, alias="validate", description="solve the same case with NASA CEA too, and compare"
    )

    @model_validator(mode="after")
    def _one_size(self) -> "LiquidSpec":
        sizes = {
            "thrust": self.thrust,
            "mass_flow_rate": self.mass_flow_rate,
            "nozzle.throat_diameter": self.nozzle.throat_diameter,
        }
        given = [name for name, value in sizes.items() if value is not None]
        if len(given) > 1:
            message = f"{' and '.join(given)} each size the motor; keep one of them and leave out the others"
            raise _broken_rule(given[0], message)
        return self

    @model_validator(mode="after")
    def _one_ambient(self) -> "LiquidSpec":
        require_one_ambient(self.altitude, self.ambient_pressure)
        return self


AnalysisSpec = LiquidSpec | HybridSpec | SolidSpec
"""Every motor type's model in one type; each has a folder in `engine/`."""
