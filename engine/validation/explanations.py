"""Why a reference differs: found by solving the case again as the reference would have it, not by guessing."""

import re
from dataclasses import replace
from typing import Any

from engine.thermo.catalogue import Propellant, Reactant, define, find, is_known
from engine.validation import cea, rocketcea
from engine.validation.case import ReferenceAnswer, ReferenceCase
from engine.validation.report import Opinion, compare

UNEXPLAINED = 0.01
"""Percent; what two solvers with the same reactants may differ by, mostly in how closely they meet the area ratio."""
CALORIE = 4.184
RELATIVE = 1e-6
KELVIN = 0.005
STANDARD_FEET = 32.174 * 0.3048
"""m/s2; the g that RocketCEA turns seconds into a c_star with."""
GRAVITY_SHARE = 100.0 * (9.80665 / STANDARD_FEET - 1.0)
"""Percent that this takes off its c_star."""


def against_nasa(
    case: ReferenceCase, names: tuple[str, ...], ours: dict[str, float], matched: Opinion
) -> tuple[list[Opinion], list[str]]:
    """Where the specification changes a propellant that NASA has by that name: NASA's own, and what it costs."""
    own: dict[str, Any] = {}
    changes: list[str] = []
    # a monopropellant stands on the fuel's side alone
    for name, side in zip(names, ("fuel", "oxidizer"), strict=False):
        given = getattr(case, side)
        known = _nasa(name, given)
        if known is not None:
            own[side] = known.components
            changes += _differences(known.components, given)
    if not changes:
        return [], []
    answer = cea.solve(replace(case, **own))
    opinion = compare(ours, replace(answer, reference=f"{answer.reference}, its own reactants"))
    return [opinion], _sentence(opinion, matched, changes)


def _nasa(name: str, given: tuple[tuple[float, Reactant], ...]) -> Propellant | None:
    known = find(name) if is_known(name) else None
    return known if known is not None and len(known.components) == len(given) else None


def against_rocketcea(
    case: ReferenceCase,
    names: tuple[str, ...],
    ours: dict[str, float],
    matched: Opinion,
    interpreter: str,
) -> tuple[list[Opinion], list[str]]:
    """The case with the cards that RocketCEA's users call by name, and what differs in them."""
    own = [card for name in names if (card := rocketcea.OWN_CARDS.get(name))]
    if len(own) != 2:
        return [], []
    answer, cards = rocketcea.solve_own(case, own[0], own[1], interpreter)
    opinion = compare(ours, answer)
    changes = [
        change
        for side, given in (("fuel", case.fuel), ("oxidizer", case.oxidizer))
        for change in _differences(read_card(cards[side]), given)
    ]
    return [opinion], _sentence(opinion, matched, changes)


def _sentence(opinion: Opinion, matched: Opinion, changes: list[str]) -> list[str]:
    """The largest difference that matching the reactants takes away, with what it becomes then."""
    explained = {
        name: abs(found.deviation)
        for name, found in opinion.quantities.items()
        if name in matched.quantities and abs(matched.quantities[name].deviation) <= UNEXPLAINED
    }
    worst = max(explained, key=lambda name: explained[name], default=None)
    if worst is None or explained[worst] <= UNEXPLAINED:
        return []
    cause = "; ".join(changes) or "of something other than its reactants, which are the same"
    rest = abs(matched.quantities[worst].deviation)
    return [
        f"{opinion.reference}: {worst} differs by {explained[worst]:.3g} %, because {cause}. "
        f"With the same reactants the difference is {rest:.1g} %."
    ]


def _differences(
    theirs: tuple[tuple[float, Reactant], ...], ours: tuple[tuple[float, Reactant], ...]
) -> list[str]:
    """What differs between two definitions of one propellant, substance by substance."""
    if not theirs:
        return ["its definition is another one, which could not be read"]
    if len(theirs) != len(ours):
        return [f"it is made of {len(theirs)} substances there and of {len(ours)} here"]
    found = []
    for (their_share, their), (our_share, our) in zip(theirs, ours, strict=True):
        if abs(their_share - our_share) > RELATIVE:
            found.append(f"{our.name} has the mass fraction {their_share:g} there and {our_share:g} here")
        found += _substance(their, our)
    return found


