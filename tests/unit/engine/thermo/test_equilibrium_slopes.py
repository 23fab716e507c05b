"""Heat capacity, isentropic exponent and the slopes of volume have to be those of neighbouring states."""

from dataclasses import fields

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.thermo.constants import GAS_CONSTANT
from engine.thermo.equilibrium import EquilibriumState, solve_equilibrium
from engine.thermo.nasa_polynomials import Array
from engine.thermo.properties import Properties
from engine.thermo.species import ProductSpecies, product_species
from tests.unit.engine.thermo.mixtures import RANGES, Batch, chemical_potentials, mixture, moles

seeds = st.integers(0, 2**32 - 1)
pairs = st.sampled_from(list(RANGES))


def differences(batch: Batch, state: EquilibriumState) -> tuple[Array, Array]:
    """Heat capacity and isentropic exponent from states close by."""
    step = 1e-3
    colder, warmer = (
        batch.solve("TP", state.temperature * (1.0 + side), pressure=state.pressure) for side in (-step, step)
    )
    heat_capacity = (warmer.enthalpy - colder.enthalpy) / (2 * step * state.temperature)
    lower, higher = (
        batch.solve("SP", state.entropy, pressure=state.pressure * (1.0 + side)) for side in (-step, step)
    )
    gamma = np.log(higher.pressure / lower.pressure) / np.log(higher.density / lower.density)
    same = (colder.mole_fractions > 0) == (warmer.mole_fractions > 0)
    same &= (lower.mole_fractions > 0) == (higher.mole_fractions > 0)
    smooth = same[:, batch.products.is_condensed].all(axis=1)
    return np.where(smooth, heat_capacity, np.nan), np.where(smooth, gamma, np.nan)


@settings(deadline=None, max_examples=15)
@given(pairs, seeds)
def test_heat_capacity_and_gamma_are_the_slopes_of_neighbouring_states(
    pair: tuple[str, str], seed: int
) -> None:
    batch = Batch(pair, seed)
    state = batch.settled()
    heat_capacity, gamma = differences(batch, state)
    away = ~(np.abs(batch.temperature[:, None] / [1000.0, 6000.0] - 1.0) < 3e-3).any(axis=1)
    compared = away & np.isfinite(heat_capacity)
    np.testing.assert_allclose(heat_capacity[compared], state.heat_capacity[compared], rtol=3e-3)
    np.testing.assert_allclose(gamma[compared], state.gamma[compared], rtol=3e-4)


def test_the_slopes_hold_with_soot_in_the_gas_too() -> None:
    batch = Batch(("RP-1", "LOX"), 1, cases=4)
    products, mixed = mixture(("RP-1", "LOX"), [0.3, 0.5, 0.7, 0.9])
    batch.elements, batch.pressure = mixed.element_moles, np.array([1e5, 1e6, 5e6, 2e7])
    batch.temperature = np.array([1300.0, 1200.0, 900.0, 850.0])
    state = batch.settled()
    assert (state.mole_fractions[:, products.names.index("C(gr)")] > 0.03).all()
    heat_capacity, gamma = differences(batch, state)
    np.testing.assert_allclose(heat_capacity, state.heat_capacity, rtol=1e-4)
    np.testing.assert_allclose(gamma, state.gamma, rtol=1e-4)
    assert (state.heat_capacity > 1.001 * state.heat_capacity_frozen).all()


def test_every_property_is_a_number_of_every_solved_case() -> None:
    state = Batch(("MMH", "N2O4"), 2).flames()
    for item in fields(Properties):
        assert np.isfinite(getattr(state, item.name)).all(), item.name
        sign = -1.0 if item.name == "volume_pressure_slope" else 1.0
        assert item.name in ("enthalpy",) or (sign * getattr(state, item.name) > 0.0).all()


