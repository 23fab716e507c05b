"""Mixtures of many ingredients against NASA's `cea` wheel: proportions, enthalpy, and the flame they make."""

from collections.abc import Mapping
from typing import Any

import cea
import numpy as np
import pytest

import engine
from engine.thermo import catalogue
from engine.thermo.blends import blend_parts
from engine.thermo.catalogue import Reactant, find
from engine.thermo.measures import MixtureMeasure
from engine.thermo.nasa_polynomials import Array
from engine.thermo.ratios import fuel_share
from engine.thermo.reactants import premix
from engine.validation.cea import CEA_GAS_CONSTANT, mixtures

Parts = Mapping[str, float]

PAIRS: list[tuple[Parts, Parts]] = [
    ({"LH2": 1.0}, {"LOX": 1.0}),
    ({"RP-1": 1.0}, {"H2O2": 0.9, "H2O(L)": 0.1}),
    ({"C2H5OH": 0.75, "H2O(L)": 0.25}, {"LOX": 1.0}),
    ({"MMH": 0.3, "N2H4": 0.5, "UDMH": 0.2}, {"N2O4": 0.9, "NO": 0.1}),
    ({"HTPB": 12.0, "AL": 18.0}, {"AP": 70.0}),
    ({"CH4": 0.9, "C2H6": 0.06, "N2": 0.04}, {"O2": 0.21, "N2": 0.78, "Ar": 0.01}),
    ({"NH3": 1.0}, {"CLF3(L)": 0.5, "LF2": 0.5}),
]
"""Fuels and oxidizers by mass, some with oxygen in the fuel and some with fuel in the oxidizer."""

PREMIXED: list[Parts] = [
    {"AP": 70.0, "HTPB": 12.0, "AL": 18.0},
    {"AP": 72.06, "HTPB": 18.58, "AL": 9.0, "Mg(cr)": 0.2, "H2O(L)": 0.16},
    {"AN": 0.6, "N2H4": 0.25, "H2O(L)": 0.15},
    {"KNO3(a)": 0.65, "C(gr)": 0.15, "S(a)": 0.10, "HDPE": 0.10},
    {"N2H4": 1.0},
    {"H2O2": 0.7, "H2O(L)": 0.3},
    {"CH3NO2(L)": 0.8, "CH3OH": 0.2},
]
"""Solid propellants and monopropellants, by mass."""


def parts_of(given: Parts) -> tuple[list[Reactant], Array]:
    """The single substances of what is named here."""
    return [find(name).components[0][1] for name in given], np.array(list(given.values()))


def ingredients(given: Parts, kind: str = "mass_fraction") -> list[dict[str, Any]]:
    return [{"name": name, kind: fraction} for name, fraction in given.items()]


def of_wheel(fuel: Parts, oxidizer: Parts, measure: str, value: float) -> float:
    """Mass of oxidizer per mass of fuel, by the wheel."""
    (fuels, fuel_mass), (oxidizers, oxidizer_mass) = parts_of(fuel), parts_of(oxidizer)
    _, mixture, _ = mixtures([*fuels, *oxidizers])
    weights = (
        np.concatenate([np.zeros(len(fuels)), oxidizer_mass / oxidizer_mass.sum()]),
        np.concatenate([fuel_mass / fuel_mass.sum(), np.zeros(len(oxidizers))]),
    )
    if measure == "equivalence_ratio":
        return float(mixture.weight_eq_ratio_to_of_ratio(*weights, value))
    return float(mixture.chem_eq_ratio_to_of_ratio(*weights, value))


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: " + ".join(pair[0]) + ", " + " + ".join(pair[1]))
@pytest.mark.parametrize("measure", ["equivalence_ratio", "chemical_equivalence_ratio"])
def test_equivalence_ratios_are_the_wheels(pair: tuple[Parts, Parts], measure: MixtureMeasure) -> None:
    # the wheel takes the ratio in single precision, which holds these exactly
    values = np.array([0.25, 0.75, 1.0, 1.125, 1.75])
    sides = [
        blend_parts([find(name) for name in side], np.array([list(side.values())]), None, is_by_mole=False)
        for side in pair
    ]
    ours = 1.0 / fuel_share(measure, values, *sides) - 1.0
    theirs = np.array([of_wheel(*pair, measure, value) for value in values])
    possible = theirs >= 0.0
    assert possible[values == 1.0].all()
    np.testing.assert_allclose(ours[possible], theirs[possible], rtol=1e-11)
    assert np.isnan(ours[~possible]).all()


@pytest.mark.parametrize("given", PREMIXED, ids=" + ".join)
def test_amounts_by_mole_have_the_masses_of_the_wheel(given: Parts) -> None:
    parts, amounts = parts_of(given)
    _, mixture, _ = mixtures(parts)
    ours = blend_parts([find(name) for name in given], amounts[None], None, is_by_mole=True)
    theirs = mixture.moles_to_weights(amounts)
    np.testing.assert_allclose(ours.mass_fractions[0], theirs / theirs.sum(), rtol=1e-12)


