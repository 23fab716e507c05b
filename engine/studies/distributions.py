"""From shares of probability to values: the inverse cumulative distribution of each kind."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from engine.studies.distributed import (
    Discrete,
    Distributed,
    Lognormal,
    Normal,
    Triangular,
    TruncatedNormal,
    Uniform,
)
from engine.studies.variables import is_number
from engine.thermo.nasa_polynomials import Array

LEAST_SHARE = 2.0**-53
"""Shares of exactly 0 and 1, where a normal distribution has no value, are moved inside by this."""


def values_of(variable: Distributed, share: Array) -> NDArray[Any]:
    """The values (N,) below which `share` (N,) of the probability lies; a discrete variable has them of any type."""
    if isinstance(variable, Discrete):
        limits = np.cumsum(variable.weights)[:-1]
        return column_of(variable.values)[np.searchsorted(limits, share, side="right")]
    inside = np.clip(share, LEAST_SHARE, 1.0 - LEAST_SHARE)
    match variable:
        case Uniform():
            return variable.minimum + share * (variable.maximum - variable.minimum)
        case Normal():
            return np.asarray(variable.mean + variable.standard_deviation * special.ndtri(inside))
        case TruncatedNormal():
            return _truncated(variable, inside)
        case Lognormal():
            # moments of the value itself: Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1, ch. 14
            spread = np.sqrt(np.log1p((variable.standard_deviation / variable.mean) ** 2))
            middle = np.log(variable.mean) - 0.5 * spread**2
            return np.asarray(np.exp(middle + spread * special.ndtri(inside)))
        case Triangular():
            return _triangular(variable, share)


def has_ends(variable: Distributed) -> bool:
    """Whether no value lies beyond a smallest and a largest one."""
    if isinstance(variable, TruncatedNormal):
        return variable.minimum is not None and variable.maximum is not None
    return not isinstance(variable, Normal | Lognormal)


def column_of(values: Sequence[Any]) -> NDArray[Any]:
    """Values as an array: whole numbers and numbers as such, all else as the objects they are."""
    if all(is_number(value) for value in values):
        return np.array(values, dtype=np.int64 if all(isinstance(v, int) for v in values) else np.float64)
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def shown(column: NDArray[Any]) -> NDArray[Any]:
    """The column for a table: what is no number becomes text."""
    if column.dtype != object:
        return column
    texts = [value if isinstance(value, str) else json.dumps(value, default=str) for value in column]
    shown_column = np.empty(len(column), dtype=object)
    shown_column[:] = texts
    return shown_column


def _truncated(variable: TruncatedNormal, share: Array) -> Array:
    low, high = ((limit - variable.mean) / variable.standard_deviation for limit in variable.limits)
    unit = stats.truncnorm.ppf(share, low, high)
    return np.clip(variable.mean + variable.standard_deviation * unit, *variable.limits)


def _triangular(variable: Triangular, share: Array) -> Array:
    low, mode, high = variable.minimum, variable.mode, variable.maximum
    rising = low + np.sqrt(share * (high - low) * (mode - low))
    falling = high - np.sqrt((1.0 - share) * (high - low) * (high - mode))
    return np.where(share * (high - low) < mode - low, rising, falling)
