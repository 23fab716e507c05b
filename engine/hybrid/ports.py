"""How wide the ports are and how much of the fuel they lay bare, by the area that is open already."""

import numpy as np

from engine.hybrid.motors import Motors
from engine.thermo.nasa_polynomials import Array

LAST = 2e-3
"""Of the whole cross-section: over the last of the fuel its burning surface shrinks to nothing, as a real one does
that is not burnt through everywhere at once."""


class RoundPort:
    """One round port in the middle of a round grain."""

    def __init__(self, motors: Motors) -> None:
        self.first_area = np.pi / 4.0 * motors.port_diameter**2
        self.last_area = np.pi / 4.0 * motors.outer_diameter**2

    def perimeter(self, area: Array) -> Array:
        """m, of port areas (..., N) in m2."""
        remaining = np.clip((self.last_area - area) / (LAST * self.last_area), 0.0, 1.0)
        return 2.0 * np.sqrt(np.pi * np.maximum(area, 0.0)) * remaining