def test_the_enthalpy_of_gases_at_several_temperatures_is_the_wheels() -> None:
    names = ["CH4", "O2", "N2", "C2H5OH(L)"]
    masses = np.array([0.1, 0.3, 0.4, 0.2])
    temperatures = np.array([[250.0, 400.0, 900.0, 320.0], [298.15, 1200.0, 210.0, 300.0]])
    rows = np.tile(masses, (2, 1))
    ours = premix(blend_parts([find(name) for name in names], rows, temperatures, is_by_mole=False))
    wheel = cea.Mixture(names)
    theirs = [wheel.calc_property(cea.ENTHALPY, masses, row) for row in temperatures]
    np.testing.assert_allclose(ours.enthalpy, theirs, rtol=1e-9)


@pytest.mark.parametrize("given", PREMIXED, ids=" + ".join)
@pytest.mark.filterwarnings("ignore:EqSolver.solve")
def test_the_flame_of_a_premixed_propellant_is_the_wheels(given: Parts) -> None:
    parts, amounts = parts_of(given)
    masses = amounts / amounts.sum()
    enthalpy = float(masses @ [part.enthalpy / part.molar_mass for part in parts])
    ours = engine.equilibrium("HP", reactants=ingredients(given), pressure=[1e6, 7e6])
    assert ours.enthalpy == pytest.approx([enthalpy, enthalpy], rel=1e-9)
    _, mixture, products = mixtures(parts)
    solver = cea.EqSolver(products, reactants=mixture)
    for place, pressure in enumerate((1e6, 7e6)):
        solution = cea.EqSolution(solver)
        solver.solve(solution, cea.HP, enthalpy / CEA_GAS_CONSTANT, pressure / 1e5, masses)
        assert solution.converged
        assert ours.temperature[place] == pytest.approx(solution.T, rel=1e-6)
        assert ours.molar_mass[place] == pytest.approx(solution.M * 1e-3, rel=1e-6)
        assert ours.gamma[place] == pytest.approx(solution.gamma_s, rel=1e-5)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: " + ".join(pair[0]) + ", " + " + ".join(pair[1]))
def test_a_motor_with_ingredients_is_compared_with_the_wheel_by_itself(pair: tuple[Parts, Parts]) -> None:
    fuel, oxidizer = pair
    spec = {
        "motor_type": "liquid",
        "propellant": {
            "fuel": ingredients(fuel),
            "oxidizer": ingredients(oxidizer),
            "equivalence_ratio": 1.2,
        },
        "chamber_pressure": 5e6,
        "nozzle": {"area_ratio": 8.0},
        "validate": True,
    }
    report = engine.analyze(spec).validation
    assert report["converged"]
    assert report["quantities"]["chamber_temperature"]["deviation"] == pytest.approx(0.0, abs=1e-4)
    # percent; the wheel ends its searches for throat and exit early
    assert abs(report["worst_deviation"]) < 0.01


def test_ingredients_at_temperatures_of_their_own_are_compared_with_the_wheel_by_themselves() -> None:
    fuel = [
        {"name": "CH4", "mole_fraction": 0.8, "temperature": 450.0},
        {"name": "C2H6", "mole_fraction": 0.2},
        {
            "name": "mine",
            "formula": {"H": 2.0},
            "enthalpy": 3000.0,
            "temperature": 400.0,
            "mole_fraction": 0.1,
        },
    ]
    air = [
        {"name": "O2", "mole_fraction": 0.3, "temperature": 700.0},
        {"name": "N2", "mole_fraction": 0.7, "temperature": 900.0},
    ]
    spec = {
        "motor_type": "liquid",
        "propellant": {"fuel": fuel, "oxidizer": air, "percent_fuel": 8.0, "fuel_temperature": 320.0},
        "chamber_pressure": 1e6,
        "nozzle": {"area_ratio": 6.0},
        "validate": True,
    }
    answer = engine.analyze(spec)
    assert answer.validation["converged"]
    deviation = answer.validation["quantities"]["chamber_temperature"]["deviation"]
    assert deviation == pytest.approx(0.0, abs=1e-4)
    # the same by NASA's own names, with the hydrogen beside them
    names, temperatures = ["CH4", "C2H6", "O2", "N2"], [450.0, 320.0, 700.0, 900.0]
    masses = np.array([0.8, 0.2, 0.3, 0.7]) * [find(name).molar_mass for name in names]
    hydrogen = 0.1 * 2.0 * catalogue.atomic_masses()["H"]
    per_mole = 0.08 / (masses[:2].sum() + hydrogen)
    masses *= np.repeat([per_mole, 0.92 / masses[2:].sum()], 2)
    # J/kg of the gases alone
    gases = cea.Mixture(names).calc_property(cea.ENTHALPY, masses, temperatures)
    gases *= masses.sum()
    assert answer.stations["chamber"].enthalpy == pytest.approx(gases + per_mole * 0.1 * 3000.0, rel=1e-8)


@pytest.mark.parametrize("name", ["N2H4", "H2O2"])
def test_a_monopropellant_is_compared_with_the_wheel_by_itself(name: str) -> None:
    spec = {
        "motor_type": "liquid",
        "propellant": {
            "monopropellant": [{"name": name, "mass_fraction": 0.9}, {"name": "H2O(L)", "mass_fraction": 0.1}]
        },
        "chamber_pressure": 2e6,
        "nozzle": {"area_ratio": 20.0},
        "validate": True,
    }
    report = engine.analyze(spec).validation
    assert report["converged"]
    assert report["quantities"]["chamber_temperature"]["deviation"] == pytest.approx(0.0, abs=1e-4)
    assert abs(report["worst_deviation"]) < 0.01