def volume_differences(batch: Batch, state: EquilibriumState) -> tuple[Array, Array]:
    """The slopes of ln v with ln T and with ln p from states close by; NaN where the condensed phases change."""
    step = 1e-3
    temperature, pressure = state.temperature, state.pressure
    cold, warm = (batch.solve("TP", temperature * np.exp(side), pressure=pressure) for side in (-step, step))
    low, high = (batch.solve("TP", temperature, pressure=pressure * np.exp(side)) for side in (-step, step))
    phases = batch.products.is_condensed
    present = [found.mole_fractions[:, phases] > 0 for found in (cold, warm, low, high)]
    smooth = np.logical_and.reduce([(other == present[0]).all(axis=1) for other in present])
    by_temperature = np.log(cold.density / warm.density) / (2 * step)
    by_pressure = np.log(low.density / high.density) / (2 * step)
    return np.where(smooth, by_temperature, np.nan), np.where(smooth, by_pressure, np.nan)


@settings(deadline=None, max_examples=15)
@given(pairs, seeds)
def test_the_volume_answers_to_temperature_and_pressure_as_neighbouring_states_do(
    pair: tuple[str, str], seed: int
) -> None:
    batch = Batch(pair, seed)
    state = batch.settled()
    by_temperature, by_pressure = volume_differences(batch, state)
    away = ~(np.abs(batch.temperature[:, None] / [1000.0, 6000.0] - 1.0) < 3e-3).any(axis=1)
    compared = away & np.isfinite(by_temperature)
    np.testing.assert_allclose(
        state.volume_temperature_slope[compared], by_temperature[compared], rtol=1e-4, atol=1e-6
    )
    np.testing.assert_allclose(
        state.volume_pressure_slope[compared], by_pressure[compared], rtol=1e-4, atol=1e-6
    )


def alumina_at_its_melting_point() -> tuple[ProductSpecies, Array, Array]:
    """Products of an aluminised propellant, and element moles and entropy in the middle of melting, at 3 MPa."""
    products = product_species(("Al", "C", "Cl", "H", "N", "O"))
    elements = np.array([[5.0, 8.0, 6.0, 36.0, 6.0, 30.0]])
    around = solve_equilibrium(
        "TP",
        products,
        np.repeat(elements, 2, axis=0),
        pressure=np.full(2, 3e6),
        temperature=np.array([2326.9, 2327.1]),
    )
    return products, elements, around.entropy.mean(keepdims=True)


def test_at_a_transition_gamma_is_that_of_a_gas_held_at_its_temperature() -> None:
    products, elements, entropy = alumina_at_its_melting_point()
    pressure = np.array([2.997e6, 3e6, 3.003e6])
    state = solve_equilibrium(
        "SP", products, np.repeat(elements, 3, axis=0), pressure=pressure, entropy=np.repeat(entropy, 3)
    )
    assert not state.status.any()
    np.testing.assert_allclose(state.temperature, 2327.0, atol=1e-2)
    for form in ("AL2O3(a)", "AL2O3(L)"):
        assert (state.mole_fractions[:, products.names.index(form)] > 0.01).all()
    assert np.isnan(state.heat_capacity).all()
    assert np.isnan(state.volume_temperature_slope).all()
    np.testing.assert_allclose(state.gamma * state.volume_pressure_slope, -1.0, rtol=1e-12)
    slope = np.log(state.pressure[2] / state.pressure[0]) / np.log(state.density[2] / state.density[0])
    np.testing.assert_allclose(state.gamma[1], slope, rtol=1e-6)


def test_energy_and_gibbs_energy_are_those_of_the_potentials() -> None:
    batch = Batch(("RP-1", "LOX"), 3)
    state = batch.settled()
    amounts = moles(batch.products, state)
    potentials = chemical_potentials(batch.products, amounts, state.temperature, state.pressure)
    gibbs = GAS_CONSTANT * state.temperature * np.where(amounts > 0, amounts * potentials, 0.0).sum(axis=1)
    np.testing.assert_allclose(state.gibbs_energy, gibbs, rtol=1e-10)
    work = GAS_CONSTANT * state.temperature / state.molar_mass
    np.testing.assert_allclose(state.internal_energy, state.enthalpy - work, rtol=1e-12, atol=1e-6)
