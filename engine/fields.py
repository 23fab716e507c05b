"""What the models of specifications are made of: numbers with limits, and rules over several fields.

Nothing here imports numpy: the service checks every request with these models.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError


def number(low: float, high: float, meaning: str) -> Any:
    """A finite number between the limits, both allowed; `meaning` says what it is, with its unit."""
    return Annotated[float, Field(strict=True, ge=low, le=high, allow_inf_nan=False, description=meaning)]


def broken_rule(field: str, message: str) -> PydanticCustomError:
    """A rule over several fields, said of the one that the remedy is about."""
    return PydanticCustomError("broken_rule", "{error}", {"error": message, "field": field})


def require_one_ambient(altitude: float | None, ambient_pressure: float | None) -> None:
    """Raises the broken rule where both are given."""
    if ambient_pressure is not None and altitude is not None:
        both = f"{altitude:g} m and ambient_pressure {ambient_pressure:g} Pa"
        raise broken_rule("altitude", f"{both} both set the ambient; keep one of them")


class Model(BaseModel):
    """What all parts share: no unknown fields, no changes afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Temperature = number(1.0, 3000.0, "K, 1 to 3000")
Pressure = number(1e2, 1e8, "Pa, 1e2 to 1e8")
AmbientPressure = number(0.0, 1e7, "Pa, 0 (vacuum) to 1e7")
Altitude = number(0.0, 86e3, "m above sea level, 0 to 86000")
Length = number(1e-5, 50.0, "m, 1e-5 to 50")
Fraction = number(0.1, 1.1, "1, 0.1 to 1.1; 1 is ideal")


class Efficiency(Model):
    """How much of the ideal is reached."""

    c_star: Fraction = 1.0  # type: ignore[valid-type]
    nozzle: Fraction = 1.0  # type: ignore[valid-type]
