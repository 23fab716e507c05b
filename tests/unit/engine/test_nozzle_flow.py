"""Stations and combustors for arrays of operating points."""

from typing import Any

import numpy as np
import pytest

import engine
from engine.errors import SpecError

PAIR: dict[str, Any] = {"fuel": "LH2", "oxidizer": "LOX"}


def test_cases_broadcast_and_stations_are_the_last_axis() -> None:
    flow = engine.nozzle_flow(
        **PAIR,
        mixture_ratio=np.array([[5.0], [6.0]]),
        chamber_pressure=np.array([2e6, 7e6, 2e7]),
        pressure_ratio=[1.2, 100.0],
        subsonic_area_ratio=3.0,
        area_ratio=[2.0, 40.0],
        with_composition=True,
    )
    assert flow.temperature.shape == (2, 3, 7)
    assert flow.c_star.shape == flow.status.shape == flow.stagnation_pressure.shape == (2, 3)
    assert flow.mole_fractions.shape == (2, 3, 7, len(flow.species))
    assert flow.stations == (
        "chamber",
        "throat",
        "pressure_ratio",
        "pressure_ratio",
        "subsonic_area_ratio",
        "area_ratio",
        "area_ratio",
    )
    np.testing.assert_allclose(flow.area_ratio[..., 4:], np.broadcast_to([3.0, 2.0, 40.0], (2, 3, 3)))
    alone = engine.nozzle_flow(**PAIR, mixture_ratio=6.0, chamber_pressure=7e6, area_ratio=[2.0, 40.0])
    assert alone.temperature.shape == (4,)
    assert alone.species == ()
    np.testing.assert_allclose(flow.temperature[1, 1, [0, 1, 5, 6]], alone.temperature, rtol=1e-9)


def test_each_case_may_have_stations_of_its_own() -> None:
    areas = np.array([[2.0, 10.0], [3.0, 30.0]])
    flow = engine.nozzle_flow(**PAIR, mixture_ratio=[5.0, 6.0], chamber_pressure=7e6, area_ratio=areas)
    np.testing.assert_allclose(flow.area_ratio[:, 2:], areas)


def test_no_cases_and_no_stations_are_no_errors() -> None:
    nothing = engine.nozzle_flow(**PAIR, mixture_ratio=np.empty(0), chamber_pressure=7e6, area_ratio=[2.0])
    assert nothing.temperature.shape == (0, 3)
    bare = engine.nozzle_flow(**PAIR, mixture_ratio=6.0, chamber_pressure=7e6)
    assert bare.stations == ("chamber", "throat")


def test_a_station_beyond_the_data_leaves_the_others_their_numbers() -> None:
    flow = engine.nozzle_flow(
        **PAIR, mixture_ratio=1.0, chamber_pressure=7e6, area_ratio=[2.0, 5000.0], flow_model="frozen"
    )
    assert flow.station_status.tolist() == [0, 0, 0, 4]
    assert flow.status == 4
    assert np.isfinite(flow.specific_impulse_vacuum[2])
    assert np.isnan(flow.specific_impulse_vacuum[3])
    performance = engine.rocket_performance(
        **PAIR, mixture_ratio=1.0, chamber_pressure=7e6, area_ratio=5000.0, flow_model="frozen"
    )
    assert performance.status == 4
    assert np.isnan(performance.c_star)


def test_a_width_makes_the_combustor_finite_for_each_case() -> None:
    contraction, flux = np.array([2.0, np.nan, np.nan]), np.array([np.nan, 1500.0, 1e5])
    given: dict[str, Any] = {**PAIR, "mixture_ratio": 6.0, "chamber_pressure": 7e6}
    flow = engine.nozzle_flow(**given, area_ratio=[40.0], contraction_ratio=contraction, mass_flux=flux)
    assert flow.stations == ("injector", "chamber", "throat", "area_ratio")
    assert flow.status.tolist() == [0, 0, 6]
    assert flow.area_ratio[0, 1] == pytest.approx(2.0)
    assert flow.density[1, 1] * flow.velocity[1, 1] == pytest.approx(1500.0)
    performance = engine.rocket_performance(
        **given, area_ratio=40.0, contraction_ratio=contraction, mass_flux=flux
    )
    for name, place in (("chamber", 1), ("throat", 2), ("exit", 3)):
        values = getattr(performance, f"{name}_temperature")
        np.testing.assert_array_equal(values, np.where(flow.status == 0, flow.temperature[:, place], np.nan))
    np.testing.assert_array_equal(performance.c_star, flow.c_star)
    np.testing.assert_array_equal(performance.stagnation_pressure, flow.stagnation_pressure)


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"flow_model": "shifting"}, "flow_model", "give one of equilibrium, frozen"),
        ({"frozen_from": 4}, "frozen_from", "4 is no station; give 1 to 3"),
        ({"frozen_from": 0}, "frozen_from", "give 1 to 3"),
        ({"frozen_from": True}, "frozen_from", "True is no station"),
        ({"frozen_from": 2, "flow_model": "frozen"}, "frozen_from", "keep one"),
        (
            {"area_ratio": np.full((3, 1), 2.0), "mixture_ratio": [1.0, 2.0]},
            "mixture_ratio",
            "do not broadcast",
        ),
        ({"fuel": "LH3"}, "fuel", "LH2"),
    ],
)
def test_what_is_wrong_is_named(wrong: dict[str, Any], field: str, words: str) -> None:
    given: dict[str, Any] = {**PAIR, "mixture_ratio": 6.0, "chamber_pressure": 7e6, "area_ratio": [2.0]}
    with pytest.raises(SpecError) as caught:
        engine.nozzle_flow(**{**given, **wrong})
    (problem,) = caught.value.problems
    assert problem.field == field
    assert words in problem.message
