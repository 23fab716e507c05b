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


class Model(BaseModel):
    """What all parts share: no unknown fields, no changes afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Temperature = number(1.0, 3000.0, "K, 1 to 3000")
