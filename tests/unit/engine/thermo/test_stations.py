"""Any number of stations a motor, subsonic ones too, frozen from any of them, behind combustors of any width."""

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.thermo.nasa_polynomials import Array
from engine.thermo.performance import rocket_stations
from engine.thermo.properties import Properties
from engine.thermo.rocket_results import RocketStations
from engine.thermo.status import Status
from tests.unit.engine.thermo.mixtures import mixture

PAIRS = {("LH2", "LOX"): (2.5, 12.0), ("RP-1", "LOX"): (1.6, 6.0), ("MMH", "N2O4"): (0.8, 5.0)}
pairs = st.sampled_from(list(PAIRS))
seeds = st.integers(0, 2**32 - 1)
RATIOS, SUBSONIC, SUPERSONIC = (1.05, 1.4, 30.0), (1.02, 1.5, 8.0), (1.02, 3.0, 50.0)


def solve(
    pair: tuple[str, str],
    mixture_ratio: Array | list[float],
    pressure: Array | list[float],
    *,
    ratios: tuple[float, ...] = RATIOS,
    subsonic: tuple[float, ...] = SUBSONIC,
    areas: tuple[float, ...] = SUPERSONIC,
    **how: Any,
) -> RocketStations:
    products, mixed = mixture(pair, mixture_ratio)
    cases = len(mixed.enthalpy)
    return rocket_stations(
        products,
        mixed.element_moles,
        mixed.enthalpy,
        np.broadcast_to(np.asarray(pressure, dtype=np.float64), cases).copy(),
        pressure_ratio=np.tile(ratios, (cases, 1)),
        subsonic_area_ratio=np.tile(subsonic, (cases, 1)),
        area_ratio=np.tile(areas, (cases, 1)),
        **how,
    )


def motors(pair: tuple[str, str], seed: int, cases: int = 4) -> tuple[Array, Array, np.random.Generator]:
    """Mixture ratios, pressures, and what other numbers may be drawn from."""
    random = np.random.default_rng(seed)
    pressure = np.exp(random.uniform(np.log(3e5), np.log(3e7), cases))
    return random.uniform(*PAIRS[pair], cases), pressure, random


def conserved(flow: RocketStations, throat: int) -> None:
    """Energy everywhere, entropy and mass flow from the chamber on."""
    energy = flow.enthalpy + 0.5 * flow.velocity**2
    np.testing.assert_allclose(energy - energy[:, :1], 0.0, atol=1e-9 * np.abs(flow.velocity**2).max())
    entropy = flow.entropy[:, throat - 1 :]
    np.testing.assert_allclose(entropy, np.tile(entropy[:, :1], entropy.shape[1]), rtol=1e-9)
    mass_flow = (flow.density * flow.velocity * flow.area_ratio)[:, max(1, throat - 1) :]
    np.testing.assert_allclose(mass_flow, np.tile(mass_flow[:, :1], mass_flow.shape[1]), rtol=1e-9)


@settings(deadline=None, max_examples=8)
@given(pairs, seeds, st.integers(0, 11))
def test_energy_entropy_and_mass_flow_are_kept_wherever_the_gas_freezes(
    pair: tuple[str, str], seed: int, frozen_from: int
) -> None:
    ratio, pressure, _ = motors(pair, seed)
    how = {"frozen_from": frozen_from} if frozen_from not in (0, 3, 4, 6, 7, 8) else {}
    flow = solve(pair, ratio, pressure, **how)
    assert not flow.station_status.any()
    conserved(flow, 1)
    expected = [*SUBSONIC, *SUPERSONIC]
    np.testing.assert_allclose(flow.area_ratio[:, 5:], np.tile(expected, (len(ratio), 1)), rtol=1e-8)
    np.testing.assert_allclose(flow.pressure[:, 2:5], flow.pressure[:, :1] / np.array(RATIOS), rtol=1e-9)
    assert (flow.mach[:, [2, 3, 5, 6, 7]] < 1.0).all()
    assert (flow.mach[:, [4, 8, 9, 10]] > 1.0).all()


