"""The propellants that can be named: short aliases with their sources, and every species of NASA's data.

Nothing here imports numpy: the service checks names with it.
"""

import difflib
import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pydantic_core import PydanticCustomError

DATA = Path(__file__).parent / "data"
WORD = re.compile(r"[^\W\d_]{4,}")

TEMPERATURE_TOLERANCE = 10.0
"""K; CEA takes a reactant known at one temperature for any within 10 K of it, with the enthalpy it has there. Fits
may be extrapolated by as much: those of metals begin at 300 K, and 298.15 K is what people give.
"""


@dataclass(frozen=True)
class Reactant:
    """One substance that enters the chamber.

    `formula` are atoms per formula unit, `molar_mass` is in kg/mol, `enthalpy` (J/mol) holds at `temperature`
    (K). `intervals` (low, high, nine coefficients) are there where NASA has its enthalpy at other temperatures.
    """

    name: str
    formula: tuple[tuple[str, float], ...]
    molar_mass: float
    enthalpy: float
    temperature: float
    intervals: tuple[tuple[float, float, tuple[float, ...]], ...] = ()

    def __hash__(self) -> int:
        # without the many coefficients, which name and enthalpy imply
        return hash((self.name, self.enthalpy, self.temperature))


@dataclass(frozen=True)
class Propellant:
    """A fuel, an oxidizer or a part of one: its reactants, each with its fraction of the mass.

    `temperatures` (K) are there where reactants enter at temperatures of their own; None stands for no such one.
    """

    name: str
    components: tuple[tuple[float, Reactant], ...]
    temperatures: tuple[float | None, ...] = ()

    @property
    def molar_mass(self) -> float:
        """kg per mole of all its molecules together."""
        return 1.0 / sum(fraction / reactant.molar_mass for fraction, reactant in self.components)

    def entering(self, temperature: float | None) -> tuple[float | None, ...]:
        """K, of each reactant: its own temperature, or else the `temperature` given for all."""
        own = self.temperatures or (None,) * len(self.components)
        return tuple(temperature if value is None else value for value in own)


@cache
def _nasa() -> dict[str, dict[str, Any]]:
    content = json.loads((DATA / "nasa_reactants.json").read_text())
    reactants: dict[str, dict[str, Any]] = content["reactants"]
    return reactants


