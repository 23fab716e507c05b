"""The propellants that can be named: short aliases with their sources, and every species of NASA's data.

Nothing here imports numpy: the service checks names with it.
"""

import difflib
import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pydantic_core import PydanticCustomError

DATA = Path(__file__).parent / "data"
WORD = re.compile(r"[^\W\d_]{4,}")


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


@dataclass(frozen=True)
class Propellant:
    """A fuel or an oxidizer: its reactants, each with its fraction of the mass."""

    name: str
    components: tuple[tuple[float, Reactant], ...]


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
    """The aliases as rows: name, role, description, components by mass, density (kg/m3), temperature (K), source."""
    return [{"name": name, **_shown(row)} for name, row in _aliases().items()]


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    shown = {key: value for key, value in row.items() if key not in ("definition", "nasa")}
    if "nasa" in row:
        return {**shown, "components": row["nasa"]}
    return {**shown, "definition": row["definition"]}


def names() -> list[str]:
    """Every name that can be used: aliases first, then NASA's."""
    return [*_aliases(), *(name for name in _nasa() if name not in _aliases())]


def is_known(name: str) -> bool:
    """Whether `name` is spelt as an alias or as NASA's data has it."""
    return name in _aliases() or name in _nasa()


def nearest(name: str) -> list[str]:
    """Up to three known names that look like `name`, or whose description has it as a word; aliases first."""
    folded = name.casefold()
    words = difflib.get_close_matches(folded, _described(), n=1, cutoff=0.85)
    if words:
        return _described()[words[0]][:3]
    found = difflib.get_close_matches(folded, [alias.casefold() for alias in _aliases()], n=2, cutoff=0.4)
    found += difflib.get_close_matches(folded, [other.casefold() for other in _nasa()], n=2, cutoff=0.6)
    return list(dict.fromkeys(_folded()[match] for match in found))[:3]


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
    return Propellant(name, tuple((share, _nasa_reactant(nasa)) for nasa, share in row["nasa"].items()))


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
