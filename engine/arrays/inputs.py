"""What the functions of this folder share: inputs broadcast against each other, and propellants mixed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypedDict

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays.ingredients import PropellantArgument, Side, sides_of
from engine.arrays.limits import refuse_impossible, within
from engine.arrays.numbers import broadcast
from engine.errors import Problem, SpecError
from engine.nearest import nearest
from engine.thermo.blocks import Mask
from engine.thermo.measures import MIXTURE_MEASURES, MixtureMeasure
from engine.thermo.nasa_polynomials import Array
from engine.thermo.ratios import fuel_share
from engine.thermo.reactants import ReactantMixture, mix_blends, premix

FINITE_AREA = "combustors are of infinite area here; leave it out, or use rocket_performance or nozzle_flow"
STATIONS = "nozzle_flow takes it; use that, or leave it out"
ELSEWHERE = {
    "reactants_temperature": "give each ingredient of reactants its temperature",
    "monopropellant": "give it as reactants",
    "propellant": "give fuel and oxidizer, or reactants",
    "contraction_ratio": FINITE_AREA,
    "mass_flux": FINITE_AREA,
    "pressure_ratio": STATIONS,
    "subsonic_area_ratio": STATIONS,
    "frozen_from": STATIONS,
    "with_composition": STATIONS,
    "insert": "equilibrium takes it; here condensed phases are found without it, leave it out",
    "transport": "transport properties are not found here; leave it out",
}
"""What helps with arguments that have no place, but a meaning."""


class PropellantArguments(TypedDict, total=False):
    """What burns: `fuel` and `oxidizer` with one measure of their mixture, or `reactants` mixed beforehand.

    Each of the three is a name, a definition in full, or a list of ingredients: objects with `name` (or a definition),
    `mass_fraction` or `mole_fraction`, and `temperature` (K) where it is not that of the catalogue. Fractions need not
    add to one. The measure is one of `mixture_ratio`, `equivalence_ratio`, `chemical_equivalence_ratio` and
    `percent_fuel` (see `engine.thermo.ratios.fuel_share`). `fuel_temperature` and `oxidizer_temperature` (K) hold for
    the ingredients without one of their own. Measures, fractions and temperatures may be arrays.
    """

    fuel: PropellantArgument
    oxidizer: PropellantArgument
    reactants: PropellantArgument
    mixture_ratio: ArrayLike
    equivalence_ratio: ArrayLike
    chemical_equivalence_ratio: ArrayLike
    percent_fuel: ArrayLike
    fuel_temperature: ArrayLike | None
    oxidizer_temperature: ArrayLike | None


def mixture_of(
    propellant: PropellantArguments, **others: ArrayLike | None
) -> tuple[tuple[int, ...], ReactantMixture, dict[str, Array]]:
    """The common shape of all inputs, the mixtures of its N cases, and `others` flat at that length (None is NaN).

    A case whose numbers make no mixture (negative amounts, a ratio that the pair cannot have, a temperature at which an
    enthalpy is not known) holds NaN. Raises SpecError for unknown arguments, propellants and elements, for arguments
    that contradict each other or are missing, for numbers that are possible in no case, and for shapes that do not
    broadcast.
    """
    given: dict[str, Any] = {name: value for name, value in propellant.items() if value is not None}
    measure = _checked(given, others)
    sides = sides_of(given)
    arrays: dict[str, ArrayLike | None] = dict(others)
    if measure is not None:
        arrays[measure] = given[measure]
    for side in sides:
        arrays.update(side.arrays)
    shape, flat = broadcast(**arrays)
    refuse_impossible(flat, arrays)
    size = len(next(iter(flat.values()))) if flat else 1
    known = np.ones(size, dtype=bool)
    for side in sides:
        known &= side.check(flat)
    mixture = _lengthened(_mixed(sides, measure, flat), size)
    return shape, _only_known(mixture, known), within({name: flat[name] for name in others})


def _checked(given: Mapping[str, Any], others: Mapping[str, Any]) -> MixtureMeasure | None:
    """The measure of the mixture that is given, None for a premixed propellant."""
    known = list(PropellantArguments.__annotations__)
    unknown = [name for name in given if name not in known]
    if unknown:
        raise SpecError([_unknown(name, [*known, *others]) for name in unknown])
    measures = [name for name in MIXTURE_MEASURES if name in given]
    if "reactants" in given:
        beside = [name for name in given if name != "reactants"]
        if beside:
            message = f"has no place beside reactants, which are mixed already; leave out {', '.join(beside)}"
            raise SpecError([Problem(beside[0], message)])
        return None
    for side in ("fuel", "oxidizer"):
        if side not in given:
            raise SpecError([Problem(side, "is missing; give fuel and oxidizer, or reactants")])
    if len(measures) != 1:
        what = f"{' and '.join(measures)} are given" if measures else "is missing"
        message = f"{what}; give exactly one of {', '.join(MIXTURE_MEASURES)}"
        raise SpecError([Problem(measures[0] if measures else "mixture_ratio", message)])
    return measures[0]


def _unknown(name: str, known: list[str]) -> Problem:
    hint = ELSEWHERE.get(name) or nearest(name, known) or f"there are {', '.join(known)}"
    return Problem(name, f"is not an argument here; {hint}", None, hint)


def _mixed(sides: list[Side], measure: MixtureMeasure | None, flat: Mapping[str, Array]) -> ReactantMixture:
    blends = [side.blend(flat) for side in sides]
    if measure is None:
        return premix(blends[0])
    fuel, oxidizer = blends
    share = fuel_share(measure, flat[measure], fuel, oxidizer)
    if np.isnan(share).all() and (flat[measure] >= 0.0).any():
        message = (
            "no mixture of this fuel and this oxidizer has such a ratio; give mixture_ratio or percent_fuel"
        )
        raise SpecError([Problem(measure, message)])
    return mix_blends(fuel, oxidizer, share)


def _lengthened(mixture: ReactantMixture, size: int) -> ReactantMixture:
    """With N rows, also where all of its inputs were single."""
    if len(mixture.element_moles) == size:
        return mixture
    return ReactantMixture(
        mixture.elements,
        np.repeat(mixture.element_moles, size, axis=0),
        np.broadcast_to(mixture.enthalpy, (size,)).copy(),
        mixture.reactants,
        np.repeat(mixture.mass_fractions, size, axis=0),
    )


def _only_known(mixture: ReactantMixture, known: Mask) -> ReactantMixture:
    """NaN where the propellants enter at temperatures that are not `known` (N,)."""
    if known.all():
        return mixture
    moles = np.where(known[:, None], mixture.element_moles, np.nan)
    return replace(mixture, element_moles=moles, enthalpy=np.where(known, mixture.enthalpy, np.nan))
