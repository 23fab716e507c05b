"""How much faster propellant burns under a flow along its surface.

Source: Lenoir and Robillard, 6th Symposium (International) on Combustion, 1957, p. 663:
r = a p^n + coefficient G^0.8 d^-0.2 exp(-exponent r rho/G), with the flux G of the gas and the port's hydraulic
diameter d in the place of the length along it (Heister's and Sutton's form, better for ports of any shape).
"""

from dataclasses import dataclass

import numpy as np

from engine.solid.burn_rates import Places
from engine.thermo.nasa_polynomials import Array

OF_FLUX, OF_DIAMETER = 0.8, -0.2
ITERATIONS = 40
NEAR = 1e-10
SMALLEST_FLUX = 1e-6


@dataclass(frozen=True)
class ErosiveLaw:
    """Of N motors with G grains, (N, G) each; a coefficient of 0 erodes nothing."""

    coefficient: Array
    exponent: Array

    def take(self, places: Places) -> "ErosiveLaw":
        """Those of the motors at `places`."""
        return ErosiveLaw(self.coefficient[places], self.exponent[places])


def eroded_rates(
    law: ErosiveLaw,
    normal: Array,
    density: Array,
    burning_area: Array,
    aft_area: Array,
    port_area: Array,
    hydraulic_diameter: Array,
) -> Array:
    """(..., N, G) m/s, of rates without flow (..., N, 1) or (..., N, G), solved together with the fluxes they make.

    The flux of a grain is that in the middle of its port: all from upstream, and half of what its own port makes.
    """
    rate = normal * np.ones_like(burning_area)
    has_port = (port_area > 0.0) & (burning_area > 0.0)
    wide = np.where(has_port, port_area, np.inf)
    scale = law.coefficient * np.where(has_port, np.maximum(hydraulic_diameter, 1e-9), 1.0) ** OF_DIAMETER
    side = np.maximum(burning_area - aft_area, 0.0)
    for _ in range(ITERATIONS):
        made = density * rate
        upstream = np.cumsum(made * burning_area, axis=-1) - made * burning_area
        flux = np.maximum((upstream + 0.5 * made * side) / wide, SMALLEST_FLUX)
        # Newton's method in the rate at this flux: what blows from the surface holds the flow off
        held = law.exponent * density / flux
        eroded = scale * flux**OF_FLUX * np.exp(-held * rate)
        new = rate - (rate - normal - eroded) / (1.0 + held * eroded)
        change = np.max(np.abs(new - rate) / np.maximum(normal, 1e-12), initial=0.0)
        rate = new
        if change < NEAR:
            break
    return rate
