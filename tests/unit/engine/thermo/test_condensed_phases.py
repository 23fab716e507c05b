"""Soot, water, ice and alumina: which phases are there, and what holds where two of them meet."""

import numpy as np
import pytest

from engine.thermo.catalogue import atomic_masses
from engine.thermo.constants import GAS_CONSTANT
from engine.thermo.equilibrium import EquilibriumState, Problem, solve_equilibrium
from engine.thermo.nasa_polynomials import Array
from engine.thermo.species import ProductSpecies, product_species
from tests.unit.engine.thermo.mixtures import chemical_potentials, mixture, molar_enthalpies, moles


def solve(
    problem: Problem, formula: dict[str, float], given: list[float] | Array, pressure: float
) -> tuple[ProductSpecies, EquilibriumState]:
    """One mixture, given as atoms, at several temperatures, enthalpies or entropies."""
    products = product_species(tuple(formula))
    masses = np.array([atomic_masses()[element] for element in formula])
    atoms = np.array(list(formula.values()))
    values = np.asarray(given, dtype=np.float64)
    elements = np.tile(atoms / (atoms @ masses), (len(values), 1))
    condition = {"TP": "temperature", "HP": "enthalpy", "SP": "entropy"}[problem]
    pressures = np.full(len(values), pressure)
    return products, solve_equilibrium(problem, products, elements, pressure=pressures, **{condition: values})


def fraction(products: ProductSpecies, state: EquilibriumState, name: str) -> Array:
    return np.asarray(state.mole_fractions[:, products.names.index(name)])


def test_soot_appears_below_one_oxygen_per_carbon_and_nowhere_else() -> None:
    products, mixed = mixture(("RP-1", "LOX"), np.linspace(0.5, 4.0, 50))
    state = solve_equilibrium(
        "HP", products, mixed.element_moles, pressure=np.full(50, 5e6), enthalpy=mixed.enthalpy
    )
    assert not state.status.any()
    soot = fraction(products, state, "C(gr)")
    assert (soot[:5] > 0.1).all()
    assert (soot[mixed.element_moles[:, 2] > mixed.element_moles[:, 0]] == 0.0).all()
    assert (np.diff(soot) <= 0.0).all()
    np.testing.assert_array_less(state.molar_mass_mixture[soot > 0], state.molar_mass[soot > 0])
    np.testing.assert_allclose(state.molar_mass_mixture[soot == 0], state.molar_mass[soot == 0], rtol=1e-12)


def test_a_phase_is_there_just_where_its_potential_is_that_of_the_gas() -> None:
    products, mixed = mixture(("RP-1", "LOX"), [0.6, 0.9, 2.0])
    state = solve_equilibrium(
        "HP", products, mixed.element_moles, pressure=np.full(3, 5e6), enthalpy=mixed.enthalpy
    )
    potentials = chemical_potentials(products, moles(products, state), state.temperature, state.pressure)
    of_gas = 2.0 * potentials[:, products.names.index("CO")] - potentials[:, products.names.index("CO2")]
    of_soot = potentials[:, products.names.index("C(gr)")]
    present = fraction(products, state, "C(gr)") > 0
    np.testing.assert_allclose(of_gas[present], of_soot[present], rtol=1e-9)
    assert (of_gas[~present] < of_soot[~present]).all()


@pytest.mark.parametrize(
    ("temperature", "saturation"), [(280.0, 991.8), (300.0, 3536.7), (350.0, 41682.0), (373.124, 101325.0)]
)
def test_water_leaves_the_gas_at_its_saturation_pressure(temperature: float, saturation: float) -> None:
    """Pa; IAPWS-95 by the NIST Chemistry WebBook; NASA's steam is an ideal gas, 1.6 % below it at 1 atm."""
    products, state = solve("TP", {"H": 1.0, "O": 2.0}, [temperature], 4.0 * saturation)
    assert not state.status.any()
    assert fraction(products, state, "H2O(L)")[0] > 0.01
    gas = moles(products, state)[0, ~products.is_condensed]
    partial = gas[products.names.index("H2O")] / gas.sum() * state.pressure[0]
    assert partial == pytest.approx(saturation, rel=0.02)


