"""The front of ports of any shape, given as closed loops of points."""

import cmath
import math
from itertools import pairwise

import numpy as np

from engine.solid.grains.fronts import Front, Strand, corner, line
from engine.solid.grains.loops import SMOOTH, Edge, clipped, counterclockwise, outer_edges, thinned
from engine.solid_grains import Custom


def front(grain: Custom, density: float) -> Front:
    """The edges of what is open as far as they lie inside of the wall, and the corners between them."""
    radius = grain.diameter / 2.0
    drawn = [np.array([complex(*point) for point in loop]) / radius for loop in grain.loops]
    loops = [thinned(counterclockwise(loop)) for loop in drawn]
    edges = outer_edges(loops)
    strands = [strand for edge in edges for strand in _burning(edge, density)]
    return Front(tuple(strands), 0, sum(map(_swept, edges)))


def _burning(edge: Edge, density: float) -> list[Strand]:
    start, end, turn = edge
    inside, outwards = clipped(start, end), cmath.phase(-1j * (end - start))
    strands = [] if inside is None else _stretch(*inside, start, end, density)
    if turn > SMOOTH and abs(end) < 1.0:
        strands.append(corner(end, outwards, outwards + turn, density))
    return strands


def _stretch(first: complex, last: complex, start: complex, end: complex, density: float) -> list[Strand]:
    """An edge, and where the wall cuts it short the flame that goes around its end to the wall."""
    outwards, quarter = cmath.phase(-1j * (last - first)), math.pi / 2.0
    strands = [line(first, last, density)]
    if abs(first - start) > SMOOTH:
        strands.insert(0, corner(first, outwards - quarter, outwards, density))
    if abs(last - end) > SMOOTH:
        strands.append(corner(last, outwards, outwards + quarter, density))
    return strands


def _swept(edge: Edge) -> float:
    """Area between an edge and the axis, as far as the wall: triangles inside of it, and sectors of it."""
    inside = clipped(edge.start, edge.end)
    stops = [edge.start, edge.end] if inside is None else [edge.start, *inside, edge.end]
    area = 0.0
    for place, (one, two) in enumerate(pairwise(stops)):
        turned = one.conjugate() * two
        is_inside = inside is not None and place == 1
        area += 0.5 * (turned.imag if is_inside else cmath.phase(turned) if turned else 0.0)
    return area
