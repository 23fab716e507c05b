"""What a real nozzle loses against the ideal one-dimensional flow."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

DEFAULT_HALF_ANGLE = 15.0
"""degrees; the customary cone."""

SUMMERFIELD_RATIO = 0.4
"""Exit over ambient pressure below which flow parts from the wall (Summerfield, Foster, Swan, 1954)."""


def cone_divergence(half_angle: Array) -> Array:
    """The share of the momentum that a cone keeps along its axis; `half_angle` (N,) in degrees.

    Source: Malina, 1940; Sutton, Rocket Propulsion Elements, eq. 3-34.
    """
    return np.asarray((1.0 + np.cos(np.radians(half_angle))) / 2.0)


def is_separated(exit_pressure: Array, ambient_pressure: Array) -> NDArray[np.bool_]:
    """Whether the flow parts from the nozzle's wall by Summerfield's criterion; Pa, (N,) each."""
    return np.asarray(exit_pressure < SUMMERFIELD_RATIO * ambient_pressure)
