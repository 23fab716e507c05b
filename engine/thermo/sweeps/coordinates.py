"""How few numbers tell the cases of a batch apart."""

from dataclasses import dataclass

import numpy as np

from engine.thermo.nasa_polynomials import Array

SAME = 1e-9
"""Relative to the size of the numbers: what rounding leaves of a direction along which nothing varies."""
VALENCES = {"H": 1, "C": 4, "O": -2, "F": -1, "CL": -1, "BR": -1, "I": -1, "S": 4, "LI": 1, "NA": 1, "K": 1}
VALENCES |= {"BE": 2, "MG": 2, "CA": 2, "B": 3, "AL": 3, "SI": 4, "TI": 4, "ZR": 4, "FE": 3, "P": 5}


@dataclass(frozen=True)
class Line:
    """Mixtures along a straight line: elements and enthalpy (E + 1,) are `centre` + t `direction`.

    Two propellants at fixed temperatures mix along such a line, whatever is varied: t grows with the share of one.
    """

    centre: Array
    direction: Array

    def at(self, position: Array) -> tuple[Array, Array]:
        """Element moles (E, M) and enthalpy/R (M,) at positions (M,)."""
        values = self.centre[:, None] + self.direction[:, None] * position
        return np.maximum(values[:-1], 0.0), values[-1]

    def stoichiometric(self, elements: tuple[str, ...]) -> float:
        """Where oxidizing and reducing valences are equal (RP-1311 part I, eq. 9.17); not finite where never."""
        valences = np.array([VALENCES.get(element.upper(), 0) for element in elements])
        with np.errstate(all="ignore"):
            return float(-(valences @ self.centre[:-1]) / (valences @ self.direction[:-1]))


def line_through(element_moles: Array, enthalpy: Array) -> tuple[Line, Array] | None:
    """The line on which all N mixtures lie, and their positions (N,) on it; None where there is none.

    `element_moles` (N, E) mol/kg, `enthalpy`/R (N,).
    """
    heat_scale = 1.0 / 1000.0  # K: brings enthalpy over R to the size of the moles
    points = np.concatenate([element_moles, enthalpy[:, None] * heat_scale], axis=1)
    centre = points.mean(axis=0)
    centred = points - centre
    first = centred[np.abs(centred).max(axis=1).argmax()]
    length = float(np.linalg.norm(first))
    size = float(np.abs(points).max())
    if length <= SAME * size:
        position, direction = np.zeros(len(points)), np.zeros(points.shape[1])
    else:
        direction = first / length
        position = centred @ direction
    if np.abs(centred - position[:, None] * direction).max() > SAME * size:
        return None
    centre[-1], direction[-1] = centre[-1] / heat_scale, direction[-1] / heat_scale
    return Line(centre, direction), position
