"""NASA's fits of viscosity and thermal conductivity, of single gases and of pairs of gases."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.thermo.nasa_polynomials import Array

DATA = Path(__file__).parents[1] / "data" / "nasa_transport.npz"
MICROPOISE = 1e-7
"""Pa s; NASA's unit of viscosity."""
MICROWATT_PER_CENTIMETRE = 1e-4
"""W/m; NASA's unit of conductivity, per K."""
MOST_INTERVALS = 3


@dataclass(frozen=True)
class Fits:
    """K quantities whose logarithm is A ln T + B/T + C/T2 + D (NASA RP-1311 part I, chapter 5).

    `places` (K,) says which gas, or (K, 2) which pair of gases, each belongs to; `ends` (K, I - 1) K are the upper ends
    of all intervals but the last, infinite where there are fewer; `coefficients` (K, I, 4), SI. Beyond its range a
    quantity goes on with the fit next to it, as in CEA.
    """

    places: NDArray[np.intp]
    ends: Array
    coefficients: Array

    def values(self, temperature: Array) -> Array:
        """(N, K) at `temperature` (N,) K."""
        logarithm = np.log(temperature)
        inverse = 1.0 / temperature
        basis = np.stack([logarithm, inverse, inverse**2, np.ones_like(inverse)], axis=-1)
        interval = (temperature[:, None, None] > self.ends).sum(axis=2)
        chosen = self.coefficients[np.arange(len(self.places)), interval]
        return np.asarray(np.exp(np.einsum("nkc,nc->nk", chosen, basis)))


@dataclass(frozen=True)
class TransportFits:
    """All of NASA's fits that belong to some gases: `viscosity` and `conductivity` of single ones, `pairs` of two."""

    viscosity: Fits
    conductivity: Fits
    pairs: Fits


@dataclass(frozen=True)
class _Library:
    first: NDArray[np.str_]
    second: NDArray[np.str_]
    viscosity_record: NDArray[np.intp]
    viscosity_fit: Array
    conductivity_record: NDArray[np.intp]
    conductivity_fit: Array


@lru_cache(maxsize=1)
def _library() -> _Library:
    with np.load(DATA) as content:
        return _Library(**{name: content[name] for name in _Library.__dataclass_fields__})


@lru_cache(maxsize=256)
def transport_fits(names: tuple[str, ...]) -> TransportFits:
    """NASA's fits for the gases `names`; a gas or a pair that NASA has no data of is in none."""
    library = _library()
    place = {name: index for index, name in enumerate(names)}
    records = [
        (row, [place[name] for name in pair if name])
        for row, pair in enumerate(zip(library.first.tolist(), library.second.tolist(), strict=True))
        if all(name in place for name in pair if name)
    ]
    single = [(row, places) for row, places in records if len(places) == 1]
    double = [(row, places) for row, places in records if len(places) == 2]
    viscosity = (library.viscosity_record, library.viscosity_fit, MICROPOISE)
    conductivity = (library.conductivity_record, library.conductivity_fit, MICROWATT_PER_CENTIMETRE)
    return TransportFits(
        viscosity=_fits(single, *viscosity, 1),
        conductivity=_fits(single, *conductivity, 1),
        pairs=_fits(double, *viscosity, 2),
    )


def _fits(
    records: Sequence[tuple[int, list[int]]], owner: NDArray[np.intp], fits: Array, unit: float, members: int
) -> Fits:
    kept = [(places, fits[owner == row]) for row, places in records if (owner == row).any()]
    ends = np.full((len(kept), MOST_INTERVALS - 1), np.inf)
    coefficients = np.zeros((len(kept), MOST_INTERVALS, 4))
    for number, (_, rows) in enumerate(kept):
        ends[number, : len(rows) - 1] = rows[:-1, 1]
        coefficients[number, : len(rows)] = rows[:, 2:]
    coefficients[:, :, 3] += np.log(unit)
    places = np.array([places for places, _ in kept], dtype=np.intp).reshape(len(kept), members)
    return Fits(places[:, 0] if members == 1 else places, ends, coefficients)
