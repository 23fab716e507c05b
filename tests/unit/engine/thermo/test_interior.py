"""The way from any start: the same composition as Newton's iteration finds, and where no gas is left, that."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.thermo.equilibrium import solve_equilibrium
from engine.thermo.interior import interior_start
from engine.thermo.nasa_polynomials import Array
from engine.thermo.state import State, Targets
from engine.thermo.status import Status
from tests.unit.engine.thermo.mixtures import RANGES, Batch, mixture

seeds = st.integers(0, 2**32 - 1)
pairs = st.sampled_from(list(RANGES))


def fractions(state: State) -> Array:
    amounts = np.concatenate([np.exp(state.log_gas), state.condensed], axis=1)
    return np.asarray(amounts / amounts.sum(axis=1, keepdims=True))


def targets(elements: Array) -> Targets:
    nothing = np.zeros(len(elements))
    return Targets(elements, nothing, nothing, nothing)


@settings(deadline=None, max_examples=15)
@given(pairs, seeds)
def test_it_finds_what_newtons_iteration_finds(pair: tuple[str, str], seed: int) -> None:
    batch = Batch(pair, seed, cases=6, coldest=300.0)
    wanted = batch.settled()
    assert not wanted.status.any()
    state, active = interior_start(
        batch.products,
        targets(batch.elements),
        np.log(batch.temperature),
        np.log(batch.pressure / 1e5),
        is_isochoric=False,
    )
    np.testing.assert_allclose(fractions(state), wanted.mole_fractions, atol=2e-7)
    np.testing.assert_array_equal(active, wanted.mole_fractions[:, batch.products.is_condensed] > 0)


def test_where_all_condenses_it_says_so() -> None:
    products, mixed = mixture(("AL", "LOX"), [0.2, 0.5, 0.8, 0.888, 0.9, 1.5])
    for temperature, pressure in ((400.0, 1e2), (1500.0, 1e5), (2800.0, 1e8)):
        state = solve_equilibrium(
            "TP",
            products,
            mixed.element_moles,
            pressure=np.full(6, pressure),
            temperature=np.full(6, temperature),
        )
        assert (state.status[:4] == Status.NO_GAS).all()
        assert not state.status[4:].any()
        assert np.isnan(state.enthalpy[:4]).all()


@pytest.mark.parametrize("density", [1e-3, 1.0, 300.0])
def test_in_a_given_volume_a_trace_of_gas_is_always_left(density: float) -> None:
    products, mixed = mixture(("AL", "LOX"), [0.2, 0.5, 0.8, 1.5])
    state = solve_equilibrium(
        "TV",
        products,
        mixed.element_moles,
        density=np.full(4, density),
        temperature=np.full(4, 700.0),
    )
    assert not state.status.any()
    metal = state.mole_fractions[:, products.names.index("AL(cr)")]
    assert (metal[:3] > 0.0).all()
    # aluminium's vapour: Alcock, Itkin, Horrigan, Canadian Metallurgical Quarterly 23 (1984) 309
    vapour = 101325.0 * 10.0 ** (9.459 - 17342.0 / 700.0 - 0.7927 * np.log10(700.0))
    np.testing.assert_allclose(state.pressure[:3], vapour, rtol=0.05)
