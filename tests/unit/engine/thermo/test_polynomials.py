import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.thermo.gases import INTERVAL_BOUNDS
from engine.thermo.nasa_polynomials import TERMS, Array, basis, enthalpy_row, entropy_row, heat_capacity_row
from engine.thermo.species import ProductSpecies, known_elements, product_species

HERE = 1e-4
"""The relative step of the differences."""


def everything() -> ProductSpecies:
    return product_species(tuple(sorted(known_elements())))


def gas_values(temperature: Array) -> tuple[Array, Array, Array]:
    """h/R in K, s/R and cp/R of all of NASA's gases."""
    found = everything().gases.properties(temperature)
    return found.enthalpy * temperature[:, None], found.enthalpy - found.gibbs, found.heat_capacity


@given(st.floats(200.0, 20000.0).filter(lambda value: np.abs(value / INTERVAL_BOUNDS - 1.0).min() > 2 * HERE))
def test_enthalpy_and_entropy_rise_by_the_heat_capacity(temperature: float) -> None:
    steps = np.array([1.0 - HERE, 1.0, 1.0 + HERE]) * temperature
    enthalpy, entropy, heat_capacity = gas_values(steps)
    width = steps[2] - steps[0]
    scale = 1.0 + np.abs(heat_capacity[1])
    np.testing.assert_array_less(np.abs((enthalpy[2] - enthalpy[0]) / width - heat_capacity[1]) / scale, 1e-5)
    np.testing.assert_array_less(
        np.abs((entropy[2] - entropy[0]) / width * temperature - heat_capacity[1]) / scale, 1e-5
    )


@given(
    st.lists(st.floats(-1.0, 1.0), min_size=TERMS, max_size=TERMS).map(np.array),
    st.floats(250.0, 6000.0),
)
def test_the_rows_are_nasas_equations(scaled: Array, temperature: float) -> None:
    a1, a2, a3, a4, a5, a6, a7, b1, b2 = coefficients = scaled * 10.0 ** np.array(
        [4, 2, 0, -3, -6, -9, -13, 4, 1]
    )
    t = temperature
    heat_capacity = a1 / t**2 + a2 / t + a3 + a4 * t + a5 * t**2 + a6 * t**3 + a7 * t**4
    enthalpy = (
        -a1 / t**2
        + a2 * np.log(t) / t
        + a3
        + a4 * t / 2
        + a5 * t**2 / 3
        + a6 * t**3 / 4
        + a7 * t**4 / 5
        + b1 / t
    )
    entropy = (
        -a1 / t**2 / 2 - a2 / t + a3 * np.log(t) + a4 * t + a5 * t**2 / 2 + a6 * t**3 / 3 + a7 * t**4 / 4 + b2
    )
    functions = basis(np.array([t]))[0]
    found = [functions @ row(coefficients) for row in (heat_capacity_row, enthalpy_row, entropy_row)]
    assert found == pytest.approx([heat_capacity, enthalpy, entropy], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("bound", INTERVAL_BOUNDS)
def test_gases_go_on_where_their_intervals_meet(bound: float) -> None:
    below, above = (gas_values(np.array([bound * (1.0 + side)])) for side in (-1e-9, 1e-9))
    jump = np.abs(above[0] - below[0])[0] / bound
    assert np.quantile(jump, 0.95) < 1e-4
    assert jump.max() < 0.05
    assert np.abs(above[1] - below[1]).max() < 0.05
    assert np.abs(above[2] - below[2]).max() < 1.0


def test_cases_in_several_intervals_have_each_their_own() -> None:
    temperature = np.array([300.0, 7000.0, 1500.0, 999.0, 1000.0, 1000.1, 15000.0])
    together = everything().gases.properties(temperature)
    for place, value in enumerate(temperature):
        alone = everything().gases.properties(np.array([value]))
        for name in ("enthalpy", "gibbs", "heat_capacity"):
            np.testing.assert_allclose(
                getattr(together, name)[place], getattr(alone, name)[0], rtol=1e-12, atol=1e-12
            )


def test_two_phases_of_a_substance_have_the_same_gibbs_energy_where_one_becomes_the_other() -> None:
    phases = product_species(("H", "O", "C", "Al", "N")).phases
    names = phases.names
    pairs = {("H2O(cr)", "H2O(L)"): 273.15, ("AL2O3(a)", "AL2O3(L)"): 2327.0, ("AL(cr)", "AL(L)"): 933.61}
    for (cold, hot), temperature in pairs.items():
        places = np.array([names.index(cold), names.index(hot)])
        gibbs = phases.properties(np.array([temperature]), places).gibbs[0]
        assert gibbs[0] == pytest.approx(gibbs[1], rel=1e-5)


@given(st.floats(50.0, 8000.0))
def test_a_phase_outside_its_data_keeps_its_heat_capacity_and_its_consistency(temperature: float) -> None:
    phases = product_species(("H", "O", "C", "Al", "N")).phases
    steps = np.array([1.0 - HERE, 1.0, 1.0 + HERE]) * temperature
    found = phases.properties(steps, np.arange(len(phases.names)))
    ends = np.concatenate([phases.bounds, 0.8 * phases.bounds[:, :1]], axis=1)
    smooth = (np.abs(ends / temperature - 1.0) > 2 * HERE).all(axis=1)
    enthalpy = found.enthalpy * steps[:, None]
    entropy = found.enthalpy - found.gibbs
    width = steps[2] - steps[0]
    slope = (enthalpy[2] - enthalpy[0]) / width
    warming = (entropy[2] - entropy[0]) / width * temperature
    np.testing.assert_allclose(slope[smooth], found.heat_capacity[1, smooth], rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(warming[smooth], found.heat_capacity[1, smooth], rtol=1e-4, atol=1e-4)
