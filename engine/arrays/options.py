"""Arguments that are no arrays: names of species, switches, and arguments that have to be there; refused by name."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.arrays.limits import LIMITS
from engine.arrays.numbers import numbers
from engine.errors import Problem, SpecError
from engine.thermo.nasa_polynomials import Array
from engine.thermo.species import ProductSpecies, product_species
from engine.thermo.status import Status

UNMADE = 1e-6
"""Of the elements, what may be left over by products that can make them up."""


def products_of(
    elements: tuple[str, ...], element_moles: Array, *, only: Any, omit: Any, ions: Any
) -> ProductSpecies:
    """The products of mixtures with `element_moles` (N, E) that the other three let in.

    See `engine.thermo.species.product_species`. Raises SpecError for arguments of another kind than they should be,
    and where an element that every mixture holds is left without a product.
    """
    require_switches(ions=ions)
    chosen = None if only is None else names_in("only", only)
    products = product_species(elements, only=chosen, omit=names_in("omit", omit), ions=bool(ions))
    held = (products.gases.formula != 0).any(axis=0) | (products.phases.formula != 0).any(axis=0)
    known = element_moles[np.isfinite(element_moles).all(axis=1)]
    least = known.min(axis=0, initial=np.inf)
    lost = [element for place, element in enumerate(elements) if least[place] > 0 and not held[place]]
    if lost and len(known):
        message = f"leaves no product that holds {', '.join(lost)}, which the propellant has; let one in"
        raise SpecError([Problem(_chosen_by(products), message)])
    return products


def refuse_unmade(products: ProductSpecies, element_moles: Array, status: NDArray[np.int8]) -> None:
    """Raises SpecError where no case was solved because the products that were let in cannot make up its elements.

    `element_moles` (N, E) are those of the mixtures, `status` (N,) or (N, K) says how their solutions ended.
    """
    selection = products.selection
    if selection.only is None and not selection.omit:
        return
    asked = np.flatnonzero(np.isfinite(element_moles).all(axis=1))
    if not len(asked) or (status[asked] == Status.CONVERGED).any():
        return
    # wanted only here, and long to load
    from scipy.optimize import nnls

    elements = products.complete(element_moles[asked[:1]])[0]
    formulas = np.concatenate([products.gases.formula, products.phases.formula])
    _, missing = nnls(formulas.T, elements)
    if missing > UNMADE * np.abs(elements).max():
        message = "leaves products that in no amounts make up the elements of the propellant; let in more"
        raise SpecError([Problem(_chosen_by(products), message)])


def _chosen_by(products: ProductSpecies) -> str:
    """The argument that left products out."""
    return "omit" if products.selection.only is None else "only"


def names_in(field: str, value: Any) -> tuple[str, ...]:
    """The names in a list of them, or the one name that was given alone; raises SpecError for anything else."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, np.ndarray):
        value = value.ravel().tolist()
    names = tuple(value) if isinstance(value, Iterable) else (value,)
    if all(isinstance(name, str) for name in names):
        return tuple(str(name) for name in names)
    message = f"{value!r} is no list of names; give names as NASA spells them, such as ['H2O', 'CO2']"
    raise SpecError([Problem(field, message, value)])


def require_switches(**given: Any) -> None:
    """Raises SpecError for what is neither True nor False."""
    problems = [
        Problem(name, f"{value!r} is neither True nor False; give one of them", value)
        for name, value in given.items()
        if not isinstance(value, bool | np.bool_)
    ]
    if problems:
        raise SpecError(problems)


def require(**given: ArrayLike | None) -> None:
    """Raises SpecError that names the arguments that are missing, and says what each is."""
    problems = [
        Problem(name, f"is missing; give {LIMITS[name].meaning}")
        for name, value in given.items()
        if value is None
    ]
    if problems:
        raise SpecError(problems)


def require_one_width(contraction_ratio: ArrayLike | None, mass_flux: ArrayLike | None) -> None:
    """Raises SpecError where both say how wide all of the combustors are."""
    if contraction_ratio is None or mass_flux is None:
        return
    given = {"contraction_ratio": contraction_ratio, "mass_flux": mass_flux}
    if all(not np.isnan(numbers(name, value)).any() for name, value in given.items()):
        message = (
            "is given beside contraction_ratio, and both say how wide the chamber is; keep one of them, or "
            "NaN in one of them for each case"
        )
        raise SpecError([Problem("mass_flux", message, mass_flux)])
