"""The moments of many burns, whatever marched them."""

from dataclasses import dataclass

from numpy import intp
from numpy.typing import NDArray

from engine.thermo.nasa_polynomials import Array


@dataclass(frozen=True)
class Ending:
    """What a transient march knows: `burn_time` (N,) s, when the last propellant burnt; how many of the moments there
    are, `count` (N,); and what flows through the nozzle, `mass_flow_rate` (T, N).
    """

    burn_time: Array
    count: NDArray[intp]
    mass_flow_rate: Array


@dataclass(frozen=True)
class Moments:
    """T moments of N motors: `time`, `pressure` and `throat_diameter` (T, N), `regression` (T, N, G). An integral over
    time is the sum of values times `weight` (T, N).

    With an `ending`, that of a transient march, the mean thrust is the impulse over the burn time. A quasi-steady burn
    ends where next to no thrust is left, and its mean is that of the moments.
    """

    time: Array
    weight: Array
    pressure: Array
    throat_diameter: Array
    regression: Array
    ending: Ending | None = None
