"""The grains that a specification may name: their dimensions, and which of them cannot be cast.

Nothing here imports numpy: the service checks every request with these models.
"""

import math
from itertools import pairwise
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field, model_validator

from engine.fields import Length, Model, broken_rule, number
from engine.solid_propellants import SolidPropellant

InhibitedEnds: TypeAlias = Literal["neither", "top", "bottom", "both"]
Offset = number(-25.0, 25.0, "m from the axis, -25 to 25")
Width = number(0.0, 50.0, "m, 0 to 50")
Coordinate = number(-50.0, 50.0, "m from the axis, -50 to 50")
Point: TypeAlias = tuple[Coordinate, Coordinate]  # type: ignore[valid-type]
Loop = Annotated[
    tuple[Point, ...],
    Field(min_length=3, max_length=20_000, description="a list of points [x, y] in m around a port"),
]


def _count(low: int, high: int) -> type[int]:
    meaning = f"a whole number, {low} to {high}"
    return Annotated[int, Field(strict=True, ge=low, le=high, description=meaning)]  # type: ignore[return-value]


class CastGrain(Model):
    """What every grain has: it fills a cylinder, and may have a propellant of its own."""

    diameter: Length
    length: Length
    propellant: SolidPropellant | None = None

    @property
    def exposed_ends(self) -> tuple[bool, bool]:
        """Whether the forward and the aft end burn."""
        return True, True

    def _keep_inside(self, name: str) -> None:
        width = getattr(self, name)
        if width >= self.diameter:
            raise broken_rule(
                name, f"{width:g} m is not inside of the grain; give less than diameter {self.diameter:g} m"
            )


class PerforatedGrain(CastGrain):
    """A grain with a port from end to end; `inhibited_ends` do not burn."""

    inhibited_ends: InhibitedEnds = "neither"

    @property
    def exposed_ends(self) -> tuple[bool, bool]:
        """Whether the forward and the aft end burn."""
        return self.inhibited_ends in ("neither", "bottom"), self.inhibited_ends in ("neither", "top")


class Bates(PerforatedGrain):
    """A round port in the middle."""

    type: Literal["bates"]
    core_diameter: Length

    @model_validator(mode="after")
    def _fits(self) -> "Bates":
        self._keep_inside("core_diameter")
        return self


class EndBurner(CastGrain):
    """No port: the aft end alone burns."""

    type: Literal["end_burner"]

    @property
    def exposed_ends(self) -> tuple[bool, bool]:
        """The aft end."""
        return False, True


class Conical(PerforatedGrain):
    """A round port that widens, or narrows, from its forward end to its aft end."""

    type: Literal["conical"]
    forward_core_diameter: Length
    aft_core_diameter: Length

    @model_validator(mode="after")
    def _fits(self) -> "Conical":
        for name in ("forward_core_diameter", "aft_core_diameter"):
            width = getattr(self, name)
            if width > self.diameter:
                raise broken_rule(
                    name, f"{width:g} m is wider than the grain; give at most diameter {self.diameter:g} m"
                )
        if self.forward_core_diameter == self.aft_core_diameter == self.diameter:
            raise broken_rule("aft_core_diameter", f"{self.diameter:g} m leaves no propellant; give less")
        return self


class RodAndTube(PerforatedGrain):
    """A rod inside of a tube; the rod may have an inert support in its middle."""

    type: Literal["rod_and_tube"]
    core_diameter: Length
    rod_diameter: Width  # type: ignore[valid-type]
    support_diameter: Width = 0.0  # type: ignore[valid-type]

    @model_validator(mode="after")
    def _fits(self) -> "RodAndTube":
        self._keep_inside("core_diameter")
        for name, around in (("rod_diameter", "core_diameter"), ("support_diameter", "rod_diameter")):
            width, limit = getattr(self, name), getattr(self, around)
            if width > limit or (name == "rod_diameter" and width == limit):
                raise broken_rule(name, f"{width:g} m is wider than {around} {limit:g} m; give less")
        return self


