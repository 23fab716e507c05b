"""Fronts: the outline of a port as it is cast, from which the flame goes into the propellant.

Points of a cross-section are complex numbers, with the axis of the grain at 0 and half of its diameter as the unit.
"""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.thermo.nasa_polynomials import Array

Complex: TypeAlias = NDArray[np.complex128]
"""Points and directions of a cross-section."""

NARROW = 0.5
"""Of the way from a point to the next; what is shorter has no points but its ends."""


class Strand(NamedTuple):
    """A stretch of a front without corners: its points, and at each the direction, of length 1, in which it burns.

    Travelled so that the port is on the left. A corner is a strand too, of one point and many directions.
    """

    points: Complex
    normals: Complex


class Front(NamedTuple):
    """The outline of all ports of a grain, `area` open within it.

    Where `sectors` is not 0, the strands are those between the axis of x and the line at 180/`sectors` degrees, and
    all others are their mirror images.
    """

    strands: tuple[Strand, ...]
    sectors: int
    area: float


def line(start: complex, end: complex, density: float) -> Strand:
    """A straight stretch from `start` to `end` with about `density` points to a unit of length."""
    along = _steps(abs(end - start) * density)
    normal = -1j * (end - start) / abs(end - start)
    points = np.asarray(start + (end - start) * along, dtype=np.complex128)
    return Strand(points, np.full(len(along), normal))


def arc(centre: complex, radius: float, start: float, end: float, density: float) -> Strand:
    """A stretch of a circle between two angles (rad); it burns away from its centre if `end` is the larger one."""
    angle = start + (end - start) * _steps(abs(end - start) * radius * density)
    direction = np.exp(1j * angle)
    return Strand(centre + radius * direction, direction if end > start else -direction)


def corner(point: complex, start: float, end: float, density: float) -> Strand:
    """A corner that burns in all directions between two angles (rad)."""
    angle = start + (end - start) * _steps(abs(end - start) * 0.5 * density)
    return Strand(np.full(len(angle), complex(point)), np.exp(1j * angle))


def swept(strand: Strand) -> float:
    """The area between the axis of the grain and a strand, each point joined with the next by an arc."""
    points, turn = strand.points, turns(strand)
    chords = np.abs(np.diff(points))
    bulges = np.where(np.abs(turn) > 1e-9, _bulge(chords, turn), 0.0)
    return float(np.sum(0.5 * (points[:-1].conjugate() * points[1:]).imag + bulges))


def lengths(strand: Strand) -> Array:
    """Of the arcs from each point to the next."""
    turn = turns(strand)
    half = np.abs(turn) / 2.0
    return np.abs(np.diff(strand.points)) * np.where(half > 1e-6, half / np.sin(np.maximum(half, 1e-6)), 1.0)


def turns(strand: Strand) -> Array:
    """By which the directions turn (rad) from each point to the next: their front grows by that with the way."""
    return np.angle(strand.normals[1:] * strand.normals[:-1].conjugate())


def between(strand: Strand, places: NDArray[np.intp], count: int) -> Strand:
    """`count` more points between each of those at `places` and its next, on the arcs that join the two."""
    share = np.arange(1, count + 1) / (count + 1.0)
    ends = Strand(*(part[np.stack([places, places + 1])] for part in strand))
    turn = np.angle(ends.normals[1] * ends.normals[0].conjugate())
    half = 0.5 * turn[:, None] * share
    # np.sinc has pi in it
    chord = np.abs(ends.points[1] - ends.points[0]) / np.sinc(0.5 * turn / np.pi)
    reach = chord[:, None] * share * np.sinc(half / np.pi) * np.exp(1j * half)
    points = ends.points[0][:, None] + 1j * ends.normals[0][:, None] * reach
    return Strand(points.ravel(), (ends.normals[0][:, None] * np.exp(2j * half)).ravel())


def _bulge(chord: Array, turn: Array) -> Array:
    """Area between an arc and its chord."""
    safe = np.where(np.abs(turn) > 1e-9, turn, 1.0)
    radius = chord / (2.0 * np.sin(np.abs(safe) / 2.0))
    return np.asarray(np.sign(safe) * radius**2 * (np.abs(safe) - np.sin(np.abs(safe))) / 2.0)


def _steps(count: float) -> Array:
    """From 0 to 1, closer together towards both, where neighbours meet."""
    places = int(np.ceil(count)) + 1 if count > NARROW else 2
    return np.asarray(0.5 - 0.5 * np.cos(np.linspace(0.0, np.pi, places)))
