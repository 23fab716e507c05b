"""Mixtures in a given volume: the same states as at the pressure that they have there, by every way."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.thermo.equilibrium import EquilibriumState, Problem, solve_equilibrium
from engine.thermo.nasa_polynomials import Array
from engine.thermo.status import Status
from tests.unit.engine.thermo.mixtures import RANGES, Batch, mixture, moles

seeds = st.integers(0, 2**32 - 1)
pairs = st.sampled_from(list(RANGES))


def closed(batch: Batch, problem: Problem, given_value: Array, density: Array) -> EquilibriumState:
    condition = {"TV": "temperature", "UV": "internal_energy", "SV": "entropy"}[problem]
    return solve_equilibrium(
        problem, batch.products, batch.elements, density=density, **{condition: given_value}
    )


def internal_energy(state: EquilibriumState) -> Array:
    return np.asarray(state.enthalpy - state.pressure / state.density)


@settings(deadline=None, max_examples=15)
@given(pairs, seeds)
def test_at_the_density_of_a_state_its_temperature_energy_and_entropy_lead_back_to_it(
    pair: tuple[str, str], seed: int
) -> None:
    batch = Batch(pair, seed, cases=8, coldest=300.0)
    at_pressure = batch.settled()
    assert not at_pressure.status.any()
    for problem, value in (
        ("TV", at_pressure.temperature),
        ("UV", internal_energy(at_pressure)),
        ("SV", at_pressure.entropy),
    ):
        state = closed(batch, problem, value, at_pressure.density)  # type: ignore[arg-type]
        assert not state.status.any()
        np.testing.assert_allclose(state.temperature, at_pressure.temperature, rtol=1e-8)
        np.testing.assert_allclose(state.pressure, at_pressure.pressure, rtol=1e-8)
        np.testing.assert_allclose(state.density, at_pressure.density, rtol=1e-12)
        np.testing.assert_allclose(state.mole_fractions, at_pressure.mole_fractions, rtol=0, atol=1e-8)
        atoms = moles(batch.products, state) @ batch.products.formula_matrix
        np.testing.assert_allclose(atoms, batch.elements, rtol=1e-9)


@settings(deadline=None, max_examples=10)
@given(pairs, seeds)
def test_at_constant_volume_heat_raises_temperature_pressure_and_entropy(
    pair: tuple[str, str], seed: int
) -> None:
    batch = Batch(pair, seed, cases=6, coldest=500.0)
    density = batch.settled().density
    cold = closed(batch, "TV", batch.temperature, density)
    energy = internal_energy(cold)
    step = 1e-4 * np.abs(cold.heat_capacity_frozen * cold.temperature)
    warm = closed(batch, "UV", energy + step, density)
    assert (warm.temperature > cold.temperature).all()
    assert (warm.pressure > cold.pressure).all()
    # T ds = du
    middle = 0.5 * (warm.temperature + cold.temperature)
    np.testing.assert_allclose((warm.entropy - cold.entropy) * middle, step, rtol=1e-4)


def test_water_in_a_closed_vessel_boils_until_the_vessel_is_full_of_steam() -> None:
    """Alone with its steam the temperature fixes the pressure, whatever the volume."""
    products, mixed = mixture(("LH2", "LOX"), [7.93668])
    density = np.array([0.05, 0.2, 1.0, 20.0, 900.0])
    elements = np.repeat(mixed.element_moles, len(density), axis=0)
    temperature = np.full(len(density), 350.0)
    state = solve_equilibrium("TV", products, elements, density=density, temperature=temperature)
    assert not state.status.any()
    # 41.68 kPa at 350 K (IAPWS-95), of which an ideal gas keeps to 1 %
    np.testing.assert_allclose(state.pressure[2:], 41682.0, rtol=0.015)
    assert state.pressure[0] < 0.9 * state.pressure[2]
    liquid = state.mole_fractions[:, products.names.index("H2O(L)")]
    assert liquid[0] == 0.0
    assert (np.diff(liquid[1:]) > 0.0).all()


def test_bad_rows_leave_the_others_alone() -> None:
    batch = Batch(("LH2", "LOX"), 3, cases=6)
    density = batch.settled().density
    spoilt, temperature = density.copy(), batch.temperature.copy()
    spoilt[0], spoilt[1], spoilt[2], temperature[3] = np.nan, 0.0, -1.0, -300.0
    state = closed(batch, "TV", temperature, spoilt)
    assert (state.status[:4] == Status.INVALID_INPUT).all()
    assert not state.status[4:].any()
    np.testing.assert_array_equal(
        state.pressure[4:], closed(batch, "TV", batch.temperature, density).pressure[4:]
    )


@pytest.mark.parametrize(("problem", "name"), [("TV", "density"), ("TP", "pressure")])
def test_the_volume_or_the_pressure_has_to_be_given(problem: Problem, name: str) -> None:
    batch = Batch(("LH2", "LOX"), 1, cases=1)
    with pytest.raises(ValueError, match=f"needs `{name}`"):
        solve_equilibrium(problem, batch.products, batch.elements, temperature=batch.temperature)
