"""Drawings of ports: the closed loops of a DXF file, made of lines, arcs, circles and polylines.

A DXF file is a list of pairs of lines, a code and a value; code 0 begins an entity. The codes are those of Autodesk's
DXF Reference. Curves become points that are nowhere farther than TOLERANCE of the drawing beside them.
"""

import cmath
import math
from collections.abc import Iterator
from typing import NamedTuple

from engine.formats.refusals import refused

UNITS = {"m": 1.0, "cm": 1e-2, "mm": 1e-3, "in": 0.0254, "ft": 0.3048}
"""m."""
DECLARED = {1: "in", 2: "ft", 4: "mm", 5: "cm", 6: "m"}
"""What `$INSUNITS` says of a drawing's unit."""
TOLERANCE = 2e-5
"""Of the drawing's width, between an arc and the points on it."""
GAP = 1e-4
"""Of the drawing's width; what is farther apart is an open loop."""
FULL = 360.0
KNOWN = ("LINE", "ARC", "CIRCLE", "LWPOLYLINE", "POLYLINE")
PASSED_OVER = (
    "VERTEX",
    "SEQEND",
    "POINT",
    "TEXT",
    "MTEXT",
    "DIMENSION",
    "INSERT",
    "ATTRIB",
    "HATCH",
    "VIEWPORT",
)

Pairs = list[tuple[int, str]]


class Drawn(NamedTuple):
    """A stretch of a drawing: its points, and which entity it is, for people."""

    points: list[complex]
    entity: str


def read(text: str, unit: str | None = None) -> list[list[tuple[float, float]]]:
    """The closed loops of a drawing, in m; `unit` is that of the drawing where it does not say itself (mm if neither).

    Raises SpecError that names the entity which is left open, unknown or wrong.
    """
    pairs = _pairs(text)
    declared = DECLARED.get(_declared_unit(pairs), "mm")
    if unit is not None and unit not in UNITS:
        raise refused("unit", f"{unit!r} is no length; known are {', '.join(UNITS)}", unit)
    scale = UNITS[unit or declared]
    entities = list(_entities(pairs))
    width = _width(entities)
    stretches = [stretch for entity in entities for stretch in _drawn(*entity, TOLERANCE * width)]
    loops = _closed(stretches, GAP * width)
    if not loops:
        raise refused("ENTITIES", f"holds no loop; draw the port with {', '.join(KNOWN)}")
    return [[(point.real * scale, point.imag * scale) for point in loop] for loop in loops]


def _pairs(text: str) -> Pairs:
    lines = text.splitlines()
    if text.startswith("AutoCAD Binary DXF"):
        raise refused("file", "is a binary DXF; save it as text")
    pairs: Pairs = []
    for place in range(0, len(lines) - 1, 2):
        try:
            pairs.append((int(lines[place]), lines[place + 1].strip()))
        except ValueError:
            raise refused(f"line {place + 1}", f"{lines[place].strip()!r} is no code of a DXF file") from None
    return pairs


def _declared_unit(pairs: Pairs) -> int:
    for place, pair in enumerate(pairs[:-1]):
        if pair == (9, "$INSUNITS"):
            return int(_number(pairs[place + 1][1], "$INSUNITS"))
    return 0


def _entities(pairs: Pairs) -> Iterator[tuple[str, Pairs]]:
    """What lies in the section of entities; the corners of an old polyline with it."""
    section, entity = "", ("", Pairs())
    for code, value in pairs:
        if code == 2 and entity[0] == "SECTION":
            section = value
        if code != 0:
            entity[1].append((code, value))
            continue
        if entity[0] == "POLYLINE" and value == "VERTEX":
            entity[1].append((code, value))
            continue
        if section == "ENTITIES" and entity[0] not in ("", "SECTION"):
            yield entity
        if value == "ENDSEC":
            section = ""
        entity = (value, [])


def _drawn(kind: str, pairs: Pairs, tolerance: float) -> Iterator[Drawn]:
    value = {code: text for code, text in pairs if code != 0}
    name = f"{kind} {value.get(5, '')}".strip()

    def number(code: int, otherwise: float = 0.0) -> float:
        return _number(value[code], name) if code in value else otherwise

    match kind:
        case "LINE":
            yield Drawn([complex(number(10), number(20)), complex(number(11), number(21))], name)
        case "CIRCLE":
            points = _arc(complex(number(10), number(20)), number(40), 0.0, FULL, tolerance)
            yield Drawn(points, name)
        case "ARC":
            span = (number(51) - number(50)) % FULL or FULL
            yield Drawn(_arc(complex(number(10), number(20)), number(40), number(50), span, tolerance), name)
        case "LWPOLYLINE" | "POLYLINE":
            yield Drawn(_polyline(pairs, name, tolerance), name)
        case _ if kind not in PASSED_OVER:
            raise refused(name, f"is not read; draw the port with {', '.join(KNOWN)}")


