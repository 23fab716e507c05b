"""Times of several rounds, and deviations from a reference."""

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

MICRO = 1e6
CLOCKS = ("wall", "cpu")


@dataclass(frozen=True)
class Cost:
    """Seconds per case: the median over the rounds, the least and the most."""

    median: float
    least: float
    most: float
    rounds: int


def cost(timings: Iterable[Mapping[str, float]], cases: int, clock: str) -> Cost:
    """What one of `cases` took, of `timings` such as {"wall": seconds, "cpu": seconds}.

    Raises ValueError where there is nothing to take a median of.
    """
    times = [timing[clock] / cases for timing in timings]
    if not times:
        raise ValueError("no rounds were timed")
    return Cost(statistics.median(times), min(times), max(times), len(times))


def waiting(timings: Iterable[Mapping[str, float]]) -> float:
    """Wall over processor time of all rounds together: above 1 where the machine did other work in between."""
    given = list(timings)
    return sum(timing["wall"] for timing in given) / max(sum(timing["cpu"] for timing in given), 1e-9)


def relative(ours: ArrayLike, reference: ArrayLike) -> NDArray[np.float64]:
    """ours/reference - 1, of the shape of both; NaN where either has no finite number, or the reference 0."""
    value, exact = np.asarray(ours, dtype=float), np.asarray(reference, dtype=float)
    usable = np.isfinite(value) & np.isfinite(exact) & (exact != 0.0)
    return np.divide(value, exact, out=np.full(value.shape, np.nan), where=usable) - 1.0


@dataclass(frozen=True)
class Worst:
    """The largest deviation without its sign, the place of its case, and how many cases were compared."""

    deviation: float
    place: int
    compared: int


def worst(deviations: ArrayLike) -> Worst:
    """The worst of (N,) deviations; NaN are cases that were not compared. The deviation is NaN where none was."""
    size = np.abs(np.asarray(deviations, dtype=float))
    compared = int(np.isfinite(size).sum())
    if not compared:
        return Worst(float("nan"), -1, 0)
    place = int(np.nanargmax(size))
    return Worst(float(size[place]), place, compared)


def verdict(is_met: bool) -> str:
    """Whether a requirement is met, as the tables say it."""
    return "yes" if is_met else "no"


def plain(value: Any) -> Any:
    """`value` for JSON: arrays as lists, NaN as null."""
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value