def _substance(their: Reactant, our: Reactant) -> list[str]:
    """Formula, enthalpy per kg and temperature of one substance, where they differ."""
    found = []
    if not _same_formula(their, our):
        found.append(f"the formula of {our.name} is {_written(their)} there and {_written(our)} here")
    per_mass = their.enthalpy / their.molar_mass, our.enthalpy / our.molar_mass
    if abs(per_mass[0] - per_mass[1]) > RELATIVE * max(1e6, abs(per_mass[1])):
        found.append(
            f"the enthalpy of {our.name} is {per_mass[0] / 1e3:.2f} kJ/kg there and {per_mass[1] / 1e3:.2f} kJ/kg here"
        )
    if abs(their.temperature - our.temperature) > KELVIN:
        found.append(f"its temperature is {their.temperature:g} K there and {our.temperature:g} K here")
    return found


def _same_formula(their: Reactant, our: Reactant) -> bool:
    """Whether the elements stand in the same proportion, whatever the formula unit."""
    first, second = dict(their.formula), dict(our.formula)
    if first.keys() != second.keys():
        return False
    ratios = [first[element] / second[element] for element in first]
    return max(ratios) - min(ratios) <= RELATIVE * max(ratios)


def _written(reactant: Reactant) -> str:
    return "".join(f"{element}{number:g}" for element, number in reactant.formula)


def read_card(text: str) -> tuple[tuple[float, Reactant], ...]:
    """The substances of a card in CEA's language, as RocketCEA's cards are written: cal/mol, K, weight percent.

    Without a formula CEA takes a substance from its library, whatever enthalpy the card has beside the name. Empty
    where the card cannot be read.
    """
    found = []
    for part in re.split(r"(?:^|\n)\s*(?:fuel|oxid)\s*=?\s*", text)[1:]:
        substance = _card_substance(part)
        if substance is None:
            return ()
        share = re.search(r"wt%\s*=?\s*(\d+\.?\d*)", part)
        found.append((float(share[1]) / 100.0 if share else 1.0, substance))
    return tuple(found)


def _card_substance(part: str) -> Reactant | None:
    name = part.split()[0]
    atoms = re.findall(r"(?<=\s)([A-Z][A-Z]?)\s+(\d+\.?\d*)", part.split("\n")[0])
    if not atoms:
        return find(name).components[0][1] if is_known(name) else None
    enthalpy = re.search(r"h,cal=\s*(-?\d+\.?\d*)", part)
    temperature = re.search(r"t\(k\)\s*=?\s*(\d+\.?\d*)", part)
    if enthalpy is None or temperature is None:
        return None
    formula = {element.capitalize(): float(number) for element, number in atoms}
    defined = define(name, formula, float(enthalpy[1]) * CALORIE, float(temperature[1]))
    return defined.components[0][1]


def of_definitions(answer: ReferenceAnswer, opinion: Opinion, is_condensed: bool) -> list[str]:
    """Differences that are no errors: another g, another meaning of molar mass."""
    found = []
    c_star = opinion.quantities.get("c_star")
    if c_star is not None and abs(c_star.deviation / GRAVITY_SHARE - 1.0) < 0.5:
        found.append(
            f"{answer.reference} takes {STANDARD_FEET:.7f} m/s2 instead of 9.80665 for g, which makes its c_star "
            f"{GRAVITY_SHARE:.1e} % smaller"
        )
    mass = opinion.quantities.get("chamber_molar_mass")
    if is_condensed and mass is not None and abs(mass.deviation) > UNEXPLAINED:
        found.append(
            f"{answer.reference} counts condensed species in the molar mass; ours, chamber_molar_mass, is that of the "
            "gas alone, and stations.chamber.molar_mass_mixture counts them"
        )
    return found
