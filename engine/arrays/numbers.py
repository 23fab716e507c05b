"""Numbers from whatever was given as an input, and inputs broadcast against each other."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.errors import Problem, SpecError
from engine.thermo.nasa_polynomials import Array

NO_NUMBERS = (str, bytes, bool, np.bool_)
"""What numpy would read as numbers, but nobody means as such."""
MOST_CASES = 100_000_000
"""In one call: about a kilobyte is held of each."""


def numbers(name: str, value: ArrayLike | None) -> Array:
    """The input as an array, with NaN for None and for what is masked.

    Raises SpecError for what is no number, such as text and truth values, and for integers too large for a float.
    """
    try:
        if isinstance(value, np.ma.MaskedArray) and value.dtype.kind in "iuf":
            return np.asarray(np.ma.filled(value.astype(np.float64), np.nan))
        found = np.asarray(np.nan if value is None else value)
        if not _is_other(value, found):
            return np.asarray(found, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        pass
    message = f"{shown(value)} is no number and no array of numbers; give numbers in SI units"
    raise SpecError([Problem(name, message, value)])


def _is_other(value: object, found: NDArray[np.generic]) -> bool:
    """Whether `value`, which became the array `found`, is or holds something else than numbers."""
    if isinstance(value, list | tuple) and _kinds(value) & set(NO_NUMBERS):
        return True
    if found.dtype.kind == "O":
        return any(isinstance(item, NO_NUMBERS) for item in found.flat)
    return found.dtype.kind not in "iuf"


def _kinds(values: list[object] | tuple[object, ...]) -> set[type]:
    kinds = set(map(type, values))
    if kinds & {list, tuple}:
        kinds = kinds.union(*(_kinds(inner) for inner in values if isinstance(inner, list | tuple)))
    return kinds


def shown(value: object) -> str:
    """In a message: as Python writes it, and not too long."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def broadcast(**given: ArrayLike | None) -> tuple[tuple[int, ...], dict[str, Array]]:
    """The common shape, and each input flat at full length; None becomes NaN.

    Raises SpecError that names the first input whose shape does not fit those before it, or that is no number, and
    for more than MOST_CASES.
    """
    arrays: dict[str, Array] = {}
    shape: tuple[int, ...] = ()
    for name, value in given.items():
        arrays[name] = array = numbers(name, value)
        try:
            shape = np.broadcast_shapes(shape, array.shape)
        except ValueError:
            message = (
                f"shapes {shape} and {array.shape} do not broadcast; make them equal, or of length one where "
                "they differ"
            )
            raise SpecError([Problem(name, message)]) from None
        require_fewer(name, math.prod(shape))
    return shape, {
        name: np.ascontiguousarray(np.broadcast_to(array, shape)).reshape(-1)
        for name, array in arrays.items()
    }


def require_fewer(name: str, count: int) -> None:
    """Raises SpecError, about the input that brings them, where cases or stations are too many for one call."""
    if count > MOST_CASES:
        message = f"makes {count:.3g} cases or stations in all; give at most {MOST_CASES:.3g} in one call"
        raise SpecError([Problem(name, message)])
