"""Heat capacity and isentropic exponent are slopes: they have to be those of neighbouring states."""

from dataclasses import fields

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.thermo.equilibrium import EquilibriumState
from engine.thermo.nasa_polynomials import Array
from engine.thermo.properties import Properties
from tests.unit.engine.thermo.mixtures import RANGES, Batch, mixture

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
        assert item.name in ("enthalpy",) or (getattr(state, item.name) > 0.0).all()
