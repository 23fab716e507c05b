"""The flow of a gas of constant isentropic exponent through a nozzle: how much passes, how fast and with what thrust.

Source: Sutton and Biblarz, Rocket Propulsion Elements, chapter 3.
"""

import numpy as np
from numpy.typing import NDArray

from engine.nozzle.losses import SUMMERFIELD_RATIO

Array = NDArray[np.float64]
SMALLEST_FALL = 1e-9
ALWAYS_CHOKED = 0.48
"""A ratio at which every gas up to an exponent of 1.7 is choked."""


def critical_ratio(gamma: Array) -> Array:
    """Throat pressure over that of the gas at rest where the flow is choked."""
    return np.asarray((2.0 / (gamma + 1.0)) ** (gamma / (gamma - 1.0)))


def mass_flow_share(back_ratio: Array, gamma: Array) -> Array:
    """What flows over what would if the throat were choked: 1, and below where the `back_ratio`, pressure outside over
    that of the gas at rest, is above the critical one; 0 where it is 1 or more.
    """
    if back_ratio.size and back_ratio.max() < ALWAYS_CHOKED <= critical_ratio(gamma.max()):
        return np.ones_like(back_ratio)
    critical = critical_ratio(gamma)
    ratio = np.clip(back_ratio, critical, 1.0)
    fall = 1.0 - ratio ** ((gamma - 1.0) / gamma)
    # a root with a finite slope where nothing flows
    root = fall / np.sqrt(np.sqrt(fall**2 + SMALLEST_FALL))
    choked = 1.0 - critical ** ((gamma - 1.0) / gamma)
    choked_root = choked / np.sqrt(np.sqrt(choked**2 + SMALLEST_FALL))
    return np.asarray(root * ratio ** (1.0 / gamma) / (choked_root * critical ** (1.0 / gamma)))


def exit_pressure_ratio(area_ratio: Array, gamma: Array) -> Array:
    """Exit pressure over that of the gas at rest, of a supersonic exit; Newton's method in ln of the Mach number."""
    half = (gamma + 1.0) / (2.0 * (gamma - 1.0))
    log_mach = np.log(1.0 + 1.2 * np.sqrt(np.log(area_ratio)) + 0.3 * np.log(area_ratio))
    for _ in range(12):
        square = np.exp(2.0 * log_mach)
        inner = 1.0 + 0.5 * (gamma - 1.0) * square
        excess = half * np.log(inner * 2.0 / (gamma + 1.0)) - log_mach - np.log(area_ratio)
        slope = (square - 1.0) / inner
        log_mach = np.maximum(log_mach - excess / np.maximum(slope, 1e-6), 1e-6)
    return np.asarray((1.0 + 0.5 * (gamma - 1.0) * np.exp(2.0 * log_mach)) ** (-gamma / (gamma - 1.0)))


def vacuum_thrust_coefficient(pressure_ratio: Array, area_ratio: Array, gamma: Array) -> Array:
    """Without ambient pressure, at an exit of `area_ratio` with exit over stagnation pressure `pressure_ratio`."""
    return np.asarray(momentum_coefficient(pressure_ratio, gamma) + pressure_ratio * area_ratio)


def momentum_coefficient(pressure_ratio: Array, gamma: Array) -> Array:
    """The part of the thrust coefficient that the exit velocity makes."""
    squared = 2.0 * gamma**2 / (gamma - 1.0) * (2.0 / (gamma + 1.0)) ** ((gamma + 1.0) / (gamma - 1.0))
    return np.asarray(np.sqrt(squared * np.maximum(1.0 - pressure_ratio ** ((gamma - 1.0) / gamma), 0.0)))


def area_of_pressure(pressure_ratio: Array, gamma: Array) -> Array:
    """Area ratio of the supersonic station with a pressure over that at rest."""
    fall = np.maximum(1.0 - pressure_ratio ** ((gamma - 1.0) / gamma), 1e-30)
    squared = (gamma + 1.0) / (gamma - 1.0) * fall
    flux = ((gamma + 1.0) / 2.0) ** (1.0 / (gamma - 1.0)) * pressure_ratio ** (1.0 / gamma) * np.sqrt(squared)
    return np.asarray(1.0 / flux)


def separation_pressure_ratio(exit_ratio: Array, back_ratio: Array, gamma: Array) -> Array:
    """Pressure over that at rest where the flow leaves the wall: at the exit, or where it falls to 0.4 of the ambient
    pressure (Summerfield); not before the throat.
    """
    parted = np.minimum(SUMMERFIELD_RATIO * back_ratio, critical_ratio(gamma))
    return np.maximum(exit_ratio, parted)
