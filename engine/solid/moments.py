"""The moments of many burns, whatever marched them."""

from dataclasses import dataclass

from engine.thermo.nasa_polynomials import Array


@dataclass(frozen=True)
class Moments:
    """T moments of N motors: `time`, `pressure` and `throat_diameter` (T, N), `regression` (T, N, G). An integral over
    time is the sum of values times `weight` (T, N).

    `burn_time` (N,) s is when the last propellant burnt, where the march knows; the mean thrust is then that over the
    burn time. Without it the burn ends where next to no thrust is left, and the mean is that of the moments.
    """

    time: Array
    weight: Array
    pressure: Array
    throat_diameter: Array
    regression: Array
    burn_time: Array | None = None
