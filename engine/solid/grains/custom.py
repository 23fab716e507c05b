"""The front of ports of any shape, given as closed loops of points."""

import math
from itertools import pairwise

import numpy as np

from engine.solid.grains.fronts import Complex, Front, Strand, corner, line
from engine.solid_grains import Custom

SMOOTH = 1e-9


def front(grain: Custom, density: float) -> Front:
    """Every edge of every loop as far as it lies inside of the wall, and the corners between them."""
    radius = grain.diameter / 2.0
    loops = [
        _counterclockwise(np.array([complex(*point) for point in loop]) / radius) for loop in grain.loops
    ]
    strands = [strand for loop in loops for strand in _around(loop, density)]
    return Front(tuple(strands), 0, sum(map(_inside, loops)))


def _counterclockwise(loop: Complex) -> Complex:
    return loop if np.sum((loop.conjugate() * np.roll(loop, -1)).imag) > 0.0 else loop[::-1]


def _around(loop: Complex, density: float) -> list[Strand]:
    strands = []
    edges = np.roll(loop, -1) - loop
    turns = np.angle(np.roll(edges, -1) / edges)
    for start, edge, turn in zip(loop, edges, turns, strict=True):
        inside, outwards = _clipped(start, start + edge), float(np.angle(-1j * edge))
        if inside is not None:
            strands += _stretch(*inside, start, start + edge, density)
        if turn > SMOOTH and abs(start + edge) < 1.0:
            strands.append(corner(start + edge, outwards, outwards + float(turn), density))
    return strands


def _stretch(first: complex, last: complex, start: complex, end: complex, density: float) -> list[Strand]:
    """An edge, and where the wall cuts it short the flame that goes around its end to the wall."""
    outwards, quarter = float(np.angle(-1j * (last - first))), math.pi / 2.0
    strands = [line(first, last, density)]
    if abs(first - start) > SMOOTH:
        strands.insert(0, corner(first, outwards - quarter, outwards, density))
    if abs(last - end) > SMOOTH:
        strands.append(corner(last, outwards, outwards + quarter, density))
    return strands


def _clipped(start: complex, end: complex) -> tuple[complex, complex] | None:
    """The part of an edge inside of the wall."""
    way = end - start
    middle = -(way.conjugate() * start).real / abs(way) ** 2
    reach = 1.0 - abs(start + middle * way) ** 2
    if reach <= 0.0:
        return None
    half = math.sqrt(reach) / abs(way)
    first, last = max(0.0, middle - half), min(1.0, middle + half)
    return (start + first * way, start + last * way) if last - first > SMOOTH else None


def _inside(loop: Complex) -> float:
    """Area of the loop inside of the wall: of each edge, its triangles inside and its sectors of the wall outside."""
    area = 0.0
    for start, end in zip(loop, np.roll(loop, -1), strict=True):
        inside = _clipped(start, end)
        stops = [start, end] if inside is None else [start, *inside, end]
        for place, (one, two) in enumerate(pairwise(stops)):
            is_inside = inside is not None and place == 1
            angle = float(np.angle(two * one.conjugate())) if abs(one) > 0.0 and abs(two) > 0.0 else 0.0
            area += 0.5 * ((one.conjugate() * two).imag if is_inside else angle)
    return area
