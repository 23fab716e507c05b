"""How far the flame goes from each point of a front until it meets another flame or the wall: an exact distance.

Propellant regresses at right angles to its surface, so that what has burnt after a web w is what lies within w of the
ports (Huygens). A point of the front lives until it is no longer the nearest one: until the circle that touches the
front there, and grows into the propellant, touches the front a second time. For points p and q with the direction n
of the first that radius is |q - p|^2 / (2 n.(q - p)), so that no grid is needed; for a straight stretch at a distance
d, which burns in the direction m, it is d / (1 - n.m).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.solid.grains.fronts import Complex, Front, Strand, between
from engine.thermo.nasa_polynomials import Array

PARALLEL = 1e-9
BLOCK = 1_000_000
"""Pairs of points that are looked at together."""
STEEP = 0.05
"""Of half a diameter; between such lives it is looked closer once."""
CLOSER, ROUNDS, FINER = 8, 3, 8
"""Strands, the last to burn, at whose longest life it is looked closer, how often, and with how many points: there
flames from two sides meet the wall at one point."""


class _Openings(NamedTuple):
    """What flames of others come from: single points, and straight stretches from one point to another."""

    points: Complex
    starts: Complex
    ends: Complex


class Flames(NamedTuple):
    """All points of a front in one, with the `life` (K,) of each in half diameters of the grain, below 0 where it lies
    outside; `stretches` (M,) are the places of those which another point of the same strand follows.
    """

    strand: Strand
    life: Array
    stretches: NDArray[np.intp]


def lived(front: Front) -> Flames:
    """How far each point of a front burns, with more points where strands live longest."""
    openings = _openings(front.strands)
    whole = Strand(*(np.concatenate(parts) for parts in zip(*front.strands, strict=True)))
    owner = np.repeat(np.arange(len(front.strands)), [len(strand.points) for strand in front.strands])
    life = _lives(whole, front.sectors, openings)
    for turn in range(ROUNDS):
        firsts = _longest(life, owner)
        if turn == 0:
            firsts = np.union1d(firsts, _steep(life, owner))
        more = between(whole, firsts, FINER)
        at = np.repeat(firsts + 1, FINER)
        life = np.insert(life, at, _lives(more, front.sectors, openings))
        whole = Strand(*(np.insert(old, at, new) for old, new in zip(whole, more, strict=True)))
        owner = np.insert(owner, at, np.repeat(owner[firsts], FINER))
    return Flames(whole, life, np.flatnonzero(owner[1:] == owner[:-1]))


def _steep(life: Array, owner: NDArray[np.intp]) -> NDArray[np.intp]:
    """The stretches whose ends live very differently long: in between it is no straight line."""
    return np.flatnonzero((owner[1:] == owner[:-1]) & (np.abs(np.diff(life)) > STEEP))


def _longest(life: Array, owner: NDArray[np.intp]) -> NDArray[np.intp]:
    """The stretches on both sides of the longest lives of those strands that burn last."""
    order = np.lexsort((life, owner))
    last = order[np.append(np.flatnonzero(np.diff(owner[order])), len(order) - 1)]
    last = last[np.argsort(-life[last], kind="stable")[:CLOSER]]
    sides = np.unique(np.concatenate([last - 1, last]))
    sides = sides[(sides >= 0) & (sides + 1 < len(owner))]
    return np.asarray(sides[owner[sides] == owner[sides + 1]], dtype=np.intp)


def _lives(strand: Strand, sectors: int, openings: _Openings) -> Array:
    alone = np.minimum(to_wall(strand), _to_mirrors(strand, sectors))
    return np.minimum(alone, _to_others(strand, openings))


def to_wall(strand: Strand, wall: float = 1.0) -> Array:
    """How far each point is from a wall of that radius in the direction in which it burns; below 0 outside."""
    points, normals = strand
    outwards = (points.conjugate() * normals).real
    room = outwards**2 + wall**2 - np.abs(points) ** 2
    return np.asarray(np.where(room > 0.0, np.sqrt(np.maximum(room, 0.0)) - outwards, -1.0))


def _to_mirrors(strand: Strand, sectors: int) -> Array:
    """To the lines on which the flame meets its own mirror image."""
    nearest = np.full(len(strand.points), np.inf)
    if not sectors:
        return nearest
    edge = np.exp(1j * np.pi / sectors)
    points, normals = strand
    for away, rate in ((points.imag, normals.imag), _beside(points, normals, edge)):
        meets = rate < -PARALLEL
        distance = np.where(meets, away / np.where(meets, -rate, 1.0), np.inf)
        nearest = np.minimum(nearest, np.maximum(distance, 0.0))
    return nearest


def _beside(points: Complex, normals: Complex, edge: complex) -> tuple[Array, Array]:
    return np.imag(points.conjugate() * edge), np.imag(normals.conjugate() * edge)


def _to_others(strand: Strand, openings: _Openings) -> Array:
    """To the flame of other points and stretches."""
    rows = max(1, BLOCK // (len(openings.points) + len(openings.starts)))
    found = []
    for first in range(0, len(strand.points), rows):
        points, normals = (part[first : first + rows, None] for part in strand)
        nearest = _to_points(points, normals, openings.points)
        if len(openings.starts):
            nearest = np.minimum(nearest, _to_stretches(points, normals, openings))
        found.append(nearest)
    return np.concatenate(found)


def _to_points(points: Complex, normals: Complex, others: Complex) -> Array:
    away = others - points
    distance = away.real**2 + away.imag**2
    ahead = 2.0 * (normals.real * away.real + normals.imag * away.imag)
    meets = (ahead > PARALLEL * distance) & (distance > 1e-20)
    return np.asarray(np.where(meets, distance / np.where(meets, ahead, 1.0), np.inf).min(axis=1))


def _to_stretches(points: Complex, normals: Complex, openings: _Openings) -> Array:
    way = openings.ends - openings.starts
    size = np.abs(way)
    along = way / size
    burns = -1j * along
    away = ((points - openings.starts) * burns.conjugate()).real
    closing = 1.0 - (normals * burns.conjugate()).real
    meets = (away > PARALLEL) & (closing > PARALLEL)
    radius = np.where(meets, away / np.where(meets, closing, 1.0), np.inf)
    centre = points + np.where(meets, radius, 0.0) * normals
    touched = ((centre - openings.starts) * along.conjugate()).real
    return np.asarray(np.where((touched >= 0.0) & (touched <= size), radius, np.inf).min(axis=1))


def _openings(strands: tuple[Strand, ...]) -> _Openings:
    """Straight stretches are seen by their line and their ends, all else by its points."""
    straight = [strand for strand in strands if _is_straight(strand)]
    others = [strand.points for strand in strands if not _is_straight(strand)]
    starts, ends = (np.array([strand.points[at] for strand in straight]) for at in (0, -1))
    return _Openings(np.unique(np.concatenate([starts, ends, *others])), starts, ends)


def _is_straight(strand: Strand) -> bool:
    return bool(strand.points[0] != strand.points[-1] and np.all(strand.normals == strand.normals[0]))
