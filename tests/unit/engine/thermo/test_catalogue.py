import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from engine.thermo import catalogue

ALIASES = [
    "LH2",
    "LOX",
    "GOX",
    "RP-1",
    "CH4",
    "LCH4",
    "MMH",
    "UDMH",
    "N2H4",
    "A-50",
    "N2O4",
    "MON3",
    "H2O2",
    "N2O",
    "C2H5OH",
    "IPA",
    "NH3",
    "LF2",
    "HTPB",
    "PARAFFIN",
    "ABS",
    "HDPE",
    "PMMA",
    "AP",
    "AL",
]
ENTRIES = catalogue.entries()


@pytest.mark.parametrize("alias", ALIASES)
def test_an_alias_that_was_promised_is_there(alias: str) -> None:
    propellant = catalogue.find(catalogue.check_name(alias))
    assert propellant.name == alias


KINDS = {
    *("cryogenic", "storable", "gas", "green", "salt", "energetic"),
    *("polymer", "sugar", "metal", "hydride", "additive"),
}


def test_the_catalogue_is_as_large_as_promised() -> None:
    assert len(ENTRIES) >= 60
    for role in ("fuel", "oxidizer", "monopropellant", "ingredient"):
        assert sum(role in entry["roles"] for entry in ENTRIES) >= 10


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["name"])
def test_an_entry_has_a_role_a_source_and_the_temperature_of_its_substances(entry: dict) -> None:  # type: ignore[type-arg]
    assert entry["roles"]
    assert set(entry["roles"]) <= {"fuel", "oxidizer", "monopropellant", "ingredient"}
    assert entry["kind"] in KINDS
    assert entry["state"] in ("solid", "liquid", "gas")
    assert len(entry["source"]) > 20
    for _, reactant in catalogue.find(entry["name"]).components:
        assert reactant.temperature == pytest.approx(entry["temperature"], abs=0.01)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["name"])
def test_a_density_is_that_of_the_state_and_has_a_source(entry: dict) -> None:  # type: ignore[type-arg]
    if entry["state"] == "gas":
        assert entry["density"] is None
    elif entry["density"] is not None:
        assert 60.0 < entry["density"] < 20_000.0
        assert "density" in entry["source"]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["name"])
def test_an_entry_is_made_of_nasas_species_or_of_a_cited_definition(entry: dict) -> None:  # type: ignore[type-arg]
    parts = catalogue.find(entry["name"]).components
    assert sum(share for share, _ in parts) == pytest.approx(1.0, abs=1e-12)
    if "components" in entry:
        assert [part.name for _, part in parts] == list(entry["components"])
        assert all(catalogue.is_known(part.name) for _, part in parts)
        assert "NASA" in entry["source"] or len(parts) > 1
    else:
        assert dict(parts[0][1].formula) == entry["definition"]["formula"]
        assert re.search(r"enthalpy|kJ|kcal", entry["source"])


def test_most_entries_are_nasas_own() -> None:
    nasas = [
        entry
        for entry in ENTRIES
        if "components" in entry and all(part in catalogue.names() for part in entry["components"])
    ]
    assert len(nasas) > 0.6 * len(ENTRIES)


@pytest.mark.parametrize("metal", ["Mg", "B", "Be", "Li", "Si", "Ti", "Zr", "Fe", "W", "AL"])
def test_the_symbol_of_a_metal_is_the_metal_and_not_the_gas_of_its_atoms(metal: str) -> None:
    ((_, reactant),) = catalogue.find(catalogue.check_name(metal.lower())).components
    assert abs(reactant.enthalpy) < 100.0


def test_every_substance_weighs_what_its_atoms_weigh() -> None:
    masses = catalogue.atomic_masses()
    wrong = {
        f"{name}: {reactant.molar_mass} kg/mol"
        for name in catalogue.names()
        for _, reactant in catalogue.find(name).components
        if reactant.molar_mass
        != pytest.approx(sum(masses[element] * atoms for element, atoms in reactant.formula), rel=5e-4)
    }
    assert not wrong


