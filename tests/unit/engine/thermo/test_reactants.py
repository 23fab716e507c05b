import cea
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import SpecError
from engine.thermo import catalogue
from engine.thermo.catalogue import Reactant, find
from engine.thermo.reactants import check_temperature, mix, molar_enthalpy

propellants = st.sampled_from([entry["name"] for entry in catalogue.entries()])


@given(propellants, propellants, st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=5))
def test_a_kilogram_of_the_mixture_weighs_a_kilogram(fuel: str, oxidizer: str, ratios: list[float]) -> None:
    mixture = mix(find(fuel), find(oxidizer), np.array(ratios))
    masses = np.array([catalogue.atomic_masses()[element] for element in mixture.elements])
    assert mixture.element_moles.shape == (len(ratios), len(mixture.elements))
    # some of NASA's molar masses are rounded, or those of older atomic weights
    np.testing.assert_allclose(mixture.element_moles @ masses, 1.0, rtol=5e-4)


@given(propellants, propellants, st.floats(1e-3, 1e3))
def test_atoms_and_enthalpy_are_those_of_the_parts(fuel: str, oxidizer: str, ratio: float) -> None:
    mixture = mix(find(fuel), find(oxidizer), np.array([ratio]))
    enthalpy, atoms = 0.0, dict.fromkeys(mixture.elements, 0.0)
    for name, mass in ((fuel, 1.0 / (1.0 + ratio)), (oxidizer, ratio / (1.0 + ratio))):
        for share, part in find(name).components:
            moles = mass * share / part.molar_mass
            enthalpy += moles * part.enthalpy
            for element, number in part.formula:
                atoms[element] += moles * number
    assert mixture.enthalpy[0] == pytest.approx(enthalpy, rel=1e-9, abs=1e-3)
    assert mixture.element_moles[0] == pytest.approx(list(atoms.values()), rel=1e-9, abs=1e-12)


def test_fuel_alone_and_an_equal_mixture_are_as_they_should_be() -> None:
    water = mix(find("LH2"), find("LOX"), np.array([0.0, 7.936682739051744]))
    assert water.elements == ("H", "O")
    np.testing.assert_allclose(water.element_moles[0], [992.12, 0.0], rtol=1e-4)
    assert water.element_moles[1, 0] / water.element_moles[1, 1] == pytest.approx(2.0, rel=1e-6)
    assert water.enthalpy[0] == pytest.approx(-9012.0 / 2.01588e-3, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "temperatures"),
    [
        ("CH4", [210.0, 298.15, 900.0, 1100.0]),
        ("O2", [250.0, 700.0]),
        ("N2O", [220.0, 400.0]),
        ("H2", [300.0]),
    ],
)
def test_an_enthalpy_at_another_temperature_is_the_wheels(name: str, temperatures: list[float]) -> None:
    ((_, reactant),) = find(name).components
    mixture = cea.Mixture([name])
    wheel = [
        mixture.calc_property(cea.ENTHALPY, np.array([1.0]), value) * reactant.molar_mass
        for value in temperatures
    ]
    np.testing.assert_allclose(molar_enthalpy(reactant, np.array(temperatures)), wheel, rtol=1e-9, atol=1e-3)


def test_the_enthalpy_at_the_reactants_own_temperature_is_its_own() -> None:
    for name in ("CH4", "O2", "N2O", "C2H5OH(L)", "AL(cr)"):
        ((_, reactant),) = find(name).components
        found = molar_enthalpy(reactant, np.array([np.nan, reactant.temperature]))
        assert found[0] == reactant.enthalpy
        assert found[-1] == pytest.approx(reactant.enthalpy, abs=0.5)


def test_a_temperature_may_be_given_for_some_cases_only() -> None:
    given_temperatures = np.array([np.nan, 400.0, np.nan])
    some = mix(find("CH4"), find("GOX"), np.full(3, 3.0), given_temperatures, None)
    none = mix(find("CH4"), find("GOX"), np.full(3, 3.0))
    assert some.enthalpy[0] == none.enthalpy[0]
    assert some.enthalpy[2] == none.enthalpy[2]
    rise = molar_enthalpy(find("CH4").components[0][1], np.array([400.0]))[0] + 74600.0
    assert some.enthalpy[1] - none.enthalpy[1] == pytest.approx(0.25 * rise / 16.04246e-3, rel=1e-6)


def test_a_metal_whose_fit_begins_at_300_kelvin_has_no_enthalpy_at_298() -> None:
    (aluminium,) = (reactant for _, reactant in find("AL").components)
    assert aluminium.intervals[0][0] == 300.0
    assert molar_enthalpy(aluminium, np.array([298.15]))[0] == pytest.approx(0.0, abs=0.01)


def test_a_reactant_known_at_one_temperature_keeps_its_enthalpy() -> None:
    cold = mix(find("LH2"), find("LOX"), np.array([6.0]), np.array([25.0]), np.array([95.0]))
    assert cold.enthalpy == mix(find("LH2"), find("LOX"), np.array([6.0])).enthalpy


def test_coefficients_are_taken_from_the_interval_of_the_temperature() -> None:
    row = (0.0, 0.0, 3.0, 0.0, 0.0, 0.0, 0.0)
    low, high = (*row, 100.0, 0.0), (*row, 300.0, 0.0)
    reactant = Reactant(
        "made", (("H", 1.0),), 1e-3, 0.0, 298.15, ((200.0, 1000.0, low), (1000.0, 6000.0, high))
    )
    found = molar_enthalpy(reactant, np.array([999.0, 1000.0, 1001.0])) / 8.31451
    np.testing.assert_allclose(found, [3.0 * 999.0 + 100.0, 3300.0, 3.0 * 1001.0 + 300.0])


@pytest.mark.parametrize(
    ("name", "temperature", "words"),
    [
        ("LH2", 31.0, r"H2\(L\) is known at 20.27 K only"),
        ("LH2", 10.0, "known at 20.27 K only"),
        ("CH4", 150.0, "CH4 reaches from 200 to 6000 K"),
        ("CH4", 7000.0, "CH4 reaches from 200 to 6000 K"),
        ("MON3", 320.0, r"N2O4\(L\) is known at 298.15 K only"),
    ],
)
def test_a_temperature_beyond_the_data_is_refused_with_what_is_allowed(
    name: str, temperature: float, words: str
) -> None:
    with pytest.raises(SpecError, match=words) as caught:
        check_temperature(find(name), temperature, "fuel_temperature")
    (problem,) = caught.value.problems
    assert (problem.field, problem.value) == ("fuel_temperature", temperature)
    assert caught.value.code == "temperature_outside_data"


@pytest.mark.parametrize(
    ("name", "temperature"),
    [("LH2", None), ("LH2", 30.0), ("CH4", 200.0), ("CH4", 6000.0), ("AL", 298.15), ("CH4", 191.0)],
)
def test_a_temperature_within_the_data_is_let_through(name: str, temperature: float | None) -> None:
    check_temperature(find(name), temperature, "fuel_temperature")
