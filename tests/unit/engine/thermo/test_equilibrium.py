"""What holds for every equilibrium, whatever burns: balances, the least Gibbs energy, one answer by any way."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import null_space
from scipy.optimize import linprog

from engine.thermo.constants import GAS_CONSTANT
from engine.thermo.equilibrium import EquilibriumState
from engine.thermo.nasa_polynomials import Array
from engine.thermo.species import ProductSpecies
from tests.unit.engine.thermo.mixtures import (
    RANGES,
    Batch,
    chemical_potentials,
    molar_enthalpies,
    moles,
)

seeds = st.integers(0, 2**32 - 1)
pairs = st.sampled_from(list(RANGES))


def one_case(state: EquilibriumState, case: int) -> EquilibriumState:
    return EquilibriumState(
        **{item.name: getattr(state, item.name)[[case]] for item in fields(EquilibriumState)}
    )


def gibbs_energy(products: ProductSpecies, amounts: Array, state: EquilibriumState) -> Array:
    """(N,) in units of RT per kg."""
    potentials = chemical_potentials(products, amounts, state.temperature, state.pressure)
    return np.asarray((amounts * potentials).sum(axis=1))


@settings(deadline=None, max_examples=25)
@given(pairs, seeds)
def test_flames_balance_elements_enthalpy_and_entropy(pair: tuple[str, str], seed: int) -> None:
    batch = Batch(pair, seed)
    state = batch.flames()
    assert not state.status.any()
    np.testing.assert_allclose(state.mole_fractions.sum(axis=1), 1.0, rtol=1e-12)
    assert (state.mole_fractions >= 0.0).all()
    amounts = moles(batch.products, state)
    np.testing.assert_allclose(amounts @ batch.products.formula_matrix, batch.elements, rtol=1e-9)
    np.testing.assert_allclose(amounts @ batch.products.molar_mass, 1.0, rtol=1e-6)
    enthalpies = molar_enthalpies(batch.products, state.temperature)
    scale = state.heat_capacity_frozen * state.temperature
    assert np.abs((amounts * enthalpies).sum(axis=1) - batch.enthalpy).max() < 1e-7 * scale.min()
    assert np.abs(state.enthalpy - batch.enthalpy).max() < 1e-7 * scale.min()
    gibbs = gibbs_energy(batch.products, amounts, state) * GAS_CONSTANT * state.temperature
    np.testing.assert_allclose(state.entropy, (state.enthalpy - gibbs) / state.temperature, rtol=1e-9)


@settings(deadline=None, max_examples=25)
@given(pairs, seeds)
def test_the_properties_belong_together(pair: tuple[str, str], seed: int) -> None:
    batch = Batch(pair, seed)
    state = batch.settled()
    assert not state.status.any()
    gas = moles(batch.products, state)[:, ~batch.products.is_condensed].sum(axis=1)
    np.testing.assert_allclose(state.molar_mass, 1.0 / gas, rtol=1e-12)
    assert (state.molar_mass_mixture <= state.molar_mass * (1.0 + 1e-12)).all()
    specific = GAS_CONSTANT * state.temperature / state.molar_mass
    np.testing.assert_allclose(state.density, state.pressure / specific, rtol=1e-12)
    np.testing.assert_allclose(state.sound_speed, np.sqrt(state.gamma * specific), rtol=1e-12)
    finite = np.isfinite(state.heat_capacity)
    assert (state.heat_capacity[finite] >= state.heat_capacity_frozen[finite] * (1.0 - 1e-9)).all()


@settings(deadline=None, max_examples=25)
@given(pairs, seeds)
def test_no_other_composition_of_the_same_elements_has_less_gibbs_energy(
    pair: tuple[str, str], seed: int
) -> None:
    batch = Batch(pair, seed)
    state, random = batch.settled(), np.random.default_rng(seed)
    amounts = moles(batch.products, state)
    least = gibbs_energy(batch.products, amounts, state)
    for case in range(len(amounts)):
        present = np.flatnonzero(amounts[case] > 1e-4)
        directions = null_space(batch.products.formula_matrix[present].T)
        if not directions.shape[1]:
            continue
        direction = directions @ random.normal(size=directions.shape[1])
        room = 1.0 / (np.abs(direction) / amounts[case, present]).max()
        for share in (-0.9, -0.1, 0.1, 0.9):
            other = amounts[[case]].copy()
            other[0, present] += share * room * direction
            one = one_case(state, case)
            assert gibbs_energy(batch.products, other, one)[0] >= least[case] - 1e-9 * np.abs(least[case])


@settings(deadline=None, max_examples=10)
@given(pairs, seeds)
def test_the_composition_is_the_global_minimum(pair: tuple[str, str], seed: int) -> None:
    """The Gibbs energy is convex: a minimum is global where no feasible composition is cheaper at its potentials."""
    batch = Batch(pair, seed, cases=3)
    state = batch.settled()
    amounts = moles(batch.products, state)
    potentials = chemical_potentials(batch.products, amounts, state.temperature, state.pressure)
    phases = batch.products.phases
    for case, temperature in enumerate(state.temperature):
        in_range = (temperature >= phases.lowest) & (temperature <= phases.highest)
        allowed = np.concatenate([np.ones(len(batch.products.gases.names), dtype=bool), in_range])
        cheapest = linprog(
            potentials[case, allowed],
            A_eq=batch.products.formula_matrix[allowed].T,
            b_eq=batch.elements[case],
        )
        assert cheapest.success
        least = potentials[case] @ amounts[case]
        assert cheapest.fun == pytest.approx(least, rel=1e-7)


def assert_one_state(batch: Batch) -> None:
    """By temperature, enthalpy or entropy: the same state."""
    first = batch.settled()
    at_enthalpy = batch.solve("HP", first.enthalpy)
    at_entropy = batch.solve("SP", first.entropy)
    again = batch.solve("TP", at_enthalpy.temperature)
    for other in (at_enthalpy, at_entropy, again):
        assert not other.status.any()
        np.testing.assert_allclose(other.temperature, first.temperature, rtol=1e-8)
        np.testing.assert_allclose(other.mole_fractions, first.mole_fractions, rtol=0, atol=1e-8)
        np.testing.assert_allclose(other.enthalpy, first.enthalpy, rtol=1e-8, atol=1.0)


@settings(deadline=None, max_examples=15)
@given(pairs, seeds)
def test_temperature_enthalpy_and_entropy_lead_to_the_same_state(pair: tuple[str, str], seed: int) -> None:
    assert_one_state(Batch(pair, seed))


@settings(deadline=None, max_examples=3)
@given(pairs, seeds)
def test_they_do_so_where_nearly_everything_condenses(pair: tuple[str, str], seed: int) -> None:
    assert_one_state(Batch(pair, seed, cases=8, coldest=200.0, hottest=700.0))


@settings(deadline=None, max_examples=10)
@given(pairs, seeds)
def test_cases_solved_together_are_those_solved_alone_in_any_order(pair: tuple[str, str], seed: int) -> None:
    batch = Batch(pair, seed, cases=6)
    together = batch.flames()
    order = np.random.default_rng(seed).permutation(6)
    shuffled = batch.solve(
        "HP", batch.enthalpy[order], elements=batch.elements[order], pressure=batch.pressure[order]
    )
    alone = [
        batch.solve("HP", batch.enthalpy[[k]], elements=batch.elements[[k]], pressure=batch.pressure[[k]])
        for k in range(6)
    ]
    for item in fields(EquilibriumState):
        values = getattr(together, item.name)
        single = np.concatenate([getattr(state, item.name) for state in alone])
        np.testing.assert_allclose(single, values, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(getattr(shuffled, item.name), values[order], rtol=1e-9, atol=1e-12)
