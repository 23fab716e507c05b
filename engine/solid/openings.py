"""What the gas of grains has to pass on its way to the nozzle."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.thermo.nasa_polynomials import Array


class Openings(NamedTuple):
    """What the gas of grains (..., N, G) has to pass: the area that burns and that of aft faces, whose gas enters
    behind the port; area and hydraulic diameter of the port.
    """

    burning_area: Array
    aft_area: Array
    port_area: Array
    hydraulic_diameter: Array

    @property
    def is_open(self) -> NDArray[np.bool_]:
        """(..., N, G): whether a grain has a port that gas flows through."""
        return np.asarray((self.port_area > 0.0) & (self.burning_area > 0.0))
