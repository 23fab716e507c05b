"""Tables of a cross-section: burning perimeter and open area by how far the propellant has regressed."""

from typing import NamedTuple

import numpy as np

from engine.solid.grains.fronts import Front, lengths, turns
from engine.solid.grains.lives import lived
from engine.thermo.nasa_polynomials import Array

PLACES = 513
"""Of a table, at even steps of regression from none to the last web."""
WHOLE = np.pi
"""The area of a grain without a port, in half diameters squared."""


class CrossSection(NamedTuple):
    """A grain with half a diameter of 1: `web` until nothing is left, `perimeter` and `area` (PLACES,) of its ports.

    Between two places perimeters and rates are straight, and areas are the integral of `rate`, which is the perimeter
    but on a grid.
    """

    web: float
    perimeter: Array
    area: Array
    rate: Array


def burnt_back(front: Front) -> CrossSection:
    """How a front burns until nothing is left of the grain."""
    strands = lived(front)
    web = max(float(way.max()) for _, way in strands)
    steps = np.linspace(0.0, web, PLACES)
    # the last of a grain may burn all at once: the place at its end holds what burnt before
    seen = np.append(steps[:-1], web * (1.0 - 0.25 / PLACES))
    perimeter = np.zeros(PLACES)
    for strand, way in strands:
        perimeter += alive(way, lengths(strand), turns(strand), seen)
    perimeter *= 2.0 * (front.sectors or 0.5)
    return balanced(web, perimeter, opened_by(perimeter, steps), WHOLE - front.area)


def opened_by(rate: Array, steps: Array) -> Array:
    """The area that fronts of the lengths `rate` have burnt after each of the steps, which are even."""
    return np.append(0.0, np.cumsum(0.5 * (rate[1:] + rate[:-1])) * steps[1])


def alive(way: Array, length: Array, turn: Array, steps: Array) -> Array:
    """Length of the fronts of one strand at each step: of each stretch the share that lives that long."""
    shorter, longer = np.minimum(way[:-1], way[1:]), np.maximum(way[:-1], way[1:])
    span = np.maximum(longer - shorter, 1e-12)
    share = np.clip((longer - steps[:, None]) / span, 0.0, 1.0)
    return np.asarray(share @ length + steps * (share @ turn))


def balanced(web: float, perimeter: Array, opened: Array, left: float) -> CrossSection:
    """With perimeters that burn just what is left, which the steps of the table miss by a small share."""
    correction = left / opened[-1]
    rate = perimeter * correction
    return CrossSection(web, rate, (WHOLE - left) + opened * correction, rate)
