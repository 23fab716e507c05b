"""Arguments that are no arrays: names of species, switches, and arguments that have to be there; refused by name."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays.limits import LIMITS
from engine.errors import Problem, SpecError
from engine.thermo.reactants import ReactantMixture
from engine.thermo.species import ProductSpecies, product_species


def products_of(mixture: ReactantMixture, *, only: Any, omit: Any, ions: Any) -> ProductSpecies:
    """The products of the mixtures that `only`, `omit` and `ions` let in (`engine.thermo.species.product_species`).

    Raises SpecError, too, where an element that every mixture holds is left without a product.
    """
    products = chosen_products(mixture.elements, only=only, omit=omit, ions=ions)
    held = (products.gases.formula != 0).any(axis=0) | (products.phases.formula != 0).any(axis=0)
    lost = [
        element
        for place, element in enumerate(mixture.elements)
        if not held[place] and (mixture.element_moles[:, place] > 0).all() and len(mixture.element_moles)
    ]
    if lost:
        field = "omit" if only is None else "only"
        message = f"leaves no product that holds {', '.join(lost)}, which the propellant has; let one in"
        raise SpecError([Problem(field, message, only if field == "only" else omit)])
    return products


def chosen_products(elements: tuple[str, ...], *, only: Any, omit: Any, ions: Any) -> ProductSpecies:
    """The products made of the elements; raises SpecError for arguments of another kind than they should be."""
    require_switches(ions=ions)
    chosen = None if only is None else names_in("only", only)
    return product_species(elements, only=chosen, omit=names_in("omit", omit), ions=bool(ions))


def names_in(field: str, value: Any) -> tuple[str, ...]:
    """The names in a list of them, or the one name that was given alone; raises SpecError for anything else."""
    if isinstance(value, str):
        return (value,)
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
    given = [np.isfinite(np.asarray(value, dtype=np.float64)) for value in (contraction_ratio, mass_flux)]
    if all(mask.all() for mask in given):
        message = (
            "is given beside contraction_ratio, and both say how wide the chamber is; keep one of them, or "
            "NaN in one of them for each case"
        )
        raise SpecError([Problem("mass_flux", message, mass_flux)])
