"""What the functions of this folder share: inputs broadcast against each other, and propellants mixed."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.errors import Problem, SpecError
from engine.parsing import parse_propellant
from engine.thermo.catalogue import Propellant
from engine.thermo.reactants import ReactantMixture, check_temperature, mix

Array = NDArray[np.float64]


def broadcast(*given: ArrayLike | None) -> tuple[tuple[int, ...], list[Array]]:
    """The common shape, and each input flat at full length; None becomes NaN."""
    arrays = [np.asarray(np.nan if value is None else value, dtype=np.float64) for value in given]
    try:
        shaped = np.broadcast_arrays(*arrays)
    except ValueError:
        shapes = ", ".join(str(array.shape) for array in arrays)
        message = f"shapes {shapes} do not broadcast; make them equal, or of length one where they differ"
        raise SpecError([Problem("mixture_ratio", message)]) from None
    return shaped[0].shape, [np.ascontiguousarray(array).reshape(-1) for array in shaped]


def mixture_of(
    fuel: str | dict[str, Any],
    oxidizer: str | dict[str, Any],
    ratio: Array,
    fuel_temperature: Array,
    oxidizer_temperature: Array,
) -> ReactantMixture:
    """The two propellants mixed at `ratio` (N,), oxidizer to fuel by mass, at temperatures (N,) K or NaN for their own.

    Raises SpecError for an unknown propellant and for a temperature at which an enthalpy is not known.
    """
    sides: list[Propellant] = [parse_propellant(fuel, "fuel"), parse_propellant(oxidizer, "oxidizer")]
    ratio = np.where(ratio >= 0, ratio, np.nan)
    for side, temperature, field in (
        (sides[0], fuel_temperature, "fuel_temperature"),
        (sides[1], oxidizer_temperature, "oxidizer_temperature"),
    ):
        _check_range(side, temperature, field)
    return mix(sides[0], sides[1], ratio, fuel_temperature, oxidizer_temperature)


def _check_range(propellant: Propellant, temperature: Array, field: str) -> None:
    given = temperature[np.isfinite(temperature)]
    for extreme in {float(given.min()), float(given.max())} if len(given) else set():
        check_temperature(propellant, extreme, field)
