"""The fuel grain of a hybrid motor's specification: its sizes, and what keeps ports from being inside of it.

Nothing here imports numpy: the service checks every request with these models.
"""

import math
from typing import Annotated, Literal

from pydantic import Field, model_validator

from engine.fields import Length, Model
from engine.fields import broken_rule as _broken_rule


class Grain(Model):
    """The fuel: a cylinder with `ports` through it. Sizes of ports that are no circles depend on `type`."""

    type: Literal["cylindrical", "star", "wagon_wheel"] = "cylindrical"
    outer_diameter: Length
    port_diameter: Length
    length: Length
    ports: Annotated[int, Field(strict=True, ge=1, le=64, description="a whole number, 1 to 64")] = 1
    points: (
        Annotated[int, Field(strict=True, ge=3, le=32, description="points of the star, 3 to 32")] | None
    ) = None
    tip_diameter: Length | None = None
    hub_diameter: Length | None = None
    spoke_width: Length | None = None

    @model_validator(mode="after")
    def _own_fields(self) -> "Grain":
        belonging = {"star": ("points", "tip_diameter"), "wagon_wheel": ("hub_diameter", "spoke_width")}
        for kind, names in belonging.items():
            for name in names:
                given = getattr(self, name)
                if (given is None) == (self.type == kind):
                    message = (
                        f"is missing; a grain of type '{kind}' has {' and '.join(names)}"
                        if given is None
                        else f"{given:g} belongs to a grain of type '{kind}'; leave it out or change type"
                    )
                    raise _broken_rule(name, message)
        return self

    @model_validator(mode="after")
    def _fits(self) -> "Grain":
        widest = self.tip_diameter or self.port_diameter
        name = "port_diameter" if self.tip_diameter is None else "tip_diameter"
        if widest >= self.outer_diameter:
            raise _broken_rule(
                name,
                f"{widest:g} m is not inside of the grain; give less than outer_diameter {self.outer_diameter:g} m",
            )
        if self.type == "star":
            self._check_star()
        elif self.type == "wagon_wheel":
            self._check_wheel()
        elif self.ports > 1:
            self._check_ring()
        return self

    def _check_ring(self) -> None:
        """Ports in a ring halfway between axis and wall."""
        ring = self.outer_diameter / 2.0
        room = min(ring * math.sin(math.pi / self.ports), self.outer_diameter - ring)
        if self.port_diameter >= room:
            raise _broken_rule(
                "port_diameter",
                f"{self.port_diameter:g} m makes {self.ports} ports overlap; give less than {room:.4g} m",
            )

    def _check_star(self) -> None:
        if self.ports != 1:
            raise _broken_rule("ports", f"{self.ports} stars in one grain are not known; give 1")
        if self.tip_diameter is not None and self.tip_diameter <= self.port_diameter:
            raise _broken_rule(
                "tip_diameter",
                f"{self.tip_diameter:g} m is no wider than the star's inner port_diameter {self.port_diameter:g} m; "
                "give more",
            )

    def _check_wheel(self) -> None:
        if self.ports < 2:
            raise _broken_rule(
                "ports", f"{self.ports} port makes no wheel; give the number of openings, 2 or more"
            )
        hub, width = self.hub_diameter or 0.0, self.spoke_width or 0.0
        if hub >= self.port_diameter:
            raise _broken_rule(
                "hub_diameter",
                f"{hub:g} m fills the port; give less than port_diameter {self.port_diameter:g} m",
            )
        room = hub * math.sin(math.pi / self.ports)
        if width >= room:
            raise _broken_rule(
                "spoke_width",
                f"{width:g} m closes the ports at the hub; give less than {room:.4g} m, or a wider hub_diameter",
            )
