"""Tables of a cross-section: burning perimeter and open area by how far the propellant has regressed."""

from typing import NamedTuple

import numpy as np

from engine.solid.grains.fronts import Front, lengths, turns
from engine.solid.grains.lives import Flames, lived
from engine.thermo.nasa_polynomials import Array

PLACES = 513
"""Of a table, at even steps of regression from none to the last web."""
SHORTEST = 1e-6
"""Between the lives of the ends of a stretch; what dies all at once takes as long."""
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
    if not front.strands:
        return all_open()
    flames = lived(front)
    web = float(flames.life.max())
    steps = np.linspace(0.0, web, PLACES)
    # the last of a grain may burn all at once: the place at its end holds what burnt before
    seen = np.append(steps[:-1], web * (1.0 - 0.25 / PLACES))
    perimeter = 2.0 * (front.sectors or 0.5) * alive(flames, flames.life, seen)
    return balanced(web, perimeter, opened_by(perimeter, steps), WHOLE - front.area)


def all_open() -> CrossSection:
    """A grain whose ports leave nothing of it."""
    nothing = np.zeros(PLACES)
    return CrossSection(SHORTEST, nothing, np.full(PLACES, WHOLE), nothing)


def opened_by(rate: Array, steps: Array) -> Array:
    """The area that fronts of the lengths `rate` have burnt after each of the steps, which are even."""
    return np.append(0.0, np.cumsum(0.5 * (rate[1:] + rate[:-1])) * steps[1])


def alive(flames: Flames, life: Array, steps: Array, scale: Array | float = 1.0) -> Array:
    """Length of the fronts at each step: of each stretch the share that lives that long; `scale` (M,) as cast.

    The share falls from 1 to 0 between the lives of a stretch's ends: the sum of all is straight between those, and is
    found by running sums of its bends.
    """
    length, turn = lengths(flames.strand)[flames.stretches] * scale, turns(flames.strand)[flames.stretches]
    first, second = life[flames.stretches], life[flames.stretches + 1]
    fall = 1.0 / np.maximum(np.abs(second - first), SHORTEST)
    begins = np.minimum(first, second)
    bends = np.concatenate([begins, begins + 1.0 / fall])
    order = np.argsort(bends)
    reached = np.searchsorted(bends[order], steps)
    found = []
    for amount in (length, turn):
        steeper = np.concatenate([-amount * fall, amount * fall])[order]
        slope, offset = (
            np.append(0.0, np.cumsum(part))[reached] for part in (steeper, steeper * bends[order])
        )
        found.append(amount.sum() + slope * steps - offset)
    return np.asarray(np.maximum(found[0] + steps * found[1], 0.0))


def balanced(web: float, perimeter: Array, opened: Array, left: float) -> CrossSection:
    """With perimeters that burn just what is left, which the steps of the table miss by a small share."""
    correction = left / opened[-1] if opened[-1] > 0.0 else 1.0
    rate = perimeter * correction
    return CrossSection(web, rate, (WHOLE - left) + opened * correction, rate)
