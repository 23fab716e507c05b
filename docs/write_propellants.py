"""Writes propellants.md anew from the catalogue: `python docs/write_propellants.py` from the repository root."""

import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

INTRODUCTION = """\
# Propellants

What can be named as a fuel, an oxidizer, a monopropellant or an ingredient. This page is written by
`python docs/write_propellants.py` from `engine/thermo/data/catalogue.json`; `GET /v1/propellants` gives the same rows.

A name is looked up in the tables below first and then among the {substances:,} substances of NASA's data, in which
every species of the products counts as a reactant too. Capitals do not matter unless NASA tells two names apart by
them. What has no name is given in full, as an object with `name`, `formula`, `enthalpy` (J/mol) and `temperature` (K).

    "fuel": "RP-1"
    "fuel": [{{"name": "N2H4", "mass_fraction": 0.5}}, {{"name": "UDMH", "mass_fraction": 0.5}}]
    "monopropellant": [{{"name": "H2O2", "mass_fraction": 0.87}}, {{"name": "WATER", "mass_fraction": 0.13}}]
    "fuel": {{"name": "mine", "formula": {{"C": 1, "H": 1.9}}, "enthalpy": -25000.0, "temperature": 298.15}}

Fractions are all by mass or all by mole and need not add to one; an ingredient may be a blend of the catalogue or a
definition in full, and may have a `temperature` of its own.

NASA's own definition goes before any other. Where NASA has none, the figures are from the source that is named. A blend
is the sum of its parts: heats of mixing are left out unless a source has the enthalpy of the whole. The enthalpy holds
at the temperature of the table, with the elements in their standard states at 298.15 K as zero. The density is that of
the state in which the propellant is kept; a gas has none because it depends on the pressure, and — stands where no
source was found.

Left out for want of a source that could be checked: CL-20, poly(vinyl chloride), and the heats of mixing of hydrogen
peroxide, of hydrazine hydrate and of nitric oxide in nitrogen tetroxide.

These names stand for what a rocket carries, where NASA's data has a gas of the same name: {hidden}.
"""

KINDS = {
    "cryogenic": "Cryogenic liquids",
    "storable": "Storable liquids",
    "gas": "Gases",
    "green": "Green monopropellants",
    "salt": "Oxidizing salts",
    "energetic": "Energetic ingredients and monopropellants",
    "polymer": "Polymers: hybrid fuels and binders",
    "sugar": "Sugars",
    "metal": "Metals",
    "hydride": "Hydrides",
    "additive": "Additives",
}
HEADER = """\
| name | what | role | state | kg/m³ | K | kJ/kg | made of | source |
|---|---|---|---|---|---|---|---|---|
"""


def text() -> str:
    """The page as it is committed."""
    from engine.thermo import catalogue

    entries = catalogue.entries()
    hidden = [
        f"{entry['name']} ({_made_of(entry)})"
        for entry in entries
        if entry["state"] != "gas" and catalogue.nasa_phase(entry["name"]) == "gas"
    ]
    substances = sum(catalogue.nasa_phase(name) is not None for name in catalogue.names())
    parts = [INTRODUCTION.format(substances=substances, hidden=", ".join(hidden))]
    for kind, title in KINDS.items():
        rows = [_row(entry) for entry in entries if entry["kind"] == kind]
        parts.append(f"## {title}\n\n{HEADER}" + "".join(f"{row}\n" for row in rows))
    return "\n".join(parts)


def _row(entry: dict[str, Any]) -> str:
    from engine.thermo.catalogue import find

    enthalpy = sum(
        share * part.enthalpy / part.molar_mass / 1e3 for share, part in find(entry["name"]).components
    )
    density = "—" if entry["density"] is None else f"{entry['density']:g}"
    cells = [
        f"`{entry['name']}`",
        entry["description"],
        ", ".join(entry["roles"]),
        entry["state"],
        density,
        f"{entry['temperature']:g}",
        f"{enthalpy:,.1f}",
        _made_of(entry),
        entry["source"],
    ]
    return "| " + " | ".join(cells) + " |"


def _made_of(entry: dict[str, Any]) -> str:
    if "definition" in entry:
        return " ".join(f"{element}{number:g}" for element, number in entry["definition"]["formula"].items())
    parts = entry["components"]
    if len(parts) == 1:
        return str(next(iter(parts)))
    return ", ".join(f"{100.0 * share:.3g} % {name}" for name, share in parts.items())


if __name__ == "__main__":
    (HERE / "propellants.md").write_text(text(), encoding="utf-8")
