"""The points of the benchmarks: drawn at random, the same in every run."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.rocket.pairs import Pair

Array = NDArray[np.float64]
PRESSURES = (2e6, 20e6)
AREA_RATIO = 40.0
AREA_RATIOS = (5.0, 100.0)


@dataclass(frozen=True)
class Points:
    """Cases of one pair, arrays (N,): chamber pressure Pa, mixture ratio, area ratio."""

    pair: Pair
    chamber_pressure: Array
    mixture_ratio: Array
    area_ratio: Array

    def __len__(self) -> int:
        return len(self.chamber_pressure)

    def take(self, places: NDArray[np.intp]) -> "Points":
        """The points at `places`, in that order."""
        return Points(
            self.pair, self.chamber_pressure[places], self.mixture_ratio[places], self.area_ratio[places]
        )

    def request(self) -> dict[str, object]:
        """What our worker is sent."""
        return {
            "fuel": self.pair.fuel,
            "oxidizer": self.pair.oxidizer,
            "mixture_ratio": self.mixture_ratio.tolist(),
            "chamber_pressure": self.chamber_pressure.tolist(),
            "area_ratio": self.area_ratio.tolist(),
        }


def sweep(pair: Pair, count: int, seed: int) -> Points:
    """`count` points, uniform in pressure and mixture ratio, at area ratio 40."""
    random = np.random.default_rng(seed)
    pressure = random.uniform(*PRESSURES, count)
    return Points(pair, pressure, random.uniform(*pair.mixture_ratio, count), np.full(count, AREA_RATIO))


def unrelated(pairs: tuple[Pair, ...], count: int, seed: int) -> list[Points]:
    """`count` points over all pairs, each of a pair drawn at random and with an area ratio of its own (5 to 100)."""
    random = np.random.default_rng(seed)
    numbers = np.bincount(random.integers(len(pairs), size=count), minlength=len(pairs))
    groups = []
    for pair, number in zip(pairs, numbers, strict=True):
        pressure = random.uniform(*PRESSURES, number)
        ratio = random.uniform(*pair.mixture_ratio, number)
        area = np.exp(random.uniform(*np.log(AREA_RATIOS), number))
        groups.append(Points(pair, pressure, ratio, area))
    return [group for group in groups if len(group)]


def sample(count: int, size: int, seed: int) -> NDArray[np.intp]:
    """`size` different places out of `count` (all of them where there are no more), ascending."""
    chosen = np.random.default_rng(seed).choice(count, size=min(size, count), replace=False)
    return np.sort(chosen)


def orders(points: Points) -> dict[str, NDArray[np.intp]]:
    """The orders in which a solver that starts from its last answer may like to be asked."""
    return {
        "as drawn": np.arange(len(points)),
        "by pressure": np.argsort(points.chamber_pressure),
        "by mixture ratio": np.argsort(points.mixture_ratio),
    }
