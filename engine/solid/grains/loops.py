"""Closed loops of points as outlines of ports: which of their edges lie at the edge of what is open.

Loops may overlap, lie inside of each other, or leave the grain: what is open is what lies inside of any of them, as far
as the wall.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.solid.grains.fronts import Complex

SMOOTH = 1e-9
FEW, MIDDLE = 64, 2
COARSE = 1e-4
"""Of half a diameter."""


class Edge(NamedTuple):
    """A straight piece of an outline, with the port on the left; `turn` (rad) is that of the corner at its end, 0 where
    it ends at another loop.
    """

    start: complex
    end: complex
    turn: float


def counterclockwise(loop: Complex) -> Complex:
    """The loop, travelled with what is inside of it on the left."""
    return loop if np.sum((loop.conjugate() * np.roll(loop, -1)).imag) > 0.0 else loop[::-1]


def thinned(loop: Complex) -> Complex:
    """The loop without points that lie on the lines between others, to within COARSE (Ramer, Douglas and Peucker)."""
    if len(loop) <= FEW:
        return loop
    around = np.append(loop, loop[0])
    farthest = int(np.argmax(np.abs(around - around[0])))
    kept, parts = {0, farthest}, [(0, farthest), (farthest, len(loop))]
    while parts:
        first, last = parts.pop()
        if last - first < MIDDLE:
            continue
        away = around[first + 1 : last] - around[first]
        way = around[last] - around[first]
        beside = np.abs((away * way.conjugate()).imag) / abs(way) if way else np.abs(away)
        place = int(np.argmax(beside))
        if beside[place] > COARSE:
            middle = first + 1 + place
            kept.add(middle)
            parts += [(first, middle), (middle, last)]
    return loop[sorted(kept)]


def outer_edges(loops: list[Complex]) -> list[Edge]:
    """The edges of all loops without what of them lies inside of another loop."""
    return [
        edge
        for place, loop in enumerate(loops)
        for edge in _of_loop(loop, loops[:place] + loops[place + 1 :])
    ]


def _of_loop(loop: Complex, others: list[Complex]) -> list[Edge]:
    edges = np.roll(loop, -1) - loop
    turns = np.angle(np.roll(edges, -1) / edges)
    found = []
    for start, way, turn in zip(loop, edges, turns, strict=True):
        cuts = np.unique(np.concatenate([[0.0, 1.0], *(_crossings(start, way, other) for other in others)]))
        middles = start + 0.5 * (cuts[1:] + cuts[:-1]) * way
        hidden = np.zeros(len(middles), dtype=bool)
        for other in others:
            hidden |= _inside(middles, other)
        found += [
            Edge(
                complex(start + first * way), complex(start + last * way), float(turn) if last == 1.0 else 0.0
            )
            for first, last, is_hidden in zip(cuts, cuts[1:], hidden, strict=False)
            if not is_hidden and last - first > SMOOTH
        ]
    return found


def _crossings(start: complex, way: complex, loop: Complex) -> NDArray[np.float64]:
    """The shares of an edge at which it crosses a loop."""
    edges = np.roll(loop, -1) - loop
    across = (way.conjugate() * edges).imag
    safe = np.where(np.abs(across) > SMOOTH**2, across, np.inf)
    away = loop - start
    along, beside = (away.conjugate() * edges).imag / safe, (away.conjugate() * way).imag / safe
    crosses = (beside >= 0.0) & (beside < 1.0) & (along > SMOOTH) & (along < 1.0 - SMOOTH)
    return np.asarray(along[crosses])


def _inside(points: Complex, loop: Complex) -> NDArray[np.bool_]:
    """Whether points lie in a loop: a ray from them crosses it an odd number of times."""
    following = np.roll(loop, -1)
    point = points[:, None]
    spans = (loop.imag > point.imag) != (following.imag > point.imag)
    rise = np.where(loop.imag == following.imag, 1.0, following.imag - loop.imag)
    at = loop.real + (point.imag - loop.imag) / rise * (following.real - loop.real)
    return np.asarray(np.sum(spans & (point.real < at), axis=1) % 2 == 1)


def clipped(start: complex, end: complex) -> tuple[complex, complex] | None:
    """The part of an edge inside of a wall with a radius of 1."""
    way = end - start
    middle = -(way.conjugate() * start).real / abs(way) ** 2
    reach = 1.0 - abs(start + middle * way) ** 2
    if reach <= 0.0:
        return None
    half = math.sqrt(reach) / abs(way)
    first, last = max(0.0, middle - half), min(1.0, middle + half)
    return (start + first * way, start + last * way) if last - first > SMOOTH else None