@settings(deadline=None, max_examples=8)
@given(pairs, seeds, st.sampled_from(["equilibrium", "frozen", "frozen_at_throat"]), st.booleans())
def test_a_combustor_keeps_energy_and_momentum_and_loses_total_pressure(
    pair: tuple[str, str], seed: int, flow_model: str, is_by_flux: bool
) -> None:
    ratio, pressure, random = motors(pair, seed)
    contraction = np.exp(random.uniform(np.log(1.05), np.log(30.0), len(ratio)))
    motor = {"ratios": (1.5, 30.0), "flow_model": flow_model}
    flow = solve(pair, ratio, pressure, **motor, contraction_ratio=contraction)  # type: ignore[arg-type]
    if is_by_flux:
        flux = (flow.density * flow.velocity)[:, 1]
        flow = solve(pair, ratio, pressure, **motor, mass_flux=flux)  # type: ignore[arg-type]
    assert not flow.station_status.any()
    conserved(flow, 2)
    np.testing.assert_allclose(flow.area_ratio[:, 1], contraction, rtol=1e-7)
    momentum = flow.pressure + flow.density * flow.velocity**2
    np.testing.assert_allclose(momentum[:, 1], pressure, rtol=1e-9)
    assert (flow.entropy[:, 1] > flow.entropy[:, 0]).all()
    assert (flow.stagnation_pressure < pressure).all()
    assert (flow.stagnation_pressure > flow.pressure[:, 1]).all()
    assert (flow.mach[:, 1] < 1.0).all()
    throat = (flow.density * flow.velocity)[:, 2]
    np.testing.assert_allclose(flow.c_star, flow.stagnation_pressure / throat, rtol=1e-12)


@settings(deadline=None, max_examples=3)
@given(pairs, seeds)
def test_a_wide_combustor_is_one_of_infinite_area(pair: tuple[str, str], seed: int) -> None:
    ratio, pressure, _ = motors(pair, seed)
    wide = solve(pair, ratio, pressure, contraction_ratio=np.full(len(ratio), 1e3))
    infinite = solve(pair, ratio, pressure)
    np.testing.assert_allclose(wide.c_star, infinite.c_star, rtol=1e-6)
    np.testing.assert_allclose(wide.temperature[:, 3:], infinite.temperature[:, 2:], rtol=1e-6)


@settings(deadline=None, max_examples=3)
@given(pairs, seeds)
def test_the_gas_at_rest_behind_a_combustor_has_the_flow_of_an_infinite_one(
    pair: tuple[str, str], seed: int
) -> None:
    ratio, pressure, _ = motors(pair, seed)
    finite = solve(pair, ratio, pressure, ratios=(), contraction_ratio=np.full(len(ratio), 1.8))
    infinite = solve(pair, ratio, finite.stagnation_pressure, ratios=())
    np.testing.assert_allclose(finite.c_star, infinite.c_star, rtol=1e-9)
    for item in fields(Properties):
        values = getattr(finite, item.name)[:, 2:], getattr(infinite, item.name)[:, 1:]
        np.testing.assert_allclose(*values, rtol=1e-7)


def test_more_flux_than_the_chamber_can_pass_chokes_it_and_harms_no_neighbour() -> None:
    pair, ratio = ("LH2", "LOX"), [6.0, 6.0, 6.0, 6.0, 6.0]
    nan = np.nan
    given_flux = np.array([1500.0, 1e4, nan, 900.0, -3.0])
    contraction = np.array([nan, nan, 2.0, 3.0, nan])
    how = {"contraction_ratio": contraction, "mass_flux": given_flux}
    flow = solve(pair, ratio, 7e6 * np.ones(5), ratios=(2.0,), **how)
    assert flow.status.tolist() == [
        Status.CONVERGED,
        Status.NO_SUPERSONIC_SOLUTION,
        Status.CONVERGED,
        Status.INVALID_INPUT,
        Status.INVALID_INPUT,
    ]
    assert np.isfinite(flow.temperature[1, 0])
    assert np.isnan(flow.temperature[1, 1:]).all()
    assert np.isnan(flow.c_star[[1, 3, 4]]).all()
    alone = solve(pair, [6.0], [7e6], ratios=(2.0,), contraction_ratio=np.array([2.0]))
    np.testing.assert_allclose(flow.temperature[2], alone.temperature[0], rtol=1e-10)


def test_a_pressure_above_that_at_rest_behind_the_combustor_is_not_reached() -> None:
    flow = solve(
        ("LH2", "LOX"),
        [6.0],
        [7e6],
        ratios=(1.05, 1.3),
        areas=(),
        subsonic=(),
        contraction_ratio=np.array([1.5]),
    )
    assert flow.stagnation_pressure[0] < 7e6 / 1.05
    assert flow.station_status[0].tolist() == [0, 0, 0, Status.NO_SUPERSONIC_SOLUTION, 0]


