"""Stand-in until the grains' own branch is here."""

from typing import Annotated, Literal

from pydantic import Field

from engine.fields import Length, Model
from engine.solid_propellants import SolidPropellant


class Bates(Model):
    """A tube."""

    type: Literal["bates"]
    diameter: Length
    length: Length
    core_diameter: Length
    inhibited_ends: Literal["neither", "top", "bottom", "both"] = "neither"
    propellant: SolidPropellant | None = None


class EndBurner(Model):
    """A rod."""

    type: Literal["end_burner"]
    diameter: Length
    length: Length
    propellant: SolidPropellant | None = None


Grain = Annotated[Bates | EndBurner, Field(discriminator="type")]