def test_above_its_dew_point_no_water_is_left() -> None:
    temperature = np.linspace(300.0, 400.0, 41)
    products, state = solve("TP", {"H": 1.0, "O": 2.5}, temperature, 1e5)
    water = fraction(products, state, "H2O(L)")
    assert not state.status.any()
    # 2/7 of the gas is steam; 1e5 Pa * 2/7 saturate water at 341 K
    assert (water[temperature < 342.0] > 0.0).all()
    assert (water[temperature > 345.0] == 0.0).all()
    assert (np.diff(water) <= 0.0).all()


def test_ice_is_below_and_water_above_the_melting_point() -> None:
    products, state = solve("TP", {"H": 6.0, "O": 1.0}, [220.0, 260.0, 273.0, 273.3, 300.0], 1e5)
    assert not state.status.any()
    ice, water = fraction(products, state, "H2O(cr)"), fraction(products, state, "H2O(L)")
    assert (ice > 0).tolist() == [True, True, True, False, False]
    assert (water > 0).tolist() == [False, False, False, True, True]


@pytest.mark.parametrize(
    ("cold", "hot", "temperature", "formula"),
    [
        ("H2O(cr)", "H2O(L)", 273.15, {"H": 6.0, "O": 1.0}),
        ("AL2O3(a)", "AL2O3(L)", 2327.0, {"Al": 1.0, "O": 1.5, "N": 2.0}),
    ],
)
def test_between_solid_and_liquid_both_are_there_by_the_lever_rule(
    cold: str, hot: str, temperature: float, formula: dict[str, float]
) -> None:
    beside = [temperature - 0.5, temperature + 0.5]
    products, ends = solve("TP", formula, beside, 1e5)
    assert not ends.status.any()
    wanted = ends.enthalpy[0] + np.array([0.25, 0.5, 0.75]) * (ends.enthalpy[1] - ends.enthalpy[0])
    _, state = solve("HP", formula, wanted, 1e5)
    assert not state.status.any()
    np.testing.assert_allclose(state.temperature, temperature, atol=0.1)
    np.testing.assert_allclose(state.enthalpy, wanted, rtol=1e-7)
    np.testing.assert_allclose(state.temperature, state.temperature[0], rtol=1e-7)
    solid, liquid = fraction(products, state, cold), fraction(products, state, hot)
    melted = liquid / (solid + liquid)
    assert (np.diff(melted) > 0.1).all()
    amounts = moles(products, state)
    enthalpies = molar_enthalpies(products, state.temperature)
    np.testing.assert_allclose((amounts * enthalpies).sum(axis=1), wanted, rtol=1e-7)
    assert np.isnan(state.heat_capacity).all()
    assert np.isfinite(state.heat_capacity_frozen).all()
    assert np.isfinite(state.sound_speed).all()


def test_melting_takes_the_heat_of_fusion() -> None:
    """J/mol: 111.4 kJ/mol for alumina (Chase, NIST-JANAF Thermochemical Tables, 1998)."""
    phases = product_species(("Al", "O")).phases
    places = np.array([phases.names.index("AL2O3(a)"), phases.names.index("AL2O3(L)")])
    solid, liquid = phases.properties(np.array([2327.0]), places).enthalpy[0] * GAS_CONSTANT * 2327.0
    assert liquid - solid == pytest.approx(111.4e3, rel=0.01)


def test_a_condensing_expansion_is_followed_through_dew_point_and_freezing() -> None:
    formula = {"H": 6.0, "O": 1.0}
    _, hot = solve("TP", formula, [900.0], 2e6)
    entropy = hot.entropy[0]
    for pressure in np.geomspace(2e6, 3e2, 40):
        products, state = solve("SP", formula, [entropy], float(pressure))
        assert not state.status.any(), pressure
        assert state.entropy[0] == pytest.approx(entropy, rel=1e-9)
    assert fraction(products, state, "H2O(cr)")[0] > 0.05