class Finocyl(PerforatedGrain):
    """A round port with straight fins: slots around it, or `inverted`, of propellant that reaches into it.

    Every second fin of a `staggered` one has the length `short_fin_length`.
    """

    type: Literal["finocyl"]
    core_diameter: Length
    fins: _count(1, 64)  # type: ignore[valid-type]
    fin_width: Length
    fin_length: Length
    inverted: Annotated[bool, Field(strict=True)] = False
    short_fin_length: Length | None = None

    @model_validator(mode="after")
    def _fits(self) -> "Finocyl":
        self._keep_inside("core_diameter")
        if self.short_fin_length is not None:
            self._check_staggered(self.short_fin_length)
        core = float(self.core_diameter) / 2.0
        if self.inverted and self.fin_length >= core:
            raise broken_rule(
                "fin_length", f"{self.fin_length:g} m reaches the axis; give less than half of core_diameter"
            )
        room = self._room(core)
        if self.fin_width >= room:
            raise broken_rule(
                "fin_width",
                f"{self.fin_width:g} m makes {self.fins} fins overlap; give less than {room:.4g} m",
            )
        return self

    def _room(self, core: float) -> float:
        """The width at which fins meet: inverted ones at their tips or their roots, others at their tips, or with no
        propellant left between them.
        """
        if self.fins <= 2:
            return 2.0 * core
        half, length, wall = math.pi / self.fins, float(self.fin_length), float(self.diameter) / 2.0
        if self.inverted:
            return 2.0 * min((core - length) * math.tan(half), core * math.sin(half))
        shorter = length if self.short_fin_length is None else float(self.short_fin_length)
        return 2.0 * min((core + shorter) * math.tan(half), wall * math.sin(half))

    def _check_staggered(self, short: float) -> None:
        if self.inverted or self.fins % 2:
            what = "inverted" if self.inverted else "fins"
            raise broken_rule(
                "short_fin_length",
                f"{short:g} m wants an even number of fins that are no inverted ones; see {what}",
            )
        if short > self.fin_length:
            raise broken_rule(
                "short_fin_length", f"{short:g} m is longer than fin_length {self.fin_length:g} m; give less"
            )


class Star(PerforatedGrain):
    """Points that meet in the middle, each `point_width` wide on the axis and narrowing to nothing at `point_length`.

    Its sides are those of openMotor: across a point its half width is half of `point_width` times 1 - r/point_length,
    with the distance r from the axis of the grain.
    """

    type: Literal["star"]
    points: _count(2, 64)  # type: ignore[valid-type]
    point_length: Length
    point_width: Length

    @model_validator(mode="after")
    def _fits(self) -> "Star":
        across = 2.0 * math.sin(math.pi / self.points) / self.point_width
        if 1.0 / (1.0 / self.point_length + across) >= self.diameter / 2.0:
            raise broken_rule(
                "point_width",
                f"{self.point_width:g} m leaves no propellant between {self.points} points; give less",
            )
        return self


class Moon(PerforatedGrain):
    """A round port beside the axis."""

    type: Literal["moon"]
    core_diameter: Length
    core_offset: Width  # type: ignore[valid-type]

    @model_validator(mode="after")
    def _fits(self) -> "Moon":
        self._keep_inside("core_diameter")
        if self.core_offset - self.core_diameter / 2.0 >= self.diameter / 2.0:
            raise broken_rule(
                "core_offset", f"{self.core_offset:g} m puts the core outside of the grain; give less"
            )
        return self


class CShaped(PerforatedGrain):
    """A slot from `slot_offset` beside the axis to the wall."""

    type: Literal["c"]
    slot_width: Length
    slot_offset: Offset = 0.0  # type: ignore[valid-type]

    @model_validator(mode="after")
    def _fits(self) -> "CShaped":
        self._keep_inside("slot_width")
        _check_offset(self.slot_offset, self.diameter)
        return self


