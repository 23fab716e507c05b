"""How few numbers tell the cases of a batch apart."""

from dataclasses import dataclass

import numpy as np

from engine.thermo.blocks import Mask
from engine.thermo.nasa_polynomials import Array

SAME = 1e-9
"""Relative to the size of the numbers: what rounding leaves of a direction along which nothing varies."""
HEAT_SCALE = 1e-3
"""1/K: brings enthalpy over R to the size of the moles."""
VALENCES = {"H": 1, "C": 4, "O": -2, "F": -1, "CL": -1, "BR": -1, "I": -1, "S": 4, "LI": 1, "NA": 1, "K": 1}
VALENCES |= {"BE": 2, "MG": 2, "CA": 2, "B": 3, "AL": 3, "SI": 4, "TI": 4, "ZR": 4, "FE": 3, "P": 5}


@dataclass(frozen=True)
class Mixtures:
    """N mixtures: `elements` (E, N) mol/kg and `enthalpy` (N,) over R."""

    elements: Array
    enthalpy: Array

    @property
    def points(self) -> Array:
        """(E + 1, N) coordinates of like size."""
        return np.concatenate([self.elements, self.enthalpy[None] * HEAT_SCALE])


@dataclass(frozen=True)
class Line:
    """Mixtures along a straight line: points (E + 1,) are `centre` + t `direction`.

    Two propellants at fixed temperatures mix along such a line, whatever is varied: t grows with the share of one.
    """

    centre: Array
    direction: Array

    def at(self, position: Array) -> Mixtures:
        """The mixtures at positions (M,)."""
        points = self.centre[:, None] + self.direction[:, None] * position
        return Mixtures(np.maximum(points[:-1], 0.0), points[-1] / HEAT_SCALE)

    def place(self, mixtures: Mixtures) -> tuple[Array, Mask]:
        """Positions (N,) of the mixtures, and which of them lie on the line."""
        points = mixtures.points
        centred = points - self.centre[:, None]
        position: Array = self.direction @ centred
        off = np.abs(centred - self.direction[:, None] * position).max(axis=0)
        return position, np.asarray(off <= SAME * np.abs(points).max())

    def room(self, low: float, high: float) -> float:
        """How far the positions from `low` to `high` may be extended before an element's amount vanishes."""
        with np.errstate(all="ignore"):
            ends = -self.centre[:-1] / self.direction[:-1]
        ends = ends[np.isfinite(ends)]
        gaps = np.concatenate([(low - ends)[ends <= low], (ends - high)[ends >= high]])
        return float(0.5 * gaps.min(initial=np.inf))

    def stoichiometric(self, elements: tuple[str, ...]) -> float:
        """Where oxidizing and reducing valences are equal (RP-1311 part I, eq. 9.17); not finite where never."""
        valences = np.array([VALENCES.get(element.upper(), 0) for element in elements])
        with np.errstate(all="ignore"):
            return float(-(valences @ self.centre[:-1]) / (valences @ self.direction[:-1]))


def line_through(mixtures: Mixtures) -> tuple[Line, Array] | None:
    """The line on which all N mixtures lie, and their positions (N,) on it; None where there is none."""
    points = mixtures.points
    centre = points.mean(axis=1)
    centred = points - centre[:, None]
    first = centred[:, np.abs(centred).max(axis=0).argmax()]
    length = float(np.linalg.norm(first))
    is_point = length <= SAME * float(np.abs(points).max())
    line = Line(centre, np.zeros_like(first) if is_point else first / length)
    position, is_on = line.place(mixtures)
    return (line, position) if is_on.all() else None
