"""How much faster propellant burns under a flow along its surface.

Source: Lenoir and Robillard, 6th Symposium (International) on Combustion, 1957, p. 663:
r = a p^n + coefficient G^0.8 d^-0.2 exp(-exponent r rho/G), with the flux G of the gas and the port's hydraulic
diameter d in the place of the length along it (Heister's and Sutton's form, better for ports of any shape).
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from engine.solid.burn_rates import Places
from engine.solid.openings import Openings
from engine.thermo.nasa_polynomials import Array

OF_FLUX, OF_DIAMETER = 0.8, -0.2
ITERATIONS = 40
NEAR = 1e-7
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
    fluxes = _Fluxes.of(law, density, openings)
    for _ in range(ITERATIONS):
        new = fluxes.next_rate(normal, rate)
        change = np.max(np.abs(new - rate) / known, initial=0.0)
        rate = new
        if change < NEAR:
            break
    return rate


class _Fluxes(NamedTuple):
    """(..., N, G) each: what a rate makes of flux, from the whole grain downstream, from half of its port within; what
    the flux erodes; and how blowing holds it off. The flux of a grain is that in the middle of its port.
    """

    whole: Array
    own: Array
    port_area: Array
    scale: Array
    held: Array

    @classmethod
    def of(cls, law: ErosiveLaw, density: Array, openings: Openings) -> "_Fluxes":
        """What fluxes are made of where these openings burn, all (..., N, G); a grain without a port erodes nothing."""
        is_open = openings.is_open
        wide = np.where(is_open, openings.port_area, np.inf)
        across = np.where(is_open, np.maximum(openings.hydraulic_diameter, 1e-9), 1.0)
        side = openings.burning_area - openings.aft_area
        return cls(
            density * openings.burning_area,
            0.5 * density * side / wide,
            wide,
            law.coefficient * across**OF_DIAMETER,
            law.exponent * density,
        )

    def next_rate(self, normal: Array, rate: Array) -> Array:
        """A better estimate of the rates, by the fluxes that those before make."""
        whole, own = self.whole * rate, self.own * rate
        flux = np.maximum((np.cumsum(whole, axis=-1) - whole) / self.port_area + own, SMALLEST_FLUX)
        # Newton's method in the grain's own rate: what blows from the surface holds the flow off, and feeds it
        held, share = self.held / flux, own / flux
        eroded = self.scale * flux**OF_FLUX * np.exp(-held * rate)
        slope = eroded * (OF_FLUX * share / rate - held * (1.0 - share))
        better = rate - (rate - normal - eroded) / np.maximum(1.0 - slope, STEEPEST)
        return np.asarray(np.maximum(better, normal))
