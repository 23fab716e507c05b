"""The propellants of the benchmarks, with the factors that the engine has to reach for them."""

from dataclasses import dataclass
from typing import Any

from engine.thermo.catalogue import find


@dataclass(frozen=True)
class Pair:
    """A fuel and an oxidizer as `engine.rocket_performance` takes them, and the mixture ratios swept.

    `over_rocketcea` and `over_cea` are how many times faster per case a cold sweep of 10,000 has to be.
    """

    name: str
    fuel: str | dict[str, Any]
    oxidizer: str | dict[str, Any]
    mixture_ratio: tuple[float, float]
    over_rocketcea: float = 20.0
    over_cea: float = 100.0


def blend(name: str, parts: dict[str, float]) -> dict[str, Any]:
    """Propellants of the catalogue mixed by mass (kg) into one definition: the sum of their atoms and enthalpies.

    Each enters at its own temperature; a definition has one, and that of the first part is stated.
    """
    formula: dict[str, float] = {}
    enthalpy, temperatures = 0.0, []
    for part, mass in parts.items():
        for share, reactant in find(part).components:
            moles = share * mass / reactant.molar_mass
            enthalpy += moles * reactant.enthalpy
            temperatures.append(reactant.temperature)
            for element, atoms in reactant.formula:
                formula[element] = formula.get(element, 0.0) + moles * atoms
    return {"name": name, "formula": formula, "enthalpy": enthalpy, "temperature": temperatures[0]}


def aluminium_share(mixture_ratio: float) -> float:
    """The aluminium in the composite below, whose oxidizer side is the rest in fixed proportions."""
    return 1.0 / (1.0 + mixture_ratio)


MAIN = (
    Pair("LOX/LH2", "LH2", "LOX", (3.0, 8.0), over_rocketcea=15.0, over_cea=15.0),
    Pair("LOX/RP-1", "RP-1", "LOX", (1.8, 3.4)),
    Pair("LOX/CH4", "LCH4", "LOX", (2.4, 4.2)),
    Pair("N2O4/MMH", "MMH", "N2O4", (1.2, 2.8)),
    Pair("N2O/HTPB", "HTPB", "N2O", (4.0, 10.0)),
    Pair(
        "AP/HTPB/Al",
        "AL",
        blend("AP+HTPB", {"AP": 0.070, "HTPB": 0.012}),
        (78.0 / 22.0, 86.0 / 14.0),
        over_rocketcea=15.0,
    ),
)
"""The last is AP/HTPB/Al 70/12/18 with 14 to 22 % of aluminium, AP to HTPB as 70 to 12 throughout."""

UNRELATED = (
    *MAIN[:5],
    Pair("LOX/ethanol", "C2H5OH", "LOX", (1.0, 2.2)),
    Pair("LOX/methanol", "CH3OH", "LOX", (0.8, 1.6)),
    Pair("LOX/ammonia", "NH3", "LOX", (0.9, 1.8)),
    Pair("LOX/2-propanol", "IPA", "LOX", (1.2, 2.4)),
    Pair("LOX/Jet A", "JET-A", "LOX", (1.8, 3.4)),
    Pair("LOX/hydrazine", "N2H4", "LOX", (0.5, 1.2)),
    Pair("LOX/HTPB", "HTPB", "LOX", (1.5, 3.2)),
    Pair("GOX/PMMA", "PMMA", "GOX", (1.0, 2.2)),
    Pair("N2O4/UDMH", "UDMH", "N2O4", (1.6, 3.4)),
    Pair("N2O4/hydrazine", "N2H4", "N2O4", (0.7, 1.8)),
    Pair("N2O4/Aerozine 50", "A-50", "N2O4", (1.2, 2.6)),
    Pair("MON-3/MMH", "MMH", "MON3", (1.2, 2.8)),
    Pair("H2O2/RP-1", "RP-1", "H2O2", (5.0, 9.0)),
    Pair("N2O/paraffin", "PARAFFIN", "N2O", (5.0, 11.0)),
    Pair("N2O/ABS", "ABS", "N2O", (4.0, 9.0)),
)

OTHER = Pair("F2/H2", "GH2", "LF2", (8.0, 14.0))
"""None of the above, and of other elements: what a process solves to have code and data in memory."""


def chosen(names: list[str]) -> tuple[Pair, ...]:
    """The main pairs of these names, all where none is given; raises ValueError that names the unknown ones."""
    known = {pair.name.casefold(): pair for pair in MAIN}
    unknown = [name for name in names if name.casefold() not in known]
    if unknown:
        raise ValueError(f"no pair {', '.join(unknown)}; there are: {', '.join(pair.name for pair in MAIN)}")
    return tuple(known[name.casefold()] for name in names) or MAIN
