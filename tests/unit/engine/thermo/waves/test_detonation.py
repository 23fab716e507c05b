"""What holds for every detonation: the balances, flow at the speed of sound behind it, the slowest of all waves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine.thermo.equilibrium import solve_equilibrium
from engine.thermo.nasa_polynomials import Array
from engine.thermo.status import Status
from engine.thermo.waves.detonation import Detonations, solve_detonation
from engine.thermo.waves.gas import FrozenGas
from engine.thermo.waves.shock import solve_shock
from tests.unit.engine.thermo.waves.gases import BURNING, imbalances, mixed, products_of

seeds = st.integers(0, 2**32 - 1)
mixtures = st.sampled_from(BURNING)


def detonate(gas: FrozenGas, temperature: Array, pressure: Array) -> Detonations:
    return solve_detonation(products_of(gas), gas, temperature, pressure)


def at_random(names: tuple[str, ...], seed: int, cases: int = 10) -> tuple[FrozenGas, Array, Array]:
    random = np.random.default_rng(seed)
    ratio = np.exp(random.uniform(np.log(0.05), np.log(10.0), cases))
    gas = mixed(names, np.stack([ratio, np.ones(cases)], axis=1))
    return gas, random.uniform(170.0, 900.0, cases), np.exp(random.uniform(np.log(1e2), np.log(1e7), cases))


@settings(deadline=None, max_examples=8)
@given(mixtures, seeds)
def test_mass_momentum_and_energy_are_kept_and_entropy_rises(names: tuple[str, ...], seed: int) -> None:
    wave = detonate(*at_random(names, seed))
    good = wave.status == Status.CONVERGED
    assert good.any()
    assert np.isin(wave.status, (Status.CONVERGED, Status.NO_DETONATION)).all()
    balances = imbalances(wave.initial, wave.burned, wave.initial.velocity, wave.burned.velocity)
    assert np.abs(balances[:, good]).max() < 1e-12
    assert (wave.burned.entropy[good] > wave.initial.entropy[good]).all()
    assert (wave.initial.mach[good] > 1.0).all()


@settings(deadline=None, max_examples=8)
@given(st.sampled_from([("H2", "O2"), ("H2", "Air"), ("C2N2", "O2")]), seeds)
def test_the_burned_gas_flows_off_at_its_speed_of_sound(names: tuple[str, ...], seed: int) -> None:
    gas, temperature, pressure = at_random(names, seed)
    wave = detonate(gas, temperature, pressure)
    soot = wave.burned.mole_fractions[:, products_of(gas).is_condensed].sum(axis=1)
    smooth = (wave.status == Status.CONVERGED) & (soot == 0.0)
    assert smooth.any()
    np.testing.assert_allclose(wave.burned.mach[smooth], 1.0, rtol=1e-9)


@settings(deadline=None, max_examples=5)
@given(mixtures, seeds)
def test_the_burned_gas_is_in_equilibrium(names: tuple[str, ...], seed: int) -> None:
    gas, temperature, pressure = at_random(names, seed)
    wave = detonate(gas, temperature, pressure)
    good = wave.status == Status.CONVERGED
    burned = wave.burned
    state = solve_equilibrium(
        "HP",
        products_of(gas),
        gas.element_moles[good],
        pressure=burned.pressure[good],
        enthalpy=burned.enthalpy[good],
    )
    np.testing.assert_allclose(state.temperature, burned.temperature[good], rtol=1e-8)
    np.testing.assert_allclose(state.density, burned.density[good], rtol=1e-8)
    np.testing.assert_allclose(state.mole_fractions, burned.mole_fractions[good], atol=1e-7)


@settings(deadline=None, max_examples=5)
@given(mixtures, seeds)
def test_it_is_the_slowest_wave(names: tuple[str, ...], seed: int) -> None:
    """A shock a little faster than the detonation runs on in the burning gas, a slower one cannot."""
    gas, temperature, pressure = at_random(names, seed)
    wave = detonate(gas, temperature, pressure)
    good = np.flatnonzero((wave.status == Status.CONVERGED) & (wave.initial.mach > 1.5))
    given_gas = gas.take(good), temperature[good], pressure[good]
    velocity = wave.initial.velocity[good]
    faster = solve_shock(products_of(gas), *given_gas, velocity * 1.003, reflected=None)
    assert not faster.status.any()
    assert (faster.incident.pressure > wave.burned.pressure[good]).all()
    slower = solve_shock(products_of(gas), *given_gas, velocity * 0.997, reflected=None)
    assert (slower.status == Status.NO_SHOCK).all()


def test_where_a_phase_begins_the_speed_of_sound_jumps_across_that_of_the_flow() -> None:
    """Silane burnt so rich that its silicon melts: neither all solid nor all liquid leaves at its speed of sound."""
    gas = mixed(("SiH4", "O2"), [[12.3, 1.0]])
    temperature, pressure = np.array([931.0]), np.array([8e3])
    wave = detonate(gas, temperature, pressure)
    assert not wave.status.any()
    assert wave.burned.temperature[0] == pytest.approx(1690.0, abs=1e-3)
    assert 1.0 < wave.burned.mach[0] < 1.1
    balances = imbalances(wave.initial, wave.burned, wave.initial.velocity, wave.burned.velocity)
    assert np.abs(balances).max() < 1e-12


def test_rich_acetylene_leaves_soot() -> None:
    gas = mixed(("C2H2,acetylene", "O2"), [[3.0, 1.0]])
    wave = detonate(gas, np.array([298.15]), np.array([1e5]))
    soot = wave.burned.species.names.index("C(gr)")
    assert wave.burned.mole_fractions[0, soot] > 0.3
    assert wave.burned.mach[0] == pytest.approx(1.0, abs=1e-9)


def test_what_does_not_burn_does_not_detonate() -> None:
    everything = np.full(3, 300.0), np.full(3, 1e5)
    for names in (("N2", "Ar"), ("CO2", "He"), ("H2", "He")):
        wave = detonate(mixed(names, [[1.0, 1.0], [0.0, 1.0], [1.0, 0.0]]), *everything)
        assert (wave.status == Status.NO_DETONATION).all()
        assert np.isnan(wave.burned.temperature).all()
        assert np.isnan(wave.initial.velocity).all()


def test_bad_cases_have_a_status_and_leave_the_others_alone() -> None:
    nan, inf = np.nan, np.inf
    fractions = [[2.0, 1.0]] * 9 + [[-1.0, 1.0], [nan, 1.0]]
    temperature = np.array([300.0, nan, -5.0, 0.0, 1e5, inf, 300.0, 300.0, 300.0, 300.0, 300.0])
    pressure = np.array([1e5, 1e5, 1e5, 1e5, 1e5, 1e5, nan, 0.0, -1e5, 1e5, 1e5])
    wave = detonate(mixed(("H2", "O2"), fractions), temperature, pressure)
    alone = detonate(mixed(("H2", "O2"), fractions[:1]), temperature[:1], pressure[:1])
    assert wave.status[0] == Status.CONVERGED
    assert (wave.status[1:] == Status.INVALID_INPUT).all()
    assert wave.initial.velocity[0] == pytest.approx(alone.initial.velocity[0], rel=1e-12)
    assert np.isnan(wave.burned.pressure[1:]).all()


def test_the_order_of_the_gases_does_not_matter() -> None:
    conditions = np.array([298.15]), np.array([1e5])
    first = detonate(mixed(("H2", "O2", "N2"), [[0.3, 0.2, 0.5]]), *conditions)
    second = detonate(mixed(("N2", "H2", "O2"), [[0.5, 0.3, 0.2]]), *conditions)
    assert first.initial.velocity[0] == pytest.approx(second.initial.velocity[0], rel=1e-12)


def test_arrays_broadcast_and_liquids_stand_for_their_vapour() -> None:
    given_ones = {"mixture_ratio": [[4.0], [8.0]], "temperature": 298.15, "pressure": [1e4, 1e5, 1e6]}
    wave = engine.detonation(fuel="LH2", oxidizer="LOX", **given_ones)
    assert wave.velocity.shape == wave.status.shape == (2, 3)
    assert wave.burned.mole_fractions.shape == (2, 3, len(wave.burned.species))
    assert wave.initial.species == ("O2", "H2")
    same = engine.detonation(fuel="H2", oxidizer="O2", **given_ones)
    np.testing.assert_array_equal(wave.velocity, same.velocity)
    np.testing.assert_allclose(wave.velocity, wave.mach * wave.initial.sound_speed, rtol=1e-12)
    assert (wave.pressure_ratio > 10.0).all()
    assert (np.diff(wave.velocity, axis=1) > 0.0).all()


def test_what_is_no_gas_is_refused_by_field_and_name() -> None:
    conditions = {"temperature": 300.0, "pressure": 1e5}
    with pytest.raises(engine.SpecError, match=r"RP-1.*not a gas.*'Air'") as caught:
        engine.detonation(fuel="RP-1", oxidizer="O2", mixture_ratio=3.0, **conditions)
    assert caught.value.code == "not_a_gas"
    assert [problem.field for problem in caught.value.problems] == ["fuel"]
    solid = [{"name": "O2", "mole_fraction": 0.9}, {"name": "AL(cr)", "mole_fraction": 0.1}]
    with pytest.raises(engine.SpecError) as caught:
        engine.detonation(reactants=solid, **conditions)
    assert [problem.field for problem in caught.value.problems] == ["reactants.1"]


def test_a_gas_given_twice_is_one_gas() -> None:
    conditions = {"temperature": 298.15, "pressure": 1e5}
    twice = engine.detonation(
        reactants=[
            {"name": "H2", "mole_fraction": 0.5},
            {"name": "O2", "mole_fraction": 1.0},
            {"name": "LH2", "mole_fraction": 1.5},
        ],
        **conditions,
    )
    once = engine.detonation(fuel="H2", oxidizer="O2", equivalence_ratio=1.0, **conditions)
    assert twice.initial.species == ("H2", "O2")
    assert twice.velocity == pytest.approx(once.velocity, rel=1e-12)
    assert twice.initial.entropy == pytest.approx(once.initial.entropy, rel=1e-12)


def test_a_gas_before_a_wave_has_one_temperature() -> None:
    with pytest.raises(engine.SpecError, match="one temperature") as caught:
        engine.detonation(
            fuel="H2",
            oxidizer="O2",
            mixture_ratio=8.0,
            fuel_temperature=300.0,
            temperature=300.0,
            pressure=1e5,
        )
    assert caught.value.problems[0].field == "fuel_temperature"
    with pytest.raises(engine.SpecError) as caught:
        engine.detonation(
            reactants=[
                {"name": "H2", "mole_fraction": 2.0},
                {"name": "O2", "mole_fraction": 1.0, "temperature": 350.0},
            ],
            temperature=300.0,
            pressure=1e5,
        )
    assert caught.value.problems[0].field == "reactants.1.temperature"
