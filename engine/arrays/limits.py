"""Between what the inputs of the array functions have to be, and what is said where none of the values is."""

import math
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
HIGHEST = 1e11
"""Pa, at which burnt propellant would be as dense as that or denser."""
LIMITS = {
    "chamber_pressure": Limit(0.0, False, "a pressure in Pa", HIGHEST),
    "pressure": Limit(0.0, False, "a pressure in Pa", HIGHEST),
    "temperature": Limit(0.0, False, "a temperature in K"),
    "density": Limit(0.0, False, "a density in kg/m3", DENSEST),
    "area_ratio": Limit(1.0, False, "exit area over throat area"),
    "subsonic_area_ratio": Limit(1.0, False, "the station's area over throat area"),
    "pressure_ratio": Limit(1.0, False, "chamber pressure over that of the station"),
    "contraction_ratio": Limit(1.0, False, "chamber area over throat area"),
    "mass_flux": Limit(0.0, False, "a mass flux in kg/(s m2)"),
    "mixture_ratio": Limit(0.0, True, "mass of oxidizer per mass of fuel", math.inf),
    "equivalence_ratio": Limit(0.0, True, "an equivalence ratio", math.inf),
    "chemical_equivalence_ratio": Limit(0.0, True, "an equivalence ratio", math.inf),
    "percent_fuel": Limit(0.0, True, "a percentage of the mass", 100.0),
    "velocity": Limit(0.0, False, "a velocity in m/s"),
    "mach": Limit(0.0, False, "a Mach number"),
    "enthalpy": Limit(-math.inf, False, "an enthalpy in J/kg"),
    "internal_energy": Limit(-math.inf, False, "an internal energy in J/kg"),
    "entropy": Limit(-math.inf, False, "an entropy in J/(kg K)"),
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


def within(flat: Mapping[str, Array]) -> dict[str, Array]:
    """The inputs with infinity, which no case is solved for, in place of what lies above their limits."""
    return {
        name: np.where(values > LIMITS[name].high, np.inf, values) if name in LIMITS else values
        for name, values in flat.items()
    }


def _is_possible(values: Array, limit: Limit) -> bool:
    above = values >= limit.low if limit.is_allowed else values > limit.low
    return not len(values) or bool((above & (values <= limit.high)).any())


def _message(value: ArrayLike, limit: Limit) -> str:
    is_one = np.size(value) == 1
    shown = (
        f"{float(np.asarray(value, dtype=np.float64).reshape(-1)[0]):g}" if is_one else "none of the values"
    )
    between = [limit.meaning]
    if math.isfinite(limit.low):
        between.append(f"{limit.low:g} or more" if limit.is_allowed else f"above {limit.low:g}")
    if limit.high < sys.float_info.max:
        between.append(f"at most {limit.high:g}")
    elif math.isfinite(limit.high):
        between.append("finite")
    return f"{shown} {'is not' if is_one else 'is'} possible: give {', '.join(between)}"
