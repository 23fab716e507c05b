"""Between what the inputs of the array functions have to be, and what is said where none of the values is."""

import sys
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from engine.errors import Problem, SpecError
from engine.thermo.nasa_polynomials import Array


class Limit(NamedTuple):
    """The number that values have to exceed, or may equal, what they are, and the most that they may be."""

    low: float
    is_allowed: bool
    meaning: str
    high: float = sys.float_info.max


DENSEST = 2e4
"""kg/m3, as the densest metals: no law of ideal gases holds near it."""
LIMITS = {
    "chamber_pressure": Limit(0.0, False, "a pressure in Pa"),
    "pressure": Limit(0.0, False, "a pressure in Pa"),
    "temperature": Limit(0.0, False, "a temperature in K"),
    "density": Limit(0.0, False, "a density in kg/m3", DENSEST),
    "area_ratio": Limit(1.0, False, "exit area over throat area"),
    "subsonic_area_ratio": Limit(1.0, False, "the station's area over throat area"),
    "pressure_ratio": Limit(1.0, False, "chamber pressure over that of the station"),
    "contraction_ratio": Limit(1.0, False, "chamber area over throat area"),
    "mass_flux": Limit(0.0, False, "a mass flux in kg/(s m2)"),
    "mixture_ratio": Limit(0.0, True, "mass of oxidizer per mass of fuel"),
    "equivalence_ratio": Limit(0.0, True, "an equivalence ratio"),
    "chemical_equivalence_ratio": Limit(0.0, True, "an equivalence ratio"),
    "percent_fuel": Limit(0.0, True, "a percentage of the mass", 100.0),
    "velocity": Limit(0.0, False, "a velocity in m/s"),
    "mach": Limit(0.0, False, "a Mach number"),
}


def refuse_impossible(flat: Mapping[str, Array], given: Mapping[str, ArrayLike | None]) -> None:
    """Raises SpecError for inputs that are possible in no case; where some are, each case's status tells.

    `flat` are the inputs as arrays, `given` those that are there at all, as they were given.
    """
    problems = [
        Problem(name, _message(value, LIMITS[name]), value)
        for name, value in given.items()
        if value is not None and name in LIMITS and not _is_possible(flat[name], LIMITS[name])
    ]
    if problems:
        raise SpecError(problems)


def _is_possible(values: Array, limit: Limit) -> bool:
    above = values >= limit.low if limit.is_allowed else values > limit.low
    return not len(values) or bool((above & (values <= limit.high)).any())


def _message(value: ArrayLike, limit: Limit) -> str:
    shown = f"{float(np.asarray(value).reshape(-1)[0]):g}" if np.size(value) == 1 else "none of the values"
    possible = "is not possible" if np.size(value) == 1 else "is possible"
    least = f"{limit.low:g} or more" if limit.is_allowed else f"above {limit.low:g}"
    most = (
        f", at most {limit.high:g}" if limit.high < sys.float_info.max else " and finite" * (shown == "inf")
    )
    return f"{shown} {possible}: give {limit.meaning}, {least}{most}"
