"""How far the flame goes from each point of a front until it meets another flame or the wall: an exact distance.

Propellant regresses at right angles to its surface, so that what has burnt after a web w is what lies within w of the
ports (Huygens). A point of the front lives until it is no longer the nearest one: until the circle that touches the
front there, and grows into the propellant, touches the front a second time. For points p and q with the direction n
of the first that radius is |q - p|^2 / (2 n.(q - p)), so that no grid is needed.
"""

import numpy as np

from engine.solid.grains.fronts import Front, Strand
from engine.thermo.nasa_polynomials import Array

PARALLEL = 1e-9
BLOCK = 1_000_000
"""Pairs of points that are looked at together."""


def lives(front: Front) -> list[Array]:
    """How far each point of each strand burns, in half diameters of the grain; below 0 where it lies outside."""
    others = _openings(front.strands)
    return [
        np.minimum(
            _to_wall(strand), np.minimum(_to_mirrors(strand, front.sectors), _to_others(strand, others))
        )
        for strand in front.strands
    ]


def _to_wall(strand: Strand) -> Array:
    points, normals = strand
    outwards = (points.conjugate() * normals).real
    room = outwards**2 + 1.0 - np.abs(points) ** 2
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


def _beside(points: Array, normals: Array, edge: complex) -> tuple[Array, Array]:
    return (points.conjugate() * edge).imag, (normals.conjugate() * edge).imag


def _to_others(strand: Strand, openings: tuple[Array, Array]) -> Array:
    """To the flame of other points, and of the straight lines between neighbours."""
    starts, ends = openings
    rows = max(1, BLOCK // len(starts))
    found = [
        _nearest(
            strand.points[first : first + rows, None],
            strand.normals[first : first + rows, None],
            starts,
            ends,
        )
        for first in range(0, len(strand.points), rows)
    ]
    return np.concatenate(found)


def _nearest(points: Array, normals: Array, starts: Array, ends: Array) -> Array:
    away = starts - points
    distance, ahead = away.real**2 + away.imag**2, 2.0 * (normals.conjugate() * away).real
    meets = (ahead > PARALLEL * distance) & (distance > 1e-20)
    radius = np.where(meets, distance / np.where(meets, ahead, 1.0), np.inf)
    return np.asarray(radius.min(axis=1))


def _openings(strands: tuple[Strand, ...]) -> tuple[Array, Array]:
    starts = np.concatenate([strand.points[:-1] for strand in strands])
    ends = np.concatenate([strand.points[1:] for strand in strands])
    apart = np.abs(ends - starts) > 0.0
    lone = [strand.points[:1] for strand in strands if strand.points[0] == strand.points[-1]]
    return np.concatenate([starts[apart], *lone]), np.concatenate([ends[apart], *lone])
