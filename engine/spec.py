"""The specification of a motor: what may be asked of the engine, and what is refused with which words.

Nothing here imports numpy: the service checks every request with these models.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from engine.thermo import catalogue


def _number(low: float, high: float, meaning: str) -> Any:
    """A finite number between the limits, both allowed; `meaning` says what it is, with its unit."""
    return Annotated[float, Field(strict=True, ge=low, le=high, allow_inf_nan=False, description=meaning)]


Pressure = _number(1e3, 1e8, "Pa, 1e3 to 1e8")
AmbientPressure = _number(0.0, 1e7, "Pa, 0 (vacuum) to 1e7")
Temperature = _number(1.0, 3000.0, "K, 1 to 3000")
Length = _number(1e-5, 50.0, "m, 1e-5 to 50")
Atoms = _number(1e-9, 1e4, "atoms of the element in one formula unit")
Fraction = _number(0.1, 1.1, "1, 0.1 to 1.1; 1 is ideal")


def _broken_rule(field: str, message: str) -> PydanticCustomError:
    """A rule over several fields, said of the one that the remedy is about."""
    return PydanticCustomError("broken_rule", "{error}", {"error": message, "field": field})


class Model(BaseModel):
    """What all parts share: no unknown fields, no changes afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PropellantDefinition(Model):
    """A propellant given in full, where neither the catalogue nor NASA's data has it."""

    name: str = Field(min_length=1, max_length=64)
    formula: Annotated[
        dict[str, Atoms],  # type: ignore[valid-type]
        AfterValidator(catalogue.check_elements),
    ] = Field(min_length=1, max_length=12, description="atoms by element, such as {'C': 1, 'H': 1.95}")
    enthalpy: _number(-1e8, 1e8, "J/mol of the formula at `temperature`")  # type: ignore[valid-type]
    temperature: Temperature = 298.15  # type: ignore[valid-type]
    density: _number(1e-2, 3e4, "kg/m3") | None = None  # type: ignore[valid-type]


PropellantName = Annotated[
    str,
    Field(min_length=1, max_length=64, description="an alias of the catalogue or a name of NASA's data"),
    AfterValidator(catalogue.check_name),
]


def _how_given(value: Any) -> str | None:
    if isinstance(value, str):
        return "by_name"
    return "in_full" if isinstance(value, dict | PropellantDefinition) else None


AnyPropellant = Annotated[
    Annotated[PropellantName, Tag("by_name")] | Annotated[PropellantDefinition, Tag("in_full")],
    Discriminator(
        _how_given,
        custom_error_type="propellant_type",
        custom_error_message="neither a name nor an object",
    ),
]


HOW_TO_GIVE = "an alias of the catalogue, a name of NASA's data, or an object with name, formula, enthalpy"


class BipropellantMixture(Model):
    """A fuel and an oxidizer; temperatures are those at which they enter the chamber."""

    fuel: AnyPropellant = Field(description=HOW_TO_GIVE)
    oxidizer: AnyPropellant = Field(description=HOW_TO_GIVE)
    mixture_ratio: _number(1e-3, 1e3, "mass of oxidizer per mass of fuel")  # type: ignore[valid-type]
    fuel_temperature: Temperature | None = None  # type: ignore[valid-type]
    oxidizer_temperature: Temperature | None = None  # type: ignore[valid-type]


class Nozzle(Model):
    """The nozzle; `half_angle` is the cone's, in degrees, and has no meaning for a bell."""

    area_ratio: _number(1.0001, 5e3, "exit area over throat area, above 1")  # type: ignore[valid-type]
    throat_diameter: Length | None = None  # type: ignore[valid-type]
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


class Efficiency(Model):
    """How much of the ideal is reached."""

    c_star: Fraction = 1.0  # type: ignore[valid-type]
    nozzle: Fraction = 1.0  # type: ignore[valid-type]


FlowModel = Literal["equilibrium", "frozen", "frozen_at_throat"]


class LiquidSpec(Model):
    """A liquid engine. At most one of `thrust`, `mass_flow_rate` and `nozzle.throat_diameter` sizes it."""

    motor_type: Literal["liquid"]
    propellant: BipropellantMixture
    chamber_pressure: Pressure  # type: ignore[valid-type]
    nozzle: Nozzle
    thrust: _number(1e-3, 1e9, "N, at the ambient pressure") | None = None  # type: ignore[valid-type]
    mass_flow_rate: _number(1e-6, 1e6, "kg/s") | None = None  # type: ignore[valid-type]
    ambient_pressure: AmbientPressure | None = None  # type: ignore[valid-type]
    altitude: _number(0.0, 86e3, "m above sea level, 0 to 86000") | None = None  # type: ignore[valid-type]
    flow_model: FlowModel = "equilibrium"
    combustor: Annotated[InfiniteAreaCombustor | FiniteAreaCombustor, Field(discriminator="type")] = (
        InfiniteAreaCombustor()
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
        if self.ambient_pressure is not None and self.altitude is not None:
            both = f"{self.altitude:g} m and ambient_pressure {self.ambient_pressure:g} Pa"
            message = f"{both} both set the ambient; keep one of them"
            raise _broken_rule("altitude", message)
        return self


AnalysisSpec = LiquidSpec
"""Every motor type's model in one type; solids and hybrids join it with their folders in `engine/`."""
