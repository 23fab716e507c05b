"""What holds in every ideal nozzle: energy, entropy, mass flow, a throat that chokes."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.thermo.constants import STANDARD_GRAVITY
from engine.thermo.equilibrium import solve_equilibrium
from engine.thermo.nasa_polynomials import Array
from engine.thermo.performance import FLOW_MODELS, FlowModel, rocket_stations
from engine.thermo.properties import Properties
from engine.thermo.rocket_results import RocketStations
from engine.thermo.status import Status
from engine.thermo.sweeps.known import KNOWN
from tests.unit.engine.thermo.mixtures import mixture

CHAMBER, THROAT = 0, 1
PAIRS = {("LH2", "LOX"): (2.5, 12.0), ("RP-1", "LOX"): (1.6, 6.0), ("MMH", "N2O4"): (0.8, 5.0)}
models = st.sampled_from(FLOW_MODELS)
seeds = st.integers(0, 2**32 - 1)


def solve(
    pair: tuple[str, str],
    mixture_ratio: Array | list[float],
    chamber_pressure: Array | float,
    *,
    areas: tuple[float, ...] = (),
    ratios: tuple[float, ...] = (),
    flow_model: FlowModel = "equilibrium",
) -> RocketStations:
    products, mixed = mixture(pair, mixture_ratio)
    cases = len(mixed.enthalpy)
    return rocket_stations(
        products,
        mixed.element_moles,
        mixed.enthalpy,
        np.broadcast_to(np.asarray(chamber_pressure, dtype=np.float64), (cases,)).copy(),
        area_ratio=np.tile(areas, (cases, 1)) if areas else None,
        pressure_ratio=np.tile(ratios, (cases, 1)) if ratios else None,
        flow_model=flow_model,
    )


def random_motors(pair: tuple[str, str], seed: int, cases: int = 8) -> tuple[Array, Array]:
    """Mixture ratios and chamber pressures."""
    random = np.random.default_rng(seed)
    low, high = PAIRS[pair]
    return random.uniform(low, high, cases), np.exp(random.uniform(np.log(3e5), np.log(3e7), cases))


@settings(deadline=None, max_examples=20)
@given(st.sampled_from(list(PAIRS)), seeds, models)
def test_energy_entropy_and_mass_flow_are_the_same_at_all_stations(
    pair: tuple[str, str], seed: int, flow_model: FlowModel
) -> None:
    motors = random_motors(pair, seed)
    flow = solve(pair, *motors, areas=(1.5, 10.0, 60.0), ratios=(3.0, 200.0), flow_model=flow_model)
    assert not flow.status.any()
    chamber = flow.enthalpy[:, :1]
    energy = flow.enthalpy + 0.5 * flow.velocity**2
    np.testing.assert_allclose(energy - chamber, 0.0, atol=1e-7 * np.abs(flow.velocity**2).max())
    np.testing.assert_allclose(flow.entropy, np.tile(flow.entropy[:, :1], 7), rtol=1e-9)
    mass_flow = (flow.density * flow.velocity * flow.area_ratio)[:, THROAT:]
    np.testing.assert_allclose(mass_flow, np.tile(mass_flow[:, :1], 6), rtol=1e-9)
    np.testing.assert_allclose(flow.c_star, flow.pressure[:, 0] / mass_flow[:, 0], rtol=1e-9)


@settings(deadline=None, max_examples=10)
@given(st.sampled_from(list(PAIRS)), seeds, models)
def test_the_throat_is_sonic_by_its_energy(pair: tuple[str, str], seed: int, flow_model: FlowModel) -> None:
    flow = solve(pair, *random_motors(pair, seed), areas=(2.0,), flow_model=flow_model)
    fall = flow.enthalpy[:, CHAMBER] - flow.enthalpy[:, THROAT]
    np.testing.assert_allclose(np.sqrt(2.0 * fall) / flow.sound_speed[:, THROAT], 1.0, rtol=1e-8)
    assert (flow.mach[:, THROAT] == 1.0).all()
    assert (flow.mach[:, CHAMBER] == 0.0).all()
    assert (flow.area_ratio[:, THROAT] == 1.0).all()


@pytest.mark.parametrize("flow_model", ["equilibrium", "frozen"])
def test_no_pressure_passes_more_mass_than_that_of_the_throat(flow_model: FlowModel) -> None:
    throat = solve(("RP-1", "LOX"), [2.6], 7e6, areas=(2.0,), flow_model=flow_model)
    choking = throat.pressure[0, CHAMBER] / throat.pressure[0, THROAT]
    around = tuple(choking * (1.0 + np.array([-0.05, -0.01, -0.001, 0.001, 0.01, 0.05])))
    flow = solve(("RP-1", "LOX"), [2.6], 7e6, ratios=around, flow_model=flow_model)
    flux = (flow.density * flow.velocity)[0, 1:]
    assert (flux[0] > flux[1:]).all()
    assert (np.diff(flux[1:4]) > 0).all()
    assert (np.diff(flux[4:]) < 0).all()
    assert (flow.area_ratio[0, 2:] > 1.0).all()


def test_the_asked_areas_and_pressures_are_met_in_their_order() -> None:
    areas, ratios = (40.0, 3.0, 1.01, 200.0), (500.0, 2.0, 10.0)
    flow = solve(("LH2", "LOX"), [4.0, 6.0], np.array([2e6, 1e7]), areas=areas, ratios=ratios)
    assert flow.temperature.shape == (2, 9)
    np.testing.assert_allclose(flow.pressure[:, :1] / flow.pressure[:, 2:5], [ratios, ratios], rtol=1e-9)
    np.testing.assert_allclose(flow.area_ratio[:, 5:], [areas, areas], rtol=1e-8)
    assert (flow.mach[:, 5:] > 1.0).all()


def test_an_area_and_its_pressure_lead_to_the_same_station() -> None:
    by_area = solve(("MMH", "N2O4"), [2.0], 1.1e6, areas=(84.0,))
    per_case = ("status", "c_star", "stagnation_pressure")
    by_pressure = solve(
        ("MMH", "N2O4"), [2.0], 1.1e6, ratios=(float(by_area.pressure[0, 0] / by_area.pressure[0, 2]),)
    )
    for item in fields(RocketStations):
        if item.name not in per_case:
            values = getattr(by_area, item.name)[0, 2], getattr(by_pressure, item.name)[0, 2]
            np.testing.assert_allclose(*values, rtol=1e-7, atol=1e-12)


def test_the_stations_are_equilibria_of_their_pressure_and_entropy() -> None:
    products, mixed = mixture(("RP-1", "LOX"), [0.7, 2.6])
    flow = solve(("RP-1", "LOX"), [0.7, 2.6], 7e6, areas=(20.0,))
    for station in range(3):
        state = solve_equilibrium(
            "SP",
            products,
            mixed.element_moles,
            pressure=flow.pressure[:, station],
            entropy=flow.entropy[:, station],
        )
        for item in fields(Properties):
            values = getattr(flow, item.name)[:, station], getattr(state, item.name)
            np.testing.assert_allclose(*values, rtol=1e-7)
        np.testing.assert_allclose(flow.mole_fractions[:, station], state.mole_fractions, atol=1e-8)


@settings(deadline=None, max_examples=10)
@given(st.sampled_from(list(PAIRS)), seeds)
def test_the_longer_the_gas_reacts_the_more_it_gives(pair: tuple[str, str], seed: int) -> None:
    motors = random_motors(pair, seed)
    frozen, half, whole = (
        solve(pair, *motors, areas=(30.0,), flow_model=model).specific_impulse_vacuum[:, 2]
        for model in ("frozen", "frozen_at_throat", "equilibrium")
    )
    assert (frozen < half).all()
    assert (half < whole).all()


def test_a_frozen_composition_stays_what_it_was() -> None:
    frozen = solve(("LH2", "LOX"), [6.0], 7e6, areas=(2.0, 50.0), flow_model="frozen")
    at_throat = solve(("LH2", "LOX"), [6.0], 7e6, areas=(2.0, 50.0), flow_model="frozen_at_throat")
    whole = solve(("LH2", "LOX"), [6.0], 7e6, areas=(2.0, 50.0))
    np.testing.assert_array_equal(frozen.mole_fractions[0], np.tile(frozen.mole_fractions[0, 0], (4, 1)))
    np.testing.assert_array_equal(
        at_throat.mole_fractions[0, 1:], np.tile(at_throat.mole_fractions[0, 1], (3, 1))
    )
    np.testing.assert_allclose(at_throat.mole_fractions[0, :2], whole.mole_fractions[0, :2], rtol=1e-9)
    assert np.abs(whole.mole_fractions[0, 3] - whole.mole_fractions[0, 0]).max() > 0.01
    np.testing.assert_allclose(frozen.gamma, frozen.gamma_frozen, rtol=1e-12)


def test_frozen_soot_is_carried_along() -> None:
    flow = solve(("RP-1", "LOX"), [0.7], 5e6, areas=(5.0, 30.0), flow_model="frozen")
    products, _ = mixture(("RP-1", "LOX"), [0.7])
    soot = flow.mole_fractions[0, :, products.names.index("C(gr)")]
    assert soot[0] > 0.05
    assert (soot == soot[0]).all()
    np.testing.assert_allclose(flow.entropy[0], flow.entropy[0, 0], rtol=1e-9)


def test_impulse_and_coefficient_follow_from_velocity_and_pressure() -> None:
    flow = solve(("LH2", "LOX"), [6.0], 7e6, areas=(40.0,))
    velocity, pressure = flow.velocity[0, 2], flow.pressure[0, 2]
    assert flow.specific_impulse[0, 2] == pytest.approx(velocity / STANDARD_GRAVITY)
    assert flow.thrust_coefficient[0, 2] == pytest.approx(velocity / flow.c_star[0])
    vacuum = velocity + pressure * 40.0 * flow.c_star[0] / 7e6
    assert flow.specific_impulse_vacuum[0, 2] == pytest.approx(vacuum / STANDARD_GRAVITY, rel=1e-7)
    for name in ("area_ratio", "thrust_coefficient", "specific_impulse", "specific_impulse_vacuum"):
        assert np.isnan(getattr(flow, name)[0, CHAMBER])


@pytest.mark.parametrize("flow_model", FLOW_MODELS)
def test_motors_solved_together_are_those_solved_alone(flow_model: FlowModel) -> None:
    ratios, pressures = np.array([1.0, 2.6, 5.0, 20.0]), np.array([5e5, 7e6, 2e7, 1e6])
    together = solve(("RP-1", "LOX"), ratios, pressures, areas=(10.0,), flow_model=flow_model)
    for place in range(4):
        KNOWN.forget()
        alone = solve(
            ("RP-1", "LOX"), ratios[[place]], pressures[[place]], areas=(10.0,), flow_model=flow_model
        )
        for item in fields(RocketStations):
            values = getattr(alone, item.name)[0], getattr(together, item.name)[place]
            np.testing.assert_allclose(*values, rtol=1e-9, atol=1e-12, err_msg=item.name)


@pytest.mark.parametrize("area", [1.0, 0.5, 0.0, -3.0, np.nan, np.inf])
@pytest.mark.parametrize("name", ["area_ratio", "pressure_ratio"])
def test_a_ratio_that_is_no_expansion_has_no_meaning_and_harms_no_neighbour(name: str, area: float) -> None:
    products, mixed = mixture(("LH2", "LOX"), [6.0, 6.0])
    asked = np.array([[10.0, 20.0], [10.0, area]])
    flow = rocket_stations(products, mixed.element_moles, mixed.enthalpy, np.full(2, 7e6), **{name: asked})
    assert flow.status.tolist() == [Status.CONVERGED, Status.INVALID_INPUT]
    assert flow.station_status[1].tolist() == [0, 0, 0, Status.INVALID_INPUT]
    assert np.isnan(flow.temperature[1]).tolist() == [False, False, False, True]
    good = rocket_stations(
        products, mixed.element_moles[:1], mixed.enthalpy[:1], np.full(1, 7e6), **{name: asked[:1]}
    )
    np.testing.assert_allclose(flow.temperature[0], good.temperature[0], rtol=1e-12)
    np.testing.assert_allclose(flow.temperature[1, :3], good.temperature[0, :3], rtol=1e-12)
    assert flow.c_star[1] == pytest.approx(good.c_star[0], rel=1e-12)


@pytest.mark.parametrize("flow_model", FLOW_MODELS)
def test_gas_that_grows_colder_than_the_data_has_a_status_and_no_numbers_there(flow_model: FlowModel) -> None:
    flow = solve(("LH2", "LOX"), [0.7, 6.0], 7e6, areas=(300.0,), flow_model=flow_model)
    assert flow.status[0] in (Status.TEMPERATURE_TOO_LOW, Status.NOT_CONVERGED)
    assert flow.status[1] == Status.CONVERGED
    assert flow.station_status[0].tolist() == [0, 0, flow.status[0]]
    assert np.isnan(flow.specific_impulse_vacuum[0, 2])
    assert flow.specific_impulse_vacuum[0, THROAT] > 200.0


def test_an_unknown_flow_model_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(ValueError, match="equilibrium, frozen, frozen_at_throat"):
        solve(("LH2", "LOX"), [6.0], 7e6, areas=(2.0,), flow_model="shifting")  # type: ignore[arg-type]


def test_without_exits_there_are_chamber_and_throat() -> None:
    flow = solve(("LH2", "LOX"), [6.0], 7e6)
    assert flow.temperature.shape == (1, 2)
    assert flow.c_star[0] == pytest.approx(2304.6, abs=0.5)
