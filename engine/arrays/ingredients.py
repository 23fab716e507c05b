"""A side of a propellant as the array functions take it: a name, a definition, or ingredients with arrays in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from engine.errors import Problem, SpecError
from engine.parsing import parse_ingredient, parse_propellant
from engine.propellants import is_named
from engine.thermo.blends import Blend, blend_of, blend_parts
from engine.thermo.blocks import Mask
from engine.thermo.catalogue import Propellant, temperature_limits
from engine.thermo.nasa_polynomials import Array
from engine.thermo.reactants import check_temperature

PropellantArgument = str | Mapping[str, Any] | list[Mapping[str, Any]] | tuple[Mapping[str, Any], ...]
FRACTIONS = ("mass_fraction", "mole_fraction")


@dataclass(frozen=True)
class Side:
    """One side: its parts, and the inputs that are to be broadcast, by the paths of their fields.

    `fractions` and `temperatures` are the paths of each part's own, None where it has none.
    """

    name: str
    parts: tuple[Propellant, ...]
    fractions: tuple[str, ...] = ()
    temperatures: tuple[str | None, ...] = (None,)
    is_by_mole: bool = False
    arrays: Mapping[str, ArrayLike] = field(default_factory=dict)

    @property
    def temperature(self) -> str:
        """The path of the temperature that holds for parts without one of their own."""
        return f"{self.name}_temperature"

    def check(self, flat: Mapping[str, Array]) -> Mask | bool:
        """Which cases (N,), or whether all, have parts whose enthalpy is known at the temperature they enter with.

        Raises SpecError where no case has, and for fractions that make no mixture in any case.
        """
        for path in self.fractions:
            if not _some(flat[path] >= 0.0):
                message = "is negative or no number in every case; give 0 or more"
                raise SpecError([Problem(path, message, float(flat[path].flat[0]))])
        if self.fractions and not _some(np.any([flat[path] for path in self.fractions], axis=0)):
            raise SpecError(
                [Problem(self.fractions[0], "all fractions are 0; give one ingredient more than that")]
            )
        known: Mask | bool = True
        for part, own in zip(self.parts, self.temperatures, strict=True):
            path = own or self.temperature
            if path in flat:
                low, high = temperature_limits(part)
                possible = ~((flat[path] < low) | (flat[path] > high))
                if not _some(possible):
                    check_temperature(part, float(flat[path].flat[0]), path)
                known = known & possible
        return known

    def blend(self, flat: Mapping[str, Array]) -> Blend:
        """The side in the proportions and at the temperatures of the `flat` inputs."""
        general = flat.get(self.temperature)
        if not self.fractions:
            return blend_of(self.parts[0], general)
        amounts = np.stack([flat[path] for path in self.fractions], axis=1)
        heat = None
        if general is not None or any(self.temperatures):
            unset = np.full(len(amounts), np.nan) if general is None else general
            heat = np.stack(
                [_own(flat[path], unset) if path else unset for path in self.temperatures], axis=1
            )
        return blend_parts(self.parts, amounts, heat, is_by_mole=self.is_by_mole)


def _some(possible: Mask) -> bool:
    """Whether it is so in a case, or there are no cases."""
    return not len(possible) or bool(possible.any())


def _own(temperature: Array, general: Array) -> Array:
    return np.where(np.isnan(temperature), general, temperature)


def sides_of(given: Mapping[str, Any]) -> list[Side]:
    """Fuel and oxidizer, or the premixed propellant alone; raises SpecError for what is wrong in them."""
    names = ("reactants",) if "reactants" in given else ("fuel", "oxidizer")
    return [_side(name, given[name], given.get(f"{name}_temperature")) for name in names]


def _side(name: str, given: PropellantArgument, temperature: ArrayLike | None) -> Side:
    general = {} if temperature is None else {f"{name}_temperature": temperature}
    if not isinstance(given, list | tuple):
        return Side(name, (parse_propellant(given, name),), arrays=general)
    if not given:
        raise SpecError([Problem(name, "has no ingredients; give at least one, as an object with name")])
    kind = _kind_of_fractions(name, given)
    paths = [f"{name}.{place}" for place in range(len(given))]
    heated = [
        f"{path}.temperature" if _has_own(part) else None for path, part in zip(paths, given, strict=True)
    ]
    fractions = {f"{path}.{kind}": part[kind] for path, part in zip(paths, given, strict=True)}
    own = {path: part["temperature"] for path, part in zip(heated, given, strict=True) if path}
    return Side(
        name,
        tuple(parse_ingredient(_single(part), path) for path, part in zip(paths, given, strict=True)),
        fractions=tuple(fractions),
        temperatures=tuple(heated),
        is_by_mole=kind == "mole_fraction",
        arrays={**general, **fractions, **own},
    )


def _has_own(ingredient: Mapping[str, Any]) -> bool:
    """Whether it has a temperature that is not that of a definition's enthalpy."""
    return "temperature" in ingredient and is_named(ingredient)


def _single(ingredient: Mapping[str, Any]) -> dict[str, Any]:
    """The ingredient without what may be an array."""
    left_out = (*FRACTIONS, "temperature") if is_named(ingredient) else FRACTIONS
    return {name: value for name, value in ingredient.items() if name not in left_out}


def _kind_of_fractions(name: str, ingredients: Sequence[Mapping[str, Any]]) -> str:
    for place, ingredient in enumerate(ingredients):
        if not isinstance(ingredient, Mapping):
            message = "is no ingredient; give an object with name, mass_fraction or mole_fraction"
            raise SpecError([Problem(f"{name}.{place}", message, ingredient)])
    kinds = {kind for kind in FRACTIONS for ingredient in ingredients if kind in ingredient}
    if len(kinds) == 2:
        message = "some ingredients have mass_fraction and some mole_fraction; give one kind for all"
        raise SpecError([Problem(name, message)])
    kind = next(iter(kinds), FRACTIONS[0])
    for place, ingredient in enumerate(ingredients):
        if kind not in ingredient:
            message = f"is missing; give every ingredient its {kind}"
            raise SpecError([Problem(f"{name}.{place}.{kind}", message)])
    return kind
