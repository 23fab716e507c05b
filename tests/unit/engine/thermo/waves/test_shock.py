"""What holds for every shock: the balances, rising entropy, gas at rest at the wall; and which shocks there are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine.thermo.nasa_polynomials import Array
from engine.thermo.status import Status
from engine.thermo.waves.shock import SHOCK_MODELS, ShockModel, Shocks, solve_shock
from tests.unit.engine.thermo.waves.gases import BURNING, INERT, imbalances, mixed, products_of

seeds = st.integers(0, 2**32 - 1)
models = st.sampled_from(SHOCK_MODELS)


def shocks(
    names: tuple[str, ...],
    fractions: Array | list[list[float]],
    mach: Array,
    incident: ShockModel = "equilibrium",
    reflected: ShockModel | None = "equilibrium",
    temperature: float | Array = 300.0,
    pressure: float | Array = 1e4,
) -> Shocks:
    gas = mixed(names, fractions)
    heat, at_pressure = np.broadcast_to(temperature, mach.shape), np.broadcast_to(pressure, mach.shape)
    with np.errstate(invalid="ignore", divide="ignore"):
        velocity = mach * gas.properties(heat, at_pressure).sound_speed
    return solve_shock(
        products_of(gas), gas, heat, at_pressure, velocity, incident=incident, reflected=reflected
    )


def at_random(
    names: tuple[str, ...], seed: int, low: float, high: float, **given_models: ShockModel
) -> Shocks:
    random = np.random.default_rng(seed)
    cases = 10
    fractions = random.uniform(0.1, 1.0, (cases, len(names)))
    temperature = random.uniform(250.0, 900.0, cases)
    pressure = np.exp(random.uniform(np.log(1e2), np.log(1e6), cases))
    mach = np.exp(random.uniform(np.log(low), np.log(high), cases))
    return shocks(names, fractions, mach, temperature=temperature, pressure=pressure, **given_models)


def assert_balanced(shock: Shocks) -> None:
    first, second, fifth = shock.initial, shock.incident, shock.reflected
    assert fifth is not None
    found = np.isfinite(second.temperature)
    before = imbalances(first, second, first.velocity, second.velocity)
    assert np.abs(before[:, found]).max(initial=0.0) < 1e-9
    found = shock.status == Status.CONVERGED
    towards_wall = first.velocity - second.velocity
    after = imbalances(second, fifth, fifth.velocity + towards_wall, fifth.velocity)
    assert np.abs(after[:, found]).max(initial=0.0) < 1e-9
    assert (second.entropy[found] > first.entropy[found]).all()
    assert (fifth.entropy[found] > second.entropy[found]).all()
    assert (second.mach[found] <= 1.0).all()
    assert (fifth.mach[found] <= 1.0).all()


@settings(deadline=None, max_examples=8)
@given(st.sampled_from(INERT), models, models, seeds)
def test_balances_hold_and_entropy_rises(
    names: tuple[str, ...], incident: ShockModel, reflected: ShockModel, seed: int
) -> None:
    shock = at_random(names, seed, 1.01, 5.0, incident=incident, reflected=reflected)
    assert not shock.status.any()
    assert_balanced(shock)


@settings(deadline=None, max_examples=8)
@given(st.sampled_from(BURNING), models, seeds)
def test_they_do_so_in_gases_that_burn(names: tuple[str, ...], incident: ShockModel, seed: int) -> None:
    shock = at_random(names, seed, 1.5, 9.0, incident=incident)
    expected = (Status.CONVERGED, Status.NO_SHOCK, Status.TEMPERATURE_TOO_HIGH)
    assert np.isin(shock.status, expected).all()
    assert_balanced(shock)


@settings(deadline=None, max_examples=5)
@given(st.sampled_from(INERT), models, models, seeds)
def test_everything_grows_with_the_mach_number(
    names: tuple[str, ...], incident: ShockModel, reflected: ShockModel, seed: int
) -> None:
    fractions = np.repeat(np.random.default_rng(seed).uniform(0.1, 1.0, (1, len(names))), 25, axis=0)
    shock = shocks(names, fractions, np.linspace(1.05, 7.0, 25), incident, reflected)
    assert not shock.status.any()
    assert shock.reflected is not None
    for state in (shock.incident, shock.reflected):
        for quantity in (state.temperature, state.pressure, state.density, state.entropy):
            assert (np.diff(quantity) > 0.0).all()


def test_a_monatomic_gas_obeys_the_perfect_gas_in_closed_form() -> None:
    """NACA Report 1135, eqs. 93 and 94, and two such shocks that bring the gas to rest, with gamma 5/3."""
    mach = np.array([1.2, 2.0, 3.0, 5.0])
    shock = shocks(("Ar",), [[1.0]] * 4, mach, "frozen", "frozen")
    first, second = shock.initial, shock.incident
    np.testing.assert_allclose(second.pressure / first.pressure, (5.0 * mach**2 - 1.0) / 4.0, rtol=2e-8)
    np.testing.assert_allclose(second.density / first.density, 4.0 * mach**2 / (mach**2 + 3.0), rtol=2e-8)
    assert shock.reflected is not None
    ratio = second.pressure / first.pressure
    reflected = (6.0 * ratio - 1.0) / (ratio + 4.0)
    np.testing.assert_allclose(shock.reflected.pressure / second.pressure, reflected, rtol=2e-8)


def test_a_weak_shock_is_a_sound_wave() -> None:
    shock = shocks(("Ar",), [[1.0]], np.array([1.0 + 1e-4]), "frozen", "frozen")
    assert not shock.status.any()
    assert shock.incident.mach[0] == pytest.approx(1.0 - 1e-4, abs=1e-7)
    gained = shock.incident.pressure[0] / shock.initial.pressure[0] - 1.0
    gamma = shock.initial.gamma[0]
    assert gained == pytest.approx(4.0 * gamma / (gamma + 1.0) * 1e-4, rel=1e-4)


def test_reactions_take_up_heat() -> None:
    mach = np.full(2, 8.0)
    equilibrium = shocks(("Air",), [[1.0]] * 2, mach)
    frozen = shocks(("Air",), [[1.0]] * 2, mach, "frozen", "frozen")
    assert (equilibrium.incident.temperature < frozen.incident.temperature).all()
    assert (equilibrium.incident.density > frozen.incident.density).all()


def test_below_the_speed_of_sound_there_is_no_shock() -> None:
    shock = shocks(("Air",), [[1.0]] * 3, np.array([0.5, 1.0, 1.1]))
    np.testing.assert_array_equal(shock.status, [Status.NO_SHOCK, Status.NO_SHOCK, Status.CONVERGED])


def test_a_shock_hotter_than_any_data_says_so() -> None:
    shock = shocks(("Ar",), [[1.0]] * 3, np.array([8.0, 18.0, 40.0]), reflected=None)
    too_hot = Status.TEMPERATURE_TOO_HIGH
    np.testing.assert_array_equal(shock.status, [Status.CONVERGED, too_hot, too_hot])


def test_a_reflection_that_would_have_to_detonate_leaves_the_incident_shock_its_numbers() -> None:
    shock = shocks(("H2", "O2"), [[2.0, 1.0]], np.array([1.5]), "frozen", "equilibrium")
    assert shock.status[0] == Status.NO_SHOCK
    assert np.isfinite(shock.incident.temperature[0])
    assert shock.reflected is not None
    assert np.isnan(shock.reflected.temperature[0])


def test_bad_cases_have_a_status_and_leave_the_others_alone() -> None:
    nan = np.nan
    mach = np.array([3.0, nan, -3.0, np.inf, 3.0, 3.0])
    shock = shocks(
        ("N2", "O2"),
        [[0.79, 0.21]] * 6,
        mach,
        temperature=np.array([300.0, 300.0, 300.0, 300.0, -1.0, 300.0]),
        pressure=np.array([1e5, 1e5, 1e5, 1e5, 1e5, 0.0]),
    )
    alone = shocks(("N2", "O2"), [[0.79, 0.21]], mach[:1], pressure=1e5)
    assert shock.status[0] == Status.CONVERGED
    assert (shock.status[1:] == Status.INVALID_INPUT).all()
    assert shock.incident.temperature[0] == pytest.approx(alone.incident.temperature[0], rel=1e-12)
    assert np.isnan(shock.initial.temperature[1:]).all()


def test_velocity_and_mach_are_two_ways_to_say_the_same() -> None:
    gas = {"fuel": "H2", "oxidizer": "Air", "mixture_ratio": 400.0, "temperature": 300.0, "pressure": 1e4}
    by_mach = engine.shock(**gas, mach=[[3.0], [5.0]], reflected=None)
    assert by_mach.reflected is None
    assert by_mach.incident.temperature.shape == (2, 1)
    by_velocity = engine.shock(**gas, velocity=by_mach.initial.velocity, reflected=None)
    np.testing.assert_allclose(by_velocity.incident.pressure, by_mach.incident.pressure, rtol=1e-12)
    np.testing.assert_allclose(by_mach.initial.mach, [[3.0], [5.0]], rtol=1e-12)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({}, "velocity"),
        ({"mach": 2.0, "velocity": 900.0}, "velocity"),
        ({"mach": 2.0, "incident": "shifting"}, "incident"),
        ({"mach": 2.0, "reflected": "none"}, "reflected"),
    ],
)
def test_wrong_arguments_are_named(wrong: dict[str, object], field: str) -> None:
    gas = {"fuel": "H2", "oxidizer": "O2", "mixture_ratio": 8.0, "temperature": 300.0, "pressure": 1e4}
    with pytest.raises(engine.SpecError) as caught:
        engine.shock(**gas, **wrong)
    assert [problem.field for problem in caught.value.problems] == [field]


def test_cases_solved_together_are_those_solved_alone_whatever_elements_they_have() -> None:
    fractions = [[0.1, 0.1, 0.8], [0.0, 0.0, 1.0], [1.0, 0.0, 1.0], [0.0, 1.0, 2.0]]
    mach = np.array([5.0, 3.0, 4.0, 6.0])
    together = shocks(("H2", "O2", "Ar"), fractions, mach)
    assert not together.status.any()
    assert together.reflected is not None
    for case, row in enumerate(fractions):
        alone = shocks(("H2", "O2", "Ar"), [row], mach[[case]])
        assert alone.reflected is not None
        for one, all_of_them in ((alone.incident, together.incident), (alone.reflected, together.reflected)):
            assert one.temperature[0] == pytest.approx(all_of_them.temperature[case], rel=1e-11)
            assert one.mole_fractions[0] == pytest.approx(all_of_them.mole_fractions[case], abs=1e-11)
