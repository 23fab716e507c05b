"""How much of the fuel the ports lay bare, by the area that is open already."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.hybrid.cross_sections import PLACES, perimeters
from engine.hybrid_grain import Grain
from engine.thermo.nasa_polynomials import Array

LAST = 2e-3
"""Of the whole cross-section: over the last of the fuel its burning surface shrinks to nothing, as a real one does
that is not burnt through everywhere at once."""


class Ports(Protocol):
    """The openings of N grains: their area when made and when all fuel is gone, (N,) m2."""

    first_area: Array
    last_area: Array

    def perimeter(self, area: Array) -> Array:
        """m, of all openings of a grain together, by their area (..., N) m2."""
        ...

    def take(self, places: NDArray[np.intp]) -> "Ports":
        """Those of the grains at `places`."""
        ...


class RoundPort:
    """One round port in the middle of a round grain."""

    def __init__(self, first_area: Array, last_area: Array) -> None:
        self.first_area, self.last_area = first_area, last_area

    def perimeter(self, area: Array) -> Array:
        """That of a circle."""
        return 2.0 * np.sqrt(np.pi * np.maximum(area, 0.0)) * _rest(area, self.last_area)

    def take(self, places: NDArray[np.intp]) -> "RoundPort":
        """Those of the grains at `places`."""
        return RoundPort(self.first_area[places], self.last_area[places])


class ShapedPorts:
    """Openings of any shape: perimeters (N, K) at even steps from the first area to the last, straight in between."""

    def __init__(self, first_area: Array, last_area: Array, perimeters: Array) -> None:
        self.first_area, self.last_area, self.perimeters = first_area, last_area, perimeters

    def perimeter(self, area: Array) -> Array:
        """By the table."""
        place = (area - self.first_area) / (self.last_area - self.first_area) * (PLACES - 1)
        place = np.fmin(np.fmax(place, 0.0), PLACES - 1.0)
        left = np.minimum(place.astype(np.intp), PLACES - 2)
        grain = np.broadcast_to(np.arange(len(self.first_area)), left.shape)
        low, high = self.perimeters[grain, left], self.perimeters[grain, left + 1]
        return np.asarray((low + (high - low) * (place - left)) * _rest(area, self.last_area))

    def take(self, places: NDArray[np.intp]) -> "ShapedPorts":
        """Those of the grains at `places`."""
        return ShapedPorts(self.first_area[places], self.last_area[places], self.perimeters[places])


def ports_of(grains: Sequence[Grain]) -> Ports:
    """The openings of grains that are all round ones with one port, or all others."""
    outer = np.array([grain.outer_diameter for grain in grains])
    last_area = np.pi / 4.0 * outer**2
    if is_round(grains[0]):
        port = np.array([grain.port_diameter for grain in grains])
        return RoundPort(np.pi / 4.0 * port**2, last_area)
    known = [perimeters(grain) for grain in grains]
    first_area = np.array([area for area, _ in known])
    return ShapedPorts(first_area, last_area, np.array([table for _, table in known]))


def is_round(grain: Grain) -> bool:
    """Whether a closed form holds for the grain."""
    return grain.type == "cylindrical" and grain.ports == 1


def _rest(area: Array, last_area: Array) -> Array:
    return np.clip((last_area - area) / (LAST * last_area), 0.0, 1.0)