@cache
def _aliases() -> dict[str, dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = json.loads((DATA / "catalogue.json").read_text())
    return rows


@cache
def _folded() -> dict[str, str]:
    """Names without regard to case; an alias goes before NASA's name of the same letters."""
    return {name.casefold(): name for name in (*_nasa(), *_aliases())}


@cache
def _described() -> dict[str, list[str]]:
    """The aliases by the words of their descriptions, such as methane or kerosene."""
    found: dict[str, list[str]] = {}
    for alias, row in _aliases().items():
        for word in WORD.findall(row["description"].casefold()):
            found.setdefault(word, []).append(alias)
    return found


def entries() -> list[dict[str, Any]]:
    """The aliases as rows: name, roles, kind, state, description, density (kg/m3), temperature (K), source.

    `roles` are among fuel, oxidizer, monopropellant and ingredient; `state` is that in which it is stored, and the
    density, None where no source has one, is that of it. Either `components`, names with their fractions of the
    mass, or `definition` says what it is made of.
    """
    return [{"name": name, **row} for name, row in _aliases().items()]


def names() -> list[str]:
    """Every name that can be used: aliases first, then NASA's."""
    return [*_aliases(), *(name for name in _nasa() if name not in _aliases())]


def density(name: str) -> float | None:
    """kg/m3 as stored, of an alias whose entry has it; None for other names."""
    row = _aliases().get(name)
    return None if row is None or row["density"] is None else float(row["density"])


def state(name: str) -> str | None:
    """In which an alias is stored: gas, liquid or solid; None for other names."""
    row = _aliases().get(name)
    return None if row is None else str(row["state"])


def is_known(name: str) -> bool:
    """Whether `name` is spelt as an alias or as NASA's data has it."""
    return name in _aliases() or name in _nasa()


def nasa_phase(name: str) -> str | None:
    """ "gas" or "condensed" where NASA's data has this name, whatever an alias of the same letters stands for."""
    row = _nasa().get(name)
    return None if row is None else str(row["phase"])


def nearest(name: str) -> list[str]:
    """Up to three known names that look like `name`, or whose description has it as a word; aliases first."""
    folded = name.casefold()
    words = difflib.get_close_matches(folded, _described(), n=1, cutoff=0.85)
    if words:
        return _described()[words[0]][:3]
    found = _alike(folded, [alias.casefold() for alias in _aliases()], 0.4)
    found += _alike(folded, [other.casefold() for other in _nasa()], 0.6)
    return list(dict.fromkeys(_folded()[match] for match in found))[:3]


def _alike(name: str, known: list[str], cutoff: float) -> list[str]:
    """The two that look most like `name`: names this short tell most by their first letter; the better known first."""
    found = difflib.get_close_matches(name, known, n=20, cutoff=cutoff)

    def unlikeness(other: str) -> tuple[bool, float, int]:
        alike = difflib.SequenceMatcher(None, name, other).ratio()
        return other[:1] != name[:1], -alike, known.index(other)

    return sorted(found, key=unlikeness)[:2]


def check_name(name: str) -> str:
    """The name as the catalogue spells it; for use in a pydantic model.

    Raises PydanticCustomError of the type `unknown_propellant` with the nearest known names.
    """
    known = name if is_known(name) else _folded().get(name.casefold())
    if known is None:
        close = nearest(name)
        hint = f"did you mean {' or '.join(repr(other) for other in close)}?" if close else None
        message = (
            f"{name!r} is not a known propellant; {hint or 'look it up in the catalogue.'} "
            "Or give it in full, as an object with name, formula, enthalpy and temperature"
        )
        raise PydanticCustomError("unknown_propellant", "{error}", {"error": message, "hint": hint})
    return known


@lru_cache(maxsize=512)
def find(name: str) -> Propellant:
    """The propellant of a name that `check_name` let through; raises KeyError for another."""
    row = _aliases().get(name)
    if row is None:
        return Propellant(name, ((1.0, _nasa_reactant(name)),))
    if "definition" in row:
        definition = row["definition"]
        return define(name, definition["formula"], definition["enthalpy"], definition["temperature"])
    parts = [(share, _component(part)) for part, share in row["components"].items()]
    return Propellant(
        name, tuple((share * inner, part) for share, blended in parts for inner, part in blended.components)
    )


def _component(name: str) -> Propellant:
    """What an entry names as its part: a name of NASA's data goes before an alias here."""
    return Propellant(name, ((1.0, _nasa_reactant(name)),)) if name in _nasa() else find(name)


def check_elements(formula: dict[str, float]) -> dict[str, float]:
    """The formula, where NASA has products of all its elements; for use in a pydantic model.

    Raises ValueError that names the unknown symbols.
    """
    unknown = [element for element in formula if element not in atomic_masses()]
    if unknown:
        raise ValueError(
            f"{', '.join(repr(element) for element in unknown)} is no element with data; write symbols as 'H' or 'Al'"
        )
    return formula


def define(name: str, formula: dict[str, float], enthalpy: float, temperature: float) -> Propellant:
    """A propellant given in full: atoms per formula unit, J/mol, K. Raises KeyError for an unknown element."""
    masses = atomic_masses()
    molar_mass = sum(masses[element] * number for element, number in formula.items())
    reactant = Reactant(name, tuple(sorted(formula.items())), molar_mass, enthalpy, temperature)
    return Propellant(name, ((1.0, reactant),))


def vapour(reactant: Reactant) -> Reactant | None:
    """The gas that a reactant of NASA's is, or evaporates to; None where NASA has no such gas."""
    if reactant.name not in _nasa() or _nasa_reactant(reactant.name) != reactant:
        return None
    for name in (reactant.name, reactant.name.replace("(L)", "")):
        row = _nasa().get(name)
        if row is not None and row["phase"] == "gas" and row["intervals"]:
            return _nasa_reactant(name)
    return None


def blend(
    parts: Sequence[Propellant],
    amounts: Sequence[float],
    temperatures: Sequence[float | None],
    *,
    is_by_mole: bool,
) -> Propellant:
    """Parts put together in the proportions `amounts`, by mass or by mole, each entering at its temperature (K).

    Raises ZeroDivisionError where all amounts are zero.
    """
    weights = [
        amount * (part.molar_mass if is_by_mole else 1.0) for part, amount in zip(parts, amounts, strict=True)
    ]
    total = sum(weights)
    components = tuple(
        (weight / total * fraction, reactant)
        for part, weight in zip(parts, weights, strict=True)
        for fraction, reactant in part.components
    )
    entering = tuple(
        value
        for part, temperature in zip(parts, temperatures, strict=True)
        for value in part.entering(temperature)
    )
    name = " + ".join(part.name for part in parts)
    return Propellant(name, components, entering if any(value is not None for value in entering) else ())


def temperature_problem(propellant: Propellant, temperature: float) -> str | None:
    """What is wrong with `temperature` (K) for the reactants that have none of their own; None where nothing is."""
    for own, (_, reactant) in zip(propellant.entering(None), propellant.components, strict=True):
        low, high, allowed = _known_temperatures(reactant)
        if own is None and not low <= temperature <= high:
            return f"{temperature:g} K is not possible: {allowed}; leave it out, or define the propellant in full"
    return None


def temperature_limits(propellant: Propellant) -> tuple[float, float]:
    """K, between which `temperature_problem` finds nothing wrong."""
    parts = zip(propellant.entering(None), propellant.components, strict=True)
    known = [_known_temperatures(reactant)[:2] for own, (_, reactant) in parts if own is None]
    return max((low for low, _ in known), default=0.0), min((high for _, high in known), default=math.inf)


def _known_temperatures(reactant: Reactant) -> tuple[float, float, str]:
    if reactant.intervals:
        low, high = reactant.intervals[0][0], reactant.intervals[-1][1]
        allowed = f"the data of {reactant.name} reaches from {low:g} to {high:g} K"
    else:
        low = high = reactant.temperature
        allowed = f"the enthalpy of {reactant.name} is known at {reactant.temperature:g} K only"
    return low - TEMPERATURE_TOLERANCE, high + TEMPERATURE_TOLERANCE, allowed


def _nasa_reactant(name: str) -> Reactant:
    row = _nasa()[name]
    intervals = tuple((low, high, tuple(values)) for low, high, values in row["intervals"])
    formula = tuple(sorted(row["formula"].items()))
    return Reactant(name, formula, row["molar_mass"], row["enthalpy"], row["temperature"], intervals)


@cache
def atomic_masses() -> dict[str, float]:
    """kg/mol of every element that NASA has products of, from the gases of single atoms."""
    masses: dict[str, float] = {}
    for row in _nasa().values():
        if len(row["formula"]) == 1:
            ((element, number),) = row["formula"].items()
            masses.setdefault(element, row["molar_mass"] / number)
    return masses
