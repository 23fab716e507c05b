"""What the functions of this folder share: inputs broadcast against each other, and propellants mixed."""

import difflib
from collections.abc import Mapping
from typing import Any, TypedDict

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.arrays.ingredients import PropellantArgument, Side, sides_of
from engine.arrays.limits import refuse_impossible
from engine.errors import Problem, SpecError
from engine.thermo.measures import MIXTURE_MEASURES, MixtureMeasure
from engine.thermo.nasa_polynomials import Array
from engine.thermo.ratios import fuel_share
from engine.thermo.reactants import ReactantMixture, mix_blends, premix

ELSEWHERE = {
    "reactants_temperature": "give each ingredient of reactants its temperature",
    "contraction_ratio": "only a combustor of infinite area is answered for; leave it out",
    "mass_flux": "only a combustor of infinite area is answered for; leave it out",
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

    A case whose numbers make no mixture (negative amounts, a ratio that the pair cannot have) holds NaN. Raises
    SpecError for unknown arguments, propellants and elements, for arguments that contradict each other or are missing,
    for numbers that are possible in no case, for temperatures at which an enthalpy is not known, and for shapes that do
    not broadcast.
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
    for side in sides:
        side.check(flat)
    mixture = _mixed(sides, measure, flat)
    size = len(next(iter(flat.values()))) if flat else 1
    return shape, _lengthened(mixture, size), {name: flat[name] for name in others}


def broadcast(**given: ArrayLike | None) -> tuple[tuple[int, ...], dict[str, Array]]:
    """The common shape, and each input flat at full length; None becomes NaN.

    Raises SpecError that names the first input whose shape does not fit those before it, or that is no number.
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
    return shape, {
        name: np.ascontiguousarray(np.broadcast_to(array, shape)).reshape(-1)
        for name, array in arrays.items()
    }


def numbers(name: str, value: ArrayLike | None) -> Array:
    """The input as an array, None as NaN; raises SpecError for what is no number, text and truth values too."""
    try:
        found = np.asarray(np.nan if value is None else value)
        if found.dtype.kind in "iuf" or (found.dtype.kind == "O" and not _has_text(found)):
            return np.asarray(found, dtype=np.float64)
    except (TypeError, ValueError):
        pass
    message = f"{_shown(value)} is no number and no array of numbers; give numbers in SI units"
    raise SpecError([Problem(name, message, value)]) from None


def _has_text(values: NDArray[np.object_]) -> bool:
    """Whether there is text among them, which would be read as numbers."""
    return any(isinstance(value, str | bytes | bool) for value in values.flat)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


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
    if name in ELSEWHERE:
        return Problem(name, f"is not an argument here; {ELSEWHERE[name]}", None, ELSEWHERE[name])
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    hint = f"did you mean '{close[0]}'?" if close else f"there are {', '.join(known)}"
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
