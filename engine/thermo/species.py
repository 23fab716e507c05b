"""NASA's product species made of given elements: all of its gases and condensed phases, without ions."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import AnalysisError
from engine.thermo.gases import INTERVAL_BOUNDS, Gases
from engine.thermo.nasa_polynomials import TERMS, Array
from engine.thermo.phases import Phases

DATA = Path(__file__).parent / "data" / "nasa_products.npz"


@dataclass(frozen=True)
class ProductSpecies:
    """The product species of E elements: S gases first, then C condensed phases."""

    elements: tuple[str, ...]
    gases: Gases
    phases: Phases

    @property
    def names(self) -> tuple[str, ...]:
        """All S + C names, NASA's spelling."""
        return self.gases.names + self.phases.names

    @property
    def formula_matrix(self) -> Array:
        """(S + C, E): atoms of each element in each species."""
        return np.concatenate([self.gases.formula, self.phases.formula])

    @property
    def molar_mass(self) -> Array:
        """(S + C,) kg/mol."""
        return np.concatenate([self.gases.molar_mass, self.phases.molar_mass])

    @property
    def is_condensed(self) -> NDArray[np.bool_]:
        """(S + C,)."""
        return np.arange(len(self.names)) >= len(self.gases.names)


@dataclass(frozen=True)
class _Library:
    names: NDArray[np.str_]
    elements: NDArray[np.str_]
    formula: Array
    molar_mass: Array
    is_condensed: NDArray[np.bool_]
    interval_species: NDArray[np.intp]
    interval_low: Array
    interval_high: Array
    coefficients: Array


@lru_cache(maxsize=1)
def _library() -> _Library:
    with np.load(DATA) as content:
        return _Library(**{name: content[name] for name in _Library.__dataclass_fields__})


def known_elements() -> frozenset[str]:
    """The elements that NASA's products are made of, without the electron."""
    return frozenset(str(element) for element in _library().elements) - {"E"}


@lru_cache(maxsize=256)
def product_species(elements: tuple[str, ...]) -> ProductSpecies:
    """All product species made of `elements` (symbols such as "H", "Al"; order is kept).

    Raises AnalysisError for an element that NASA has no products of.
    """
    library = _library()
    unknown = [element for element in elements if element not in known_elements()]
    if unknown:
        named = ", ".join(unknown)
        raise AnalysisError(f"NASA's data has no products of {named}", code="unknown_element")
    columns = np.array(
        [np.flatnonzero(library.elements == element)[0] for element in elements], dtype=np.intp
    )
    foreign = np.ones(len(library.elements), dtype=bool)
    foreign[columns] = False
    made = ~(library.formula[:, foreign] != 0).any(axis=1)
    gases = np.flatnonzero(made & ~library.is_condensed)
    phases = np.flatnonzero(made & library.is_condensed)
    return ProductSpecies(elements, _gases(library, gases, columns), _phases(library, phases, columns))


def _gases(library: _Library, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Gases:
    coefficients = np.stack([_gas_interval(library, rows, place) for place in range(3)])
    return Gases(
        tuple(str(name) for name in library.names[rows]),
        library.formula[np.ix_(rows, columns)],
        library.molar_mass[rows],
        coefficients,
    )


def _gas_interval(library: _Library, rows: NDArray[np.intp], place: int) -> Array:
    """(S, 9): each gas's coefficients of the interval `place`, or of its last one below it."""
    first, count = _interval_places(library, rows)
    chosen = first + np.minimum(place, count - 1)
    starts = library.interval_low[chosen]
    if not (starts <= np.concatenate([[200.0], INTERVAL_BOUNDS])[place]).all():
        raise ValueError("a gas whose intervals are not NASA's common ones")
    return library.coefficients[chosen]


def _interval_places(library: _Library, rows: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    first = np.searchsorted(library.interval_species, rows, side="left")
    return first, np.searchsorted(library.interval_species, rows, side="right") - first


def _phases(library: _Library, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Phases:
    first, count = _interval_places(library, rows)
    most = int(count.max(initial=1))
    places = first[:, None] + np.minimum(np.arange(most), (count - 1)[:, None])
    highs = library.interval_high[places]
    bounds = np.concatenate([library.interval_low[first][:, None], highs], axis=1)
    return Phases(
        tuple(str(name) for name in library.names[rows]),
        library.formula[np.ix_(rows, columns)],
        library.molar_mass[rows],
        bounds,
        library.coefficients[places].reshape(len(rows), most, TERMS),
    )
