"""Cross-sections of grains whose ports are no single circle: what burns when, by the distance from the openings.

Fuel regresses at right angles to its surface everywhere alike, so that what burns after a web w is the line at the
distance w from the openings (Huygens): arcs and straight lines. The sectors are mirror images of each other, and so are
the halves of one; the line is drawn in half a sector, as far as it lies in it and in the grain.
"""

import math
from functools import lru_cache

import numpy as np

from engine.hybrid_grain import Grain
from engine.thermo.nasa_polynomials import Array

PLACES = 129
"""Of a table of perimeters."""
WEBS = 257
POINTS = 100
"""Of a piece of a line."""
ON_THE_EDGE = 1e-12


def perimeters(grain: Grain) -> tuple[float, Array]:
    """Area (m2) of the openings as made, and the perimeters (K,) m at even steps of area up to the whole grain's."""
    shares = (
        grain.port_diameter,
        grain.tip_diameter or 0.0,
        grain.hub_diameter or 0.0,
        grain.spoke_width or 0.0,
    )
    diameter = grain.outer_diameter
    sectors = grain.points or grain.ports
    area, table = _of_unit(grain.type, sectors, *(round(share / diameter, 9) for share in shares))
    return area * diameter**2, table * diameter


@lru_cache(maxsize=4096)
def _of_unit(
    kind: str, sectors: int, port: float, tip: float, hub: float, spoke: float
) -> tuple[float, Array]:
    """The same of a grain 1 m wide."""
    half = math.pi / sectors
    outline = _lines(kind, half, port, tip, hub, spoke, np.zeros(1))[0]
    first_area = sectors * abs(float(np.sum((np.conj(outline[:-1]) * outline[1:]).imag)))
    web = np.linspace(0.0, _thickness(kind, half, port, tip, hub, spoke), WEBS)
    lengths = 2.0 * sectors * _length_inside(_lines(kind, half, port, tip, hub, spoke, web), half)
    opened = np.append(0.0, np.cumsum(0.5 * (lengths[1:] + lengths[:-1]) * np.diff(web)))
    even = np.linspace(0.0, 1.0, PLACES)
    return first_area, np.interp(even, opened / opened[-1], lengths)


def _lines(kind: str, half: float, port: float, tip: float, hub: float, spoke: float, web: Array) -> Array:
    """Points (W, P) of the lines at distances `web` (W,) from the opening, in the upper half of the sector around the
    axis of x, as complex numbers.
    """
    web = web[:, None]
    if kind == "star":
        point, valley = 0.5 * tip, 0.5 * port * np.exp(1j * half)
        normal = -1j * (valley - point) / abs(valley - point)
        return np.concatenate(
            [_arc(point, web, 0.0, float(np.angle(normal))), _straight(point, valley, normal * web)], axis=1
        )
    if kind == "wagon_wheel":
        outer, inner = (_corner(half, 0.5 * width, 0.5 * spoke) for width in (port, hub))
        upper, lower = float(np.angle(outer)), float(np.angle(inner))
        sideways = half + 0.5 * math.pi
        pieces = [
            _arc(0.0, 0.5 * port + web, 0.0, upper),
            _arc(outer, web, upper, sideways),
            _straight(outer, inner, np.exp(1j * sideways) * web),
            _arc(inner, web, sideways, lower + math.pi),
            _arc(0.0, np.maximum(0.5 * hub - web, 0.0), lower, 0.0),
        ]
        return np.concatenate(pieces, axis=1)
    return _arc(0.25, 0.5 * port + web, 0.0, math.pi, 4 * POINTS)


def _length_inside(lines: Array, half: float) -> Array:
    """(W,): how much of each line lies in half the sector and in the grain, those that cross an edge in part."""
    beside = -(lines * np.exp(-1j * half)).imag
    inside = np.minimum(np.minimum(beside, 0.5 - np.abs(lines)), lines.imag) + ON_THE_EDGE
    first, second = inside[:, :-1], inside[:, 1:]
    most, least = np.maximum(first, second), np.minimum(first, second)
    share = np.clip(most / np.maximum(most - np.minimum(least, 0.0), ON_THE_EDGE), 0.0, 1.0)
    return np.asarray((share * np.abs(np.diff(lines, axis=1))).sum(axis=1))


def _thickness(kind: str, half: float, port: float, tip: float, hub: float, spoke: float) -> float:
    """The longest distance of fuel from the opening: it lies on the edge of the sector, on the wall or in the hub."""
    radius = np.linspace(0.0, 0.5, 2001)
    edge, wall = radius * np.exp(1j * half), 0.5 * np.exp(1j * np.linspace(0.0, half, 2001))
    return float(_distance(np.append(edge, wall), kind, half, port, tip, hub, spoke).max())


def _distance(
    points: Array, kind: str, half: float, port: float, tip: float, hub: float, spoke: float
) -> Array:
    """From points on the edge of the half sector to its opening."""
    if kind == "star":
        return _from_line(points, 0.5 * tip, 0.5 * port * np.exp(1j * half)) * (np.abs(points) > 0.5 * port)
    if kind == "wagon_wheel":
        outer, inner = (_corner(half, 0.5 * width, 0.5 * spoke) for width in (port, hub))
        found = _from_line(points, inner, outer)
        for corner in (outer, inner):
            arc = np.abs(np.abs(points) - abs(corner))
            found = np.where(np.angle(points) < np.angle(corner), np.minimum(found, arc), found)
        return np.asarray(found)
    return np.asarray(np.abs(points - 0.25) - 0.5 * port)


def _from_line(points: Array, begin: complex, end: complex) -> Array:
    """Distance from the straight line between two points."""
    along = end - begin
    share = np.clip(((points - begin) * np.conj(along)).real / abs(along) ** 2, 0.0, 1.0)
    return np.asarray(np.abs(points - begin - share * along))


def _corner(half: float, radius: float, width: float) -> complex:
    """Where an arc of an opening between spokes meets the upper one, half of whose width is given."""
    return complex(radius * np.exp(1j * (half - math.asin(width / radius))))


def _arc(centre: complex, radius: Array, begin: float, end: float, points: int = POINTS) -> Array:
    return np.asarray(centre + radius * np.exp(1j * np.linspace(begin, end, points)))


def _straight(begin: complex, end: complex, shift: Array) -> Array:
    return np.asarray(np.linspace(begin, end, POINTS) + shift)
