"""Every entry of the catalogue burns or decomposes: with a partner, by itself, or in a propellant."""

from collections import defaultdict

import numpy as np
import pytest

from engine.thermo import catalogue
from engine.thermo.blends import Blend, blend_of, blend_parts
from engine.thermo.catalogue import find
from engine.thermo.equilibrium import solve_equilibrium
from engine.thermo.ratios import fuel_share
from engine.thermo.reactants import ReactantMixture, mix_blends, premix
from engine.thermo.species import product_species

OXIDIZES_METALS_ONLY = ("PTFE", "VITON")
KNOWN_FLAMES = {
    "LMP-103S, monopropellant": (1903.0, 30.0),
    "SHP163, monopropellant": (2401.0, 60.0),
    "AF-M315E, monopropellant": (2166.0, 60.0),
    "H2O2-90, monopropellant": (1029.0, 5.0),
    "N2H4, monopropellant": (890.0, 40.0),
    "AIR, oxidizer": (2400.0, 60.0),
}
"""K; the green ones by Aerospace 8 (2021) 20: 1,630, 2,128 and 1,893 °C."""


def stoichiometric(fuel: Blend, oxidizer: Blend) -> ReactantMixture:
    return mix_blends(fuel, oxidizer, fuel_share("equivalence_ratio", np.ones(1), fuel, oxidizer))


def burnt(name: str, role: str, kind: str) -> ReactantMixture:
    own = blend_of(find(name))
    if kind in ("metal", "hydride"):
        return in_composite(name)
    if role == "fuel":
        return stoichiometric(own, blend_of(find("LOX")))
    if name in OXIDIZES_METALS_ONLY:
        return mix_blends(blend_of(find("Mg")), own, np.array([0.33]))
    if role == "oxidizer":
        return stoichiometric(blend_of(find("HTPB")), own)
    if role == "monopropellant" or kind == "energetic":
        return premix(own)
    return in_composite(name)


def in_composite(name: str) -> ReactantMixture:
    parts = [find(name), find("AP"), find("HTPB")]
    return premix(blend_parts(parts, np.array([[5.0, 82.0, 13.0]]), None, is_by_mole=False))


@pytest.fixture(scope="module")
def flames() -> dict[str, float]:
    """The temperature of every entry's flame at 5 MPa, NaN where there is none; the same elements solved together."""
    groups: dict[tuple[str, ...], dict[str, ReactantMixture]] = defaultdict(dict)
    for entry in catalogue.entries():
        for role in entry["roles"]:
            mixture = burnt(entry["name"], role, entry["kind"])
            groups[mixture.elements][f"{entry['name']}, {role}"] = mixture
    found = {}
    for elements, members in groups.items():
        state = solve_equilibrium(
            "HP",
            product_species(elements),
            np.concatenate([mixture.element_moles for mixture in members.values()]),
            pressure=np.full(len(members), 5e6),
            enthalpy=np.concatenate([mixture.enthalpy for mixture in members.values()]),
        )
        found.update(zip(members, np.where(state.status == 0, state.temperature, np.nan), strict=True))
    return found


def test_every_entry_has_a_flame(flames: dict[str, float]) -> None:
    assert len(flames) >= len(catalogue.entries())
    cold = {name: temperature for name, temperature in flames.items() if not 500.0 < temperature < 6000.0}
    assert not cold


@pytest.mark.parametrize("name", KNOWN_FLAMES)
def test_some_flames_are_as_hot_as_published(flames: dict[str, float], name: str) -> None:
    temperature, tolerance = KNOWN_FLAMES[name]
    assert flames[name] == pytest.approx(temperature, abs=tolerance)