def test_mixtures_have_the_proportions_of_their_specifications() -> None:
    shares = {
        name: {part.name: share for share, part in catalogue.find(name).components}
        for name in ("A-50", "MON3", "H2O2-90")
    }
    assert shares["A-50"] == {"N2H4(L)": 0.5, "C2H8N2(L),UDMH": 0.5}
    assert shares["MON3"] == {"N2O4(L)": 0.97, "NO": 0.03}
    assert shares["H2O2-90"] == {"H2O2(L)": 0.9, "H2O(L)": 0.1}


def test_acrylic_glass_has_its_measured_heat_of_combustion() -> None:
    ((_, acrylic),) = catalogue.find("PMMA").components
    products = 5 * catalogue.find("CO2").components[0][1].enthalpy
    products += 4 * catalogue.find("H2O(L)").components[0][1].enthalpy
    assert (acrylic.enthalpy - products) / acrylic.molar_mass == pytest.approx(26.8e6, rel=5e-3)


def test_the_formula_of_abs_is_that_of_its_monomers() -> None:
    ((_, abs_plastic),) = catalogue.find("ABS").components
    monomers = ((0.50, {"C": 4, "H": 6}), (0.43, {"C": 3, "H": 3, "N": 1}), (0.07, {"C": 8, "H": 8}))
    expected = {
        element: sum(share * atoms.get(element, 0) for share, atoms in monomers)
        for element in ("C", "H", "N")
    }
    assert dict(abs_plastic.formula) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("written", "nearest"),
    [
        ("LH3", "LH2"),
        ("RP1", "RP-1"),
        ("methane", "LCH4"),
        ("kerosine", "RP-1"),
        ("Ethanol", "C2H5OH"),
        ("oxygen", "LOX"),
        ("H2(l", "H2(L)"),
        ("CH6N2(G)", "CH6N2(L)"),
    ],
)
def test_an_unknown_name_is_answered_with_what_may_have_been_meant(written: str, nearest: str) -> None:
    assert nearest in catalogue.nearest(written)
    with pytest.raises(PydanticCustomError, match="not a known propellant") as caught:
        catalogue.check_name(written)
    assert repr(nearest) in str(caught.value)


def test_a_name_that_looks_like_nothing_is_told_to_be_given_in_full() -> None:
    with pytest.raises(PydanticCustomError, match=r"look it up in the catalogue\. Or give it in full"):
        catalogue.check_name("zzzzzzzz")


@given(st.sampled_from(catalogue.names()))
def test_a_known_name_is_known_in_its_own_spelling_and_by_its_letters(name: str) -> None:
    assert catalogue.check_name(name) == name
    assert catalogue.check_name(name.swapcase()).casefold() == name.casefold()


@given(
    st.dictionaries(
        st.sampled_from(sorted(catalogue.atomic_masses())), st.floats(1e-3, 1e3), min_size=1, max_size=6
    ),
    st.floats(-1e7, 1e7),
    st.floats(1.0, 3000.0),
)
def test_a_definition_becomes_one_substance_with_the_mass_of_its_atoms(
    formula: dict[str, float], enthalpy: float, temperature: float
) -> None:
    assert catalogue.check_elements(formula) == formula
    ((share, reactant),) = catalogue.define("mine", formula, enthalpy, temperature).components
    assert (share, reactant.enthalpy, reactant.temperature) == (1.0, enthalpy, temperature)
    lightest, heaviest = min(catalogue.atomic_masses().values()), max(catalogue.atomic_masses().values())
    atoms = sum(formula.values())
    assert lightest * atoms * 0.999 <= reactant.molar_mass <= heaviest * atoms * 1.001


def test_elements_without_data_are_all_named() -> None:
    with pytest.raises(ValueError, match="'Q', 'c' is no element"):
        catalogue.check_elements({"Q": 1.0, "H": 2.0, "c": 1.0})