def test_thousands_of_stations_are_those_that_few_are() -> None:
    areas = tuple(np.geomspace(1.001, 150.0, 3000))
    subsonic = tuple(np.geomspace(1.001, 100.0, 500))
    for flow_model in ("equilibrium", "frozen"):
        many = solve(
            ("RP-1", "LOX"), [2.6], [7e6], ratios=(), subsonic=subsonic, areas=areas, flow_model=flow_model
        )
        assert not many.station_status.any()
        few = solve(
            ("RP-1", "LOX"),
            [2.6],
            [7e6],
            ratios=(),
            subsonic=subsonic[::250],
            areas=areas[::1500],
            flow_model=flow_model,
        )
        places = [0, 1, 2, 252, 502, 2002]
        for item in fields(Properties):
            values = getattr(many, item.name)[0, places], getattr(few, item.name)[0]
            np.testing.assert_allclose(*values, rtol=1e-8, err_msg=item.name)
        assert (np.diff(many.pressure[0, 502:]) < 0.0).all()
        assert (np.diff(many.pressure[0, 2:502]) > 0.0).all()


def test_freezing_at_the_chamber_and_at_the_throat_are_the_flow_models_of_that_name() -> None:
    motor = (("LH2", "LOX"), [5.0], [7e6])
    for how, flow_model in (({"frozen_from": 1}, "frozen"), ({"frozen_from": 2}, "frozen_at_throat")):
        by_number, by_name = solve(*motor, **how), solve(*motor, flow_model=flow_model)
        np.testing.assert_array_equal(by_number.temperature, by_name.temperature)


def test_behind_a_combustor_the_gas_may_freeze_at_its_end_or_at_the_throat() -> None:
    motor, width = (("LH2", "LOX"), [5.0], [7e6]), {"contraction_ratio": np.array([2.0])}
    for numbers, flow_model in (((1, 2), "frozen"), ((3,), "frozen_at_throat")):
        by_name = solve(*motor, **width, flow_model=flow_model)
        for number in numbers:
            by_number = solve(*motor, **width, frozen_from=number)
            np.testing.assert_array_equal(by_number.temperature, by_name.temperature)


def test_the_composition_freezes_downstream_of_the_station_whatever_the_order() -> None:
    motor = (("LH2", "LOX"), [5.0], [7e6])
    asked = {"ratios": (200.0, 20.0, 1.2), "subsonic": (2.0,), "areas": (2.0, 60.0)}
    flow, whole = solve(*motor, **asked, frozen_from=4), solve(*motor, **asked)
    upstream, downstream = [0, 1, 3, 4, 5, 6], [2, 7]
    np.testing.assert_allclose(flow.temperature[:, upstream], whole.temperature[:, upstream], rtol=1e-9)
    for place in downstream:
        np.testing.assert_array_equal(flow.mole_fractions[0, place], flow.mole_fractions[0, 3])
        assert flow.temperature[0, place] < whole.temperature[0, place] - 1.0
    np.testing.assert_allclose(flow.c_star, whole.c_star, rtol=1e-12)


def test_a_subsonic_station_is_not_one_to_freeze_from_and_unknown_ones_are_named() -> None:
    motor = (("LH2", "LOX"), [5.0, 5.0], [7e6, 7e6])
    assert (solve(*motor, frozen_from=3).status == Status.INVALID_INPUT).all()
    with pytest.raises(ValueError, match="frozen_from 12 is no station; choose one of 1 to 11"):
        solve(*motor, frozen_from=12)
    with pytest.raises(ValueError, match="exclude each other"):
        solve(*motor, frozen_from=2, flow_model="frozen")


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1.0, 0.3, 0.0, -2.0])
@pytest.mark.parametrize("name", ["subsonic_area_ratio", "contraction_ratio"])
def test_a_width_without_a_meaning_is_an_invalid_case_of_its_own(name: str, bad: float) -> None:
    products, mixed = mixture(("LH2", "LOX"), [6.0, 6.0])
    values = np.array([2.0, bad])
    given_values = values[:, None] if name == "subsonic_area_ratio" else values
    flow = rocket_stations(
        products, mixed.element_moles, mixed.enthalpy, np.full(2, 7e6), **{name: given_values}
    )
    assert flow.status.tolist() == [Status.CONVERGED, Status.INVALID_INPUT]


def test_the_slower_the_flow_is_asked_to_be_the_nearer_it_is_to_rest() -> None:
    areas = (1.0 + 1e-6, 1.0001, 3.0, 100.0, 1000.0)
    for flow_model in ("equilibrium", "frozen"):
        flow = solve(("LH2", "LOX"), [6.0], [7e6], ratios=(), areas=(), subsonic=areas, flow_model=flow_model)
        np.testing.assert_allclose(flow.area_ratio[0, 2:], areas, rtol=1e-6)
        assert (np.diff(flow.mach[0, 2:]) < 0.0).all()
        assert flow.mach[0, 2] == pytest.approx(1.0, abs=2e-3)
        # an incompressible fluid has the velocity that goes with its area
        assert flow.mach[0, -1] / flow.mach[0, -2] == pytest.approx(0.1, rel=1e-4)
