"""NASA's product species made of given elements: its gases and condensed phases, ions where asked for."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import AnalysisError, Problem, SpecError
from engine.thermo.gases import INTERVAL_BOUNDS, Gases, continued
from engine.thermo.nasa_polynomials import TERMS, Array
from engine.thermo.phases import Phases

DATA = Path(__file__).parent / "data" / "nasa_products.npz"


ELECTRON = "E"
"""NASA's symbol of the electron, which the ions are made with as with an element."""


@dataclass(frozen=True)
class Selection:
    """Which of the species made of a set of elements are let in: `only` those named, if any, and none of `omit`."""

    only: tuple[str, ...] | None = None
    omit: tuple[str, ...] = ()
    ions: bool = False


@dataclass(frozen=True, eq=False)
class ProductSpecies:
    """The product species of E elements: S gases first, then C condensed phases.

    With ions the last of the elements is the electron, of which a mixture has none in all.
    """

    elements: tuple[str, ...]
    gases: Gases
    phases: Phases
    selection: Selection = Selection()

    @cached_property
    def is_electron(self) -> NDArray[np.bool_]:
        """(E,)."""
        return np.array([element == ELECTRON for element in self.elements])

    def made_of(self, elements: Sequence[str]) -> "ProductSpecies":
        """Those of the same selection that are made of some of the elements."""
        return _product_species(tuple(element for element in elements if element != ELECTRON), self.selection)

    def complete(self, element_moles: Array) -> Array:
        """`element_moles` (N, E or E - 1) with the electron's column, which may be left out."""
        if ELECTRON not in self.elements or element_moles.shape[1] == len(self.elements):
            return element_moles
        return np.concatenate([element_moles, np.zeros((len(element_moles), 1))], axis=1)

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
    return frozenset(str(element) for element in _library().elements) - {ELECTRON}


def product_species(
    elements: tuple[str, ...],
    *,
    only: Sequence[str] | None = None,
    omit: Sequence[str] = (),
    ions: bool = False,
) -> ProductSpecies:
    """The product species made of `elements` (symbols such as "H", "Al"; order is kept).

    `only` names those that are let in, `omit` those that are not, both as NASA spells them; names of species that the
    elements cannot form are passed over. With `ions` the electron "E" stands after the elements, unless none of
    them has ions. Raises AnalysisError for an element that NASA has no products of, SpecError for an unknown
    name and where no gas is left.
    """
    check_names("only", only or ())
    check_names("omit", omit)
    chosen = None if only is None else tuple(sorted(set(only)))
    return _product_species(tuple(elements), Selection(chosen, tuple(sorted(set(omit))), ions))


def check_names(field: str, names: Sequence[str]) -> None:
    """Raises SpecError for a name that none of NASA's products has; `field` is what the names were given as."""
    problems = []
    for name in names:
        if name in _places():
            continue
        near = difflib.get_close_matches(str(name).upper(), [known.upper() for known in _places()], n=3)
        nearest = [known for known in _places() if known.upper() in near]
        hint = f"did you mean {', '.join(nearest)}?" if nearest else None
        message = f"{name!r} is no product species of NASA's data; give names as NASA spells them"
        problems.append(Problem(field, f"{message}, {hint}" if hint else message, name, hint))
    if problems:
        raise SpecError(problems, code="unknown_species")


@lru_cache(maxsize=256)
def _product_species(elements: tuple[str, ...], selection: Selection) -> ProductSpecies:
    library = _library()
    unknown = [element for element in elements if element not in known_elements()]
    if unknown:
        named = ", ".join(unknown)
        raise AnalysisError(f"NASA's data has no products of {named}", code="unknown_element")
    rows = _selected(library, elements, selection)
    if selection.ions and _has_ions(library, rows):
        elements = (*elements, ELECTRON)
    elif selection.ions:
        rows = rows[library.formula[rows, _column(library, ELECTRON)] == 0]
    columns = np.array([_column(library, element) for element in elements], dtype=np.intp)
    gases, phases = rows[~library.is_condensed[rows]], rows[library.is_condensed[rows]]
    if not len(gases):
        message = f"leaves no gas made of {', '.join(elements)}; let one in"
        raise SpecError([Problem("only" if selection.only is not None else "omit", message)])
    return ProductSpecies(
        elements, _gases(library, gases, columns), _phases(library, phases, columns), selection
    )


def _selected(library: _Library, elements: tuple[str, ...], selection: Selection) -> NDArray[np.intp]:
    """The rows of the library that are made of the elements and let in."""
    allowed = [*elements, ELECTRON] if selection.ions else elements
    foreign = ~np.isin(library.elements, allowed)
    chosen = ~(library.formula[:, foreign] != 0).any(axis=1)
    if selection.only is not None:
        chosen &= np.isin(library.names, selection.only)
    return np.flatnonzero(chosen & ~np.isin(library.names, selection.omit))


def _has_ions(library: _Library, rows: NDArray[np.intp]) -> bool:
    """Whether there are both charges, so that the gas can be neutral with them."""
    charge = library.formula[rows, _column(library, ELECTRON)]
    return bool((charge > 0).any() and (charge < 0).any())


def _column(library: _Library, element: str) -> int:
    return int(np.flatnonzero(library.elements == element)[0])


@lru_cache(maxsize=1)
def _places() -> dict[str, int]:
    return {str(name): place for place, name in enumerate(_library().names)}


def _gases(library: _Library, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Gases:
    first, count = _interval_places(library, rows)
    starts = library.interval_low[first[:, None] + np.minimum(np.arange(3), (count - 1)[:, None])]
    common = np.concatenate([[200.0], INTERVAL_BOUNDS])[np.minimum(np.arange(3), (count - 1)[:, None])]
    if (starts != common).any() or (count < 2).any():
        raise ValueError("a gas whose intervals are not NASA's common ones")
    last = library.coefficients[first + count - 1]
    atoms = np.where(library.elements == ELECTRON, 0.0, library.formula[rows]).sum(axis=1)
    beyond = np.where((count == 3)[:, None], last, continued(last, INTERVAL_BOUNDS[-1], atoms))
    coefficients = np.stack([library.coefficients[first], library.coefficients[first + 1], beyond])
    return Gases(
        tuple(str(name) for name in library.names[rows]),
        library.formula[np.ix_(rows, columns)],
        library.molar_mass[rows],
        coefficients,
    )


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