def _arc(centre: complex, radius: float, start: float, span: float, tolerance: float) -> list[complex]:
    """Points of an arc from an angle on, in degrees, counterclockwise if `span` is positive."""
    most = 2.0 * math.acos(max(1.0 - tolerance / radius, -1.0)) if radius > 0.0 else math.pi
    count = max(2, math.ceil(math.radians(abs(span)) / max(most, 1e-3)))
    turns = (math.radians(start + span * step / count) for step in range(count + 1))
    return [centre + cmath.rect(radius, turn) for turn in turns]


def _polyline(pairs: Pairs, name: str, tolerance: float) -> list[complex]:
    """Corners, with an arc after each that has a bulge: the tangent of a quarter of its angle."""
    corners: list[complex] = []
    bulges: list[float] = []
    is_closed, is_old = False, any(code == 0 for code, _ in pairs)
    is_corner = not is_old
    for code, text in pairs:
        if code == 0:
            is_corner = True
        elif code == 70 and not (is_old and is_corner):
            is_closed = bool(int(_number(text, name)) & 1)
        elif code == 10 and is_corner:
            corners.append(complex(_number(text, name), 0.0))
            bulges.append(0.0)
        elif code == 20 and is_corner and corners:
            corners[-1] += 1j * _number(text, name)
        elif code == 42 and is_corner and bulges:
            bulges[-1] = _number(text, name)
    if is_closed and corners:
        corners.append(corners[0])
    points = corners[:1]
    for start, end, bulge in zip(corners, corners[1:], bulges, strict=False):
        points += _bulged(start, end, bulge, tolerance)
    return points


def _bulged(start: complex, end: complex, bulge: float, tolerance: float) -> list[complex]:
    """The points from one corner to the next, without the first."""
    if bulge == 0.0 or start == end:
        return [end]
    middle = 0.5 * (start + end) + 0.5j * (end - start) * (1.0 - bulge**2) / (2.0 * bulge)
    first = math.degrees(cmath.phase(start - middle))
    span = math.degrees(4.0 * math.atan(bulge))
    return [*_arc(middle, abs(start - middle), first, span, tolerance)[1:-1], end]


def _closed(stretches: list[Drawn], gap: float) -> list[list[complex]]:
    """Stretches joined end to end into loops."""
    loops = []
    left = [drawn for drawn in stretches if len(drawn.points) > 1]
    while left:
        points, entity = left.pop()
        points = list(points)
        while abs(points[-1] - points[0]) > gap or len(points) == 2:
            following = _following(left, points[-1], gap)
            if following is None:
                end = points[-1]
                raise refused(
                    entity,
                    f"belongs to a loop that is open at ({end.real:g}, {end.imag:g}); close it, or remove what is "
                    "no port",
                )
            points += following[1:]
        loops.append(_simple(points, gap))
    return loops


def _following(left: list[Drawn], end: complex, gap: float) -> list[complex] | None:
    for place, (points, _) in enumerate(left):
        if abs(points[0] - end) <= gap:
            return left.pop(place).points
        if abs(points[-1] - end) <= gap:
            return left.pop(place).points[::-1]
    return None


def _simple(points: list[complex], gap: float) -> list[complex]:
    """Every corner once."""
    kept: list[complex] = []
    for point in points[:-1]:
        if not kept or abs(point - kept[-1]) > gap:
            kept.append(point)
    return kept


def _width(entities: list[tuple[str, Pairs]]) -> float:
    """Of the drawing, roughly."""
    values = [
        abs(_number(text, kind))
        for kind, pairs in entities
        for code, text in pairs
        if kind in KNOWN and code in (10, 11, 20, 21, 40)
    ]
    return 2.0 * max(values, default=1.0) or 1.0


def _number(text: str, place: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise refused(place, f"{text!r} is no number", text) from None
    if not math.isfinite(number):
        raise refused(place, f"{text!r} is not finite", text)
    return number
