"""Tables of a cross-section: burning perimeter and open area by how far the propellant has regressed."""

from typing import NamedTuple

import numpy as np

from engine.solid.grains.fronts import Front, lengths, turns
from engine.solid.grains.lives import lives
from engine.thermo.nasa_polynomials import Array

PLACES = 513
"""Of a table, at even steps of regression from none to the last web."""
WHOLE = np.pi
"""The area of a grain without a port, in half diameters squared."""


class CrossSection(NamedTuple):
    """A grain with half a diameter of 1: `web` until nothing is left, `perimeter` and `area` (PLACES,) of its ports.

    Between two places perimeters are straight, and areas their integral.
    """

    web: float
    perimeter: Array
    area: Array


def burnt_back(front: Front) -> CrossSection:
    """How a front burns until nothing is left of the grain."""
    ways = lives(front)
    web = max(float(way.max()) for way in ways)
    steps = np.linspace(0.0, web, PLACES)
    # the last of a grain may burn all at once: the place at its end holds what burnt before
    seen = np.append(steps[:-1], web * (1.0 - 0.25 / PLACES))
    perimeter = np.zeros(PLACES)
    for strand, way in zip(front.strands, ways, strict=True):
        perimeter += _alive(way, lengths(strand), turns(strand), seen)
    perimeter *= 2.0 * (front.sectors or 0.5)
    opened = np.append(0.0, np.cumsum(0.5 * (perimeter[1:] + perimeter[:-1])) * steps[1])
    return _balanced(web, perimeter, opened, WHOLE - front.area)


def _alive(way: Array, length: Array, turn: Array, steps: Array) -> Array:
    """Length of the fronts of one strand at each step: of each stretch the share that lives that long."""
    shorter, longer = np.minimum(way[:-1], way[1:]), np.maximum(way[:-1], way[1:])
    span = np.maximum(longer - shorter, 1e-12)
    share = np.clip((longer - steps[:, None]) / span, 0.0, 1.0)
    return np.asarray(share @ length + steps * (share @ turn))


def _balanced(web: float, perimeter: Array, opened: Array, left: float) -> CrossSection:
    """With perimeters that burn just what is left, which the steps of the table miss by a small share."""
    correction = left / opened[-1]
    return CrossSection(web, perimeter * correction, (WHOLE - left) + opened * correction)