class DShaped(PerforatedGrain):
    """All beyond a chord is open; `slot_offset` is its distance from the axis."""

    type: Literal["d"]
    slot_offset: Offset = 0.0  # type: ignore[valid-type]

    @model_validator(mode="after")
    def _fits(self) -> "DShaped":
        _check_offset(self.slot_offset, self.diameter)
        return self


class XShaped(PerforatedGrain):
    """Two slots that cross on the axis; `slot_length` is from there to an end."""

    type: Literal["x"]
    slot_width: Length
    slot_length: Length

    @model_validator(mode="after")
    def _fits(self) -> "XShaped":
        widest = self.diameter / math.sqrt(2.0)
        if self.slot_width >= widest:
            raise broken_rule(
                "slot_width",
                f"{self.slot_width:g} m leaves no propellant between the slots; give less than {widest:.4g} m",
            )
        if self.slot_width >= 2.0 * self.slot_length:
            raise broken_rule(
                "slot_width",
                f"{self.slot_width:g} m makes the slots one square; give less than twice slot_length",
            )
        return self


class WagonWheel(PerforatedGrain):
    """Openings between hub and ring with spokes of propellant, parallel on both sides, between them."""

    type: Literal["wagon_wheel"]
    core_diameter: Length
    hub_diameter: Length
    spokes: _count(2, 64)  # type: ignore[valid-type]
    spoke_width: Length

    @model_validator(mode="after")
    def _fits(self) -> "WagonWheel":
        self._keep_inside("core_diameter")
        if self.hub_diameter >= self.core_diameter:
            raise broken_rule(
                "hub_diameter",
                f"{self.hub_diameter:g} m fills the core; give less than core_diameter {self.core_diameter:g} m",
            )
        room = self.hub_diameter * math.sin(math.pi / self.spokes)
        if self.spoke_width >= room:
            raise broken_rule(
                "spoke_width",
                f"{self.spoke_width:g} m makes {self.spokes} spokes overlap; give less than {room:.4g} m, or a wider "
                "hub_diameter",
            )
        return self


class Custom(PerforatedGrain):
    """Ports of any shape: closed loops of points around the axis, without the first point again at the end."""

    type: Literal["custom"]
    loops: Annotated[tuple[Loop, ...], Field(min_length=1, max_length=64, description="a list of loops")]
    MOST_POINTS: ClassVar[int] = 20_000

    @model_validator(mode="after")
    def _fits(self) -> "Custom":
        for place, loop in enumerate(self.loops):
            if len({*loop}) < 3 or any(first == second for first, second in pairwise([*loop, loop[0]])):
                raise broken_rule(
                    f"loops.{place}",
                    "repeats a point; give every corner once, the last not as the first again",
                )
            if all(math.hypot(x, y) >= self.diameter / 2.0 for x, y in loop):
                farthest = min(math.hypot(x, y) for x, y in loop)
                raise broken_rule(
                    f"loops.{place}",
                    f"begins {farthest:g} m from the axis, outside of the grain; check the unit, or give a wider "
                    f"diameter than {self.diameter:g} m",
                )
        return self


def _check_offset(offset: float, diameter: float) -> None:
    if abs(offset) >= diameter / 2.0:
        raise broken_rule(
            "slot_offset",
            f"{offset:g} m lies outside of the grain; give less than half of diameter {diameter:g} m",
        )


Grain: TypeAlias = Annotated[
    Bates
    | EndBurner
    | Conical
    | RodAndTube
    | Finocyl
    | Star
    | Moon
    | CShaped
    | DShaped
    | XShaped
    | WagonWheel
    | Custom,
    Field(discriminator="type", description="an object with type, diameter, length and what the type has"),
]
KINDS_OF_GRAIN = (
    "bates",
    "end_burner",
    "conical",
    "rod_and_tube",
    "finocyl",
    "star",
    "moon",
    "c",
    "d",
    "x",
    "wagon_wheel",
    "custom",
)
