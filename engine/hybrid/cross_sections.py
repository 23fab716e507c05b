"""Cross-sections of grains whose ports are no single circle: what burns when, by the distance from the openings.

Fuel regresses at right angles to its surface everywhere alike, so that what is open after a web w is what lies within w
of the openings (Huygens). The distances are found at the points of a fine polar grid in one of the equal sectors.
"""

import math
from functools import lru_cache

import numpy as np
from scipy.spatial import KDTree

from engine.hybrid_grain import Grain
from engine.thermo.nasa_polynomials import Array

PLACES = 129
"""Of a table of perimeters."""
RINGS, SPOKES = 500, 160
"""Points of the grid in a sector, along the radius and around it."""
BOUNDARY = 20_000
"""Points along the openings of the whole grain."""


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
    outline = _outline(kind, sectors, port, tip, hub, spoke)
    first_area, first_perimeter = _area(outline) * sectors, _length(outline) * sectors
    distance, area = _distances(
        outline, sectors, lambda points: _is_open(points, kind, sectors, port, tip, hub, spoke)
    )
    order = np.argsort(distance)
    web, burnt = distance[order], np.cumsum(area[order])
    burnt *= (math.pi / 4.0 - first_area) / burnt[-1]
    steps = np.linspace(0.0, web[-1], PLACES)
    opened = np.interp(steps, web, burnt)
    rates = np.diff(opened) / np.diff(steps)
    middles = 0.5 * (opened[1:] + opened[:-1])
    even = np.linspace(0.0, math.pi / 4.0 - first_area, PLACES)
    return first_area, np.interp(even, np.append(0.0, middles), np.append(first_perimeter, rates))


def _distances(outline: Array, sectors: int, is_open) -> tuple[Array, Array]:  # type: ignore[no-untyped-def]
    """Distance of the fuel at every point of the grid from the openings, and the area it stands for."""
    turns = np.exp(2j * math.pi * np.arange(-1, 2) / sectors)
    around = (outline[:, None] * turns).ravel()
    tree = KDTree(np.stack([around.real, around.imag], axis=1))
    radius = (np.arange(RINGS) + 0.5) * 0.5 / RINGS
    angle = (np.arange(SPOKES) + 0.5 - SPOKES / 2.0) * 2.0 * math.pi / sectors / SPOKES
    points = (radius[:, None] * np.exp(1j * angle)).ravel()
    area = np.repeat(radius * 0.5 / RINGS * 2.0 * math.pi / SPOKES, SPOKES)  # of all sectors together
    fuel = ~is_open(points)
    found, _ = tree.query(np.stack([points.real, points.imag], axis=1)[fuel])
    return np.asarray(found), area[fuel]


def _outline(kind: str, sectors: int, port: float, tip: float, hub: float, spoke: float) -> Array:
    """Points along the opening that lies in the sector around the axis of x, as complex numbers, evenly spread."""
    half = math.pi / sectors
    if kind == "star":
        valley = 0.5 * port * np.exp(1j * half)
        corners = np.array([valley.conjugate(), 0.5 * tip, valley])
    elif kind == "wagon_wheel":
        corners = _opening(half, 0.5 * port, 0.5 * hub, 0.5 * spoke)
    else:
        turn = np.linspace(0.0, 2.0 * math.pi, BOUNDARY // sectors)
        return np.asarray(0.25 + 0.5 * port * np.exp(1j * turn))
    along = np.append(0.0, np.cumsum(np.abs(np.diff(corners))))
    return np.asarray(np.interp(np.linspace(0.0, along[-1], BOUNDARY // sectors), along, corners))


def _opening(half: float, outer: float, inner: float, width: float) -> Array:
    """An opening of a wagon wheel between two spokes with parallel sides, around and back to its first point."""
    ends = [half - math.asin(width / radius) for radius in (outer, inner)]
    arcs = [
        radius * np.exp(1j * np.linspace(-end, end, 400))
        for radius, end in zip((outer, inner), ends, strict=True)
    ]
    return np.concatenate([arcs[0], arcs[1][::-1], arcs[0][:1]])


def _is_open(
    points: Array, kind: str, sectors: int, port: float, tip: float, hub: float, spoke: float
) -> Array:
    """Whether points of the sector lie in its opening."""
    half = math.pi / sectors
    if kind == "star":
        valley = 0.5 * port * np.exp(1j * half)
        tip_to_valley = valley - 0.5 * tip
        upper = np.abs(points.imag) * 1j + points.real - 0.5 * tip
        return np.asarray((tip_to_valley.conjugate() * upper).imag > 0.0)
    if kind == "wagon_wheel":
        radius = np.abs(points)
        beside = radius * np.sin(half - np.abs(np.angle(points)))
        return np.asarray((radius > 0.5 * hub) & (radius < 0.5 * port) & (beside > 0.5 * spoke))
    return np.asarray(np.abs(points - 0.25) < 0.5 * port)


def _area(outline: Array) -> float:
    """Of a closed line, or with the axis of a line from valley to valley."""
    closed = (
        np.append(outline, outline[0]) if outline[0] == outline[-1] else np.append(outline, [0.0, outline[0]])
    )
    return float(0.5 * abs(np.sum((closed[:-1].conjugate() * closed[1:]).imag)))


def _length(outline: Array) -> float:
    return float(np.abs(np.diff(outline)).sum())
