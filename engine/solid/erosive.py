"""How much faster propellant burns under a flow along its surface.

Source: Lenoir and Robillard, 6th Symposium (International) on Combustion, 1957, p. 663:
r = a p^n + coefficient G^0.8 d^-0.2 exp(-exponent r rho/G), with the flux G of the gas and the port's hydraulic
diameter d in the place of the length along it (Heister's and Sutton's form, better for ports of any shape).
"""

from dataclasses import dataclass

import numpy as np

from engine.solid.burn_rates import Places
from engine.solid.openings import Openings
from engine.thermo.nasa_polynomials import Array

OF_FLUX, OF_DIAMETER = 0.8, -0.2
ITERATIONS = 40
NEAR = 1e-8
SMALLEST_FLUX = 1e-6
STEEPEST = 0.2
"""What is left of a slope of 1 at least, so that no step is wild."""


@dataclass(frozen=True)
class ErosiveLaw:
    """Of N motors with G grains, (N, G) each; a coefficient of 0 erodes nothing."""

    coefficient: Array
    exponent: Array

    def take(self, places: Places) -> "ErosiveLaw":
        """Those of the motors at `places`."""
        return ErosiveLaw(self.coefficient[places], self.exponent[places])


def eroded_rates(
    law: ErosiveLaw, normal: Array, density: Array, openings: Openings, start: Array | None = None
) -> Array:
    """(..., N, G) m/s, of rates without flow (..., N, 1) or (..., N, G), solved together with the fluxes they make;
    `start` are rates not far away.
    """
    rate = np.maximum(normal, 0.0 if start is None else start) * np.ones_like(openings.burning_area)
    known = np.where(normal > 0.0, normal, np.inf)
    rate = np.where(rate > 0.0, rate, 1e-12)
    for _ in range(ITERATIONS):
        new = _next_rate(law, normal, rate, density, openings)
        change = np.max(np.abs(new - rate) / known, initial=0.0)
        rate = new
        if change < NEAR:
            break
    return rate


def _next_rate(law: ErosiveLaw, normal: Array, rate: Array, density: Array, openings: Openings) -> Array:
    """A better estimate of rates (..., N, G), by the fluxes that those before make.

    The flux of a grain is that in the middle of its port: all from upstream, and half of what its own port makes.
    """
    has_port = (openings.port_area > 0.0) & (openings.burning_area > 0.0)
    wide = np.where(has_port, openings.port_area, np.inf)
    scale = (
        law.coefficient
        * np.where(has_port, np.maximum(openings.hydraulic_diameter, 1e-9), 1.0) ** OF_DIAMETER
    )
    made = density * rate
    whole, side = made * openings.burning_area, openings.burning_area - openings.aft_area
    upstream = np.cumsum(whole, axis=-1) - whole
    own = 0.5 * made * side / wide
    flux = np.maximum(upstream / wide + own, SMALLEST_FLUX)
    # Newton's method in the grain's own rate: what blows from the surface holds the flow off, and feeds it
    held = law.exponent * density / flux
    eroded = scale * flux**OF_FLUX * np.exp(-held * rate)
    share = own / flux
    slope = eroded * (OF_FLUX * share / rate - held * (1.0 - share))
    return np.asarray(np.maximum(rate - (rate - normal - eroded) / np.maximum(1.0 - slope, STEEPEST), normal))
