import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine.errors import AnalysisError
from engine.hybrid.saturation import saturation
from engine.outputs import BURN_HEADLINES, HEADLINES
from engine.result import CURVES, HybridResult
from tests.unit.engine.examples import lox_lh2, nitrous_htpb, steady_oxygen

HEAVY_NITROUS = {"fuel": "HTPB", "oxidizer": "N2O", "oxidizer_density": 500.0}


@pytest.fixture(scope="module")
def nitrous() -> HybridResult:
    return solved(nitrous_htpb())


def solved(spec: dict[str, Any]) -> HybridResult:
    answer = engine.analyze(spec)
    assert isinstance(answer, HybridResult)
    return answer


def curve(answer: HybridResult, name: str) -> np.ndarray:
    return np.array(answer.history[name], dtype=np.float64)


def codes(answer: HybridResult) -> set[str]:
    return {caution.code for caution in answer.warnings}


def test_the_history_has_curves_of_equal_length_over_increasing_time(nitrous: HybridResult) -> None:
    assert set(nitrous.history) < set(CURVES)
    assert {"time", "thrust", "tank_pressure", "liquid_share", "mixture_ratio"} <= set(nitrous.history)
    assert {len(values) for values in nitrous.history.values()} == {len(nitrous.history["time"])}
    assert (np.diff(curve(nitrous, "time")) > 0.0).all()
    assert nitrous.history["time"][0] == 0.0
    for name in ("tank_pressure", "tank_temperature", "oxidizer_mass"):
        assert (np.diff(curve(nitrous, name)) < 1e-6).all()
    assert (np.diff(curve(nitrous, "port_diameter")) >= 0.0).all()


def test_headlines_are_those_of_the_history(nitrous: HybridResult) -> None:
    time, thrust = curve(nitrous, "time"), curve(nitrous, "thrust")
    assert np.trapezoid(thrust, time) == pytest.approx(nitrous.total_impulse, rel=1e-3)
    assert nitrous.thrust == pytest.approx(nitrous.total_impulse / nitrous.burn_time)
    assert nitrous.thrust_peak == thrust.max()
    assert nitrous.chamber_pressure_peak == curve(nitrous, "chamber_pressure").max()
    assert nitrous.specific_impulse == pytest.approx(
        nitrous.total_impulse / 9.80665 / nitrous.propellant_mass
    )
    assert nitrous.propellant_mass == pytest.approx(nitrous.oxidizer_mass + nitrous.fuel_mass)
    assert nitrous.oxidizer_mass + nitrous.oxidizer_mass_left == pytest.approx(8.0)
    whole = 920.0 * 0.6 * math.pi / 4.0 * (0.1**2 - 0.05**2)
    assert nitrous.fuel_mass + nitrous.fuel_mass_left == pytest.approx(whole)
    assert nitrous.mixture_ratio == pytest.approx(nitrous.oxidizer_mass / nitrous.fuel_mass)
    assert nitrous.burn_time_10_percent < nitrous.burn_time
    assert nitrous.designation[0] in "MNO"


def test_the_mean_point_is_that_of_the_liquid_engine_with_the_same_propellants(nitrous: HybridResult) -> None:
    liquid = engine.analyze(
        {
            "motor_type": "liquid",
            "propellant": {"fuel": "HTPB", "oxidizer": "N2O", "mixture_ratio": nitrous.mixture_ratio},
            "chamber_pressure": nitrous.chamber_pressure,
            "nozzle": {"area_ratio": 4.0},
        }
    )
    assert nitrous.chamber_temperature == pytest.approx(liquid.chamber_temperature, rel=1e-9)
    assert nitrous.exit_mach == pytest.approx(liquid.exit_mach, rel=1e-9)
    assert nitrous.stations.keys() == {"chamber", "throat", "exit"}
    assert "CO" in nitrous.composition["chamber"]
    assert "thrust_peak" not in liquid.model_dump()


def test_a_steady_flow_burns_as_long_as_it_is_asked_to() -> None:
    answer = solved(steady_oxygen())
    assert answer.burn_time == pytest.approx(4.0, rel=1e-5)
    assert answer.oxidizer_mass == pytest.approx(2.0, rel=1e-6)
    assert answer.oxidizer_mass_left is None
    assert "tank_pressure" not in answer.history
    assert answer.ambient_pressure == 0.0
    assert answer.specific_impulse == pytest.approx(answer.specific_impulse_vacuum)
    rate = 0.488e-3 * 10.0**-0.62 * (0.5 / (math.pi / 4.0 * 0.04**2)) ** 0.62
    first = 900.0 * math.pi * 0.04 * 0.3 * rate
    assert answer.history["fuel_mass_flow_rate"][0] == pytest.approx(first, rel=1e-9)


def test_the_port_follows_the_closed_form_of_the_law() -> None:
    answer = solved(steady_oxygen(settings={"tolerance": 1e-6}))
    exponent, coefficient = 0.62, 0.488e-3 * 10.0**-0.62
    time = curve(answer, "time")
    during = time <= 4.0
    grown = (2.0 * exponent + 1.0) * coefficient * (0.5 / math.pi) ** exponent * time
    radius = (0.02 ** (2.0 * exponent + 1.0) + grown) ** (1.0 / (2.0 * exponent + 1.0))
    np.testing.assert_allclose(curve(answer, "port_diameter")[during], 2.0 * radius[during], rtol=1e-6)


def test_the_steady_chamber_has_the_pressure_of_its_characteristic_velocity() -> None:
    answer = solved(steady_oxygen(efficiency={"c_star": 0.95}, nozzle__discharge_coefficient=0.98))
    place = len(answer.history["time"]) // 2
    flow, pressure = (answer.history[name][place] for name in ("mass_flow_rate", "chamber_pressure"))
    ratio = answer.history["mixture_ratio"][place]
    ideal = engine.rocket_performance(
        fuel="PARAFFIN", oxidizer="GOX", mixture_ratio=ratio, chamber_pressure=pressure, area_ratio=5.0
    )
    area = math.pi / 4.0 * 0.025**2 * 0.98
    assert pressure * area / flow == pytest.approx(0.95 * float(ideal.c_star), rel=3e-4)


def test_a_grain_that_burns_through_ends_the_burn_with_next_to_nothing_left() -> None:
    answer = solved(steady_oxygen(grain__port_diameter=0.08, burn_time=None))
    assert 0.5 < answer.burn_time < 20.0
    assert answer.fuel_mass_left < 2e-3 * answer.fuel_mass


def test_along_the_port_the_fuel_from_upstream_widens_what_is_downstream() -> None:
    law = {"coefficient": 5e-5, "exponent": 0.6, "flux": "total"}
    marched = solved(steady_oxygen(regression=law, settings={"stations": 8}))
    averaged = solved(steady_oxygen(regression=law))
    assert marched.fuel_mass == pytest.approx(averaged.fuel_mass, rel=0.02)
    oxidizer_only = solved(steady_oxygen(regression=law | {"flux": "oxidizer"}))
    assert averaged.fuel_mass > 1.02 * oxidizer_only.fuel_mass


def test_warnings_say_what_an_engineer_should_know() -> None:
    flooded = solved(steady_oxygen(grain__port_diameter=0.02, oxidizer_mass_flow_rate=1.0, burn_time=0.5))
    assert {"flux_above_limit", "regression_outside_range"} <= codes(flooded)
    lean = solved(steady_oxygen(grain__length=0.03))
    assert "mixture_far_from_optimum" in codes(lean)
    tight = solved(
        nitrous_htpb(nozzle__throat_diameter=0.024, tank__temperature=305.0, tank__oxidizer_mass=6.0)
    )
    assert {"injector_drop_low", "tank_near_critical_point"} <= codes(tight)
    wide = solved(nitrous_htpb(nozzle__area_ratio=30.0))
    assert "flow_separation" in codes(wide)
    hot = nitrous_htpb(tank__pressure=9e6, tank__temperature=315.0, tank__oxidizer_mass=5.0)
    assert "tank_above_critical_point" in codes(solved(hot | {"propellant": HEAVY_NITROUS}))
    unknown = solved(steady_oxygen(propellant={"fuel": "PMMA", "oxidizer": "GOX"}))
    assert "regression_range_unknown" in codes(unknown)


def test_a_good_motor_has_no_warnings() -> None:
    law = {"coefficient": 2e-4, "exponent": 0.5}
    assert codes(solved(steady_oxygen(regression=law, grain__length=0.55))) == set()


def test_a_bad_case_harms_no_other_and_a_motor_in_a_batch_is_the_motor_alone() -> None:
    specs = [
        nitrous_htpb(),
        nitrous_htpb(nozzle__throat_diameter=0.03),
        nitrous_htpb(tank__oxidizer_mass=20.0),
        lox_lh2(),
        steady_oxygen(),
    ]
    answers = engine.analyze_many(specs)
    assert isinstance(answers[2], AnalysisError)
    for place in (0, 1, 4):
        batch, alone = answers[place], engine.analyze(specs[place])
        assert isinstance(batch, HybridResult)
        assert batch.total_impulse == pytest.approx(alone.total_impulse, rel=1e-6)  # type: ignore[attr-defined]
    assert answers[3].motor_type == "liquid"  # type: ignore[union-attr]


def test_a_table_has_the_numbers_of_the_answers() -> None:
    specs = [nitrous_htpb(), steady_oxygen(), nitrous_htpb(tank__oxidizer_mass=20.0), lox_lh2()]
    outputs = [*HEADLINES, *BURN_HEADLINES, "stations.exit.temperature", "composition.chamber.CO"]
    table = engine.tabulate(specs, outputs)
    assert set(table.errors) == {2}
    answers = engine.analyze_many(specs)
    for name in ("thrust", "c_star", "chamber_temperature", "total_impulse", "burn_time"):
        for place in (0, 1):
            assert table.columns[name][place] == pytest.approx(getattr(answers[place], name), rel=1e-12)
    assert math.isnan(table.columns["total_impulse"][3])
    assert np.isnan(table.columns["kn_initial"]).all()
    assert math.isnan(table.columns["thrust"][2])
    assert table.columns["composition.chamber.CO"][0] > 0.1


@settings(max_examples=12, deadline=None)
@given(
    st.floats(0.02, 0.08),
    st.floats(0.1, 1.2),
    st.floats(0.02, 1.5),
    st.floats(0.012, 0.05),
    st.floats(1.5, 60.0),
    st.floats(0.0, 1.2e5),
)
def test_any_sensible_motor_burns_or_says_why_not(
    port: float, length: float, flow: float, throat: float, area_ratio: float, ambient: float
) -> None:
    spec = steady_oxygen(
        grain={"outer_diameter": 0.1, "port_diameter": port, "length": length},
        oxidizer_mass_flow_rate=flow,
        nozzle={"throat_diameter": throat, "area_ratio": area_ratio},
        ambient_pressure=ambient,
        burn_time=1.0,
    )
    (answer,) = engine.analyze_many([spec])
    if isinstance(answer, AnalysisError):
        assert answer.code in ("no_thrust", "not_converged")
        return
    assert isinstance(answer, HybridResult)
    assert answer.thrust > 0.0
    assert answer.specific_impulse <= answer.specific_impulse_vacuum * (1.0 + 1e-9)
    assert answer.chamber_pressure <= answer.chamber_pressure_peak
    assert answer.oxidizer_mass == pytest.approx(flow * answer.burn_time, rel=1e-6)


@settings(max_examples=10, deadline=None)
@given(
    st.floats(250.0, 309.0),
    st.floats(0.2, 0.98),
    st.floats(0.03, 0.5),
    st.sampled_from(["dyer", "homogeneous_equilibrium", "incompressible"]),
    st.sampled_from([None, 0.001]),
    st.sampled_from([1, 3]),
)
def test_any_filling_of_a_tank_is_emptied_or_is_told_why_not(
    temperature: float, filled: float, opening: float, model: str, vent: float | None, stations: int
) -> None:
    liquid, vapour = (getattr(saturation(temperature), f"{phase}_density") for phase in ("liquid", "vapour"))
    mass = 0.012 * float(filled * liquid + (1.0 - filled) * vapour)
    spec = nitrous_htpb(
        tank={"volume": 0.012, "oxidizer_mass": mass, "temperature": temperature, "vent_diameter": vent},
        injector={"diameter": 0.033 * opening**0.5, "model": model},
        settings={"stations": stations},
    )
    (answer,) = engine.analyze_many([spec])
    if isinstance(answer, AnalysisError):
        assert answer.code == "no_thrust"
        return
    assert isinstance(answer, HybridResult)
    assert answer.oxidizer_mass_left is not None
    assert 0.0 < answer.oxidizer_mass + answer.oxidizer_mass_left <= mass * (1.0 + 1e-9)
    assert (vent is None) == (abs(answer.oxidizer_mass + answer.oxidizer_mass_left - mass) < 1e-9 * mass)
    assert (np.diff(curve(answer, "tank_temperature")) < 1e-4).all()
    assert answer.chamber_pressure_peak < float(saturation(temperature).pressure)


@pytest.mark.parametrize(
    "grain",
    [
        {"ports": 4, "port_diameter": 0.02},
        {"type": "star", "points": 5, "port_diameter": 0.03, "tip_diameter": 0.06},
        {"type": "wagon_wheel", "ports": 4, "port_diameter": 0.07, "hub_diameter": 0.02, "spoke_width": 0.01},
    ],
    ids=lambda grain: str(grain.get("type", "ring")),
)
def test_other_ports_burn_too_and_lay_more_fuel_bare(grain: dict[str, Any]) -> None:
    shaped = solved(steady_oxygen(grain={"outer_diameter": 0.1, "length": 0.3, **grain}, burn_time=1.0))
    area = math.pi / 4.0 * curve(shaped, "port_diameter")[0] ** 2 * grain.get("ports", 1)
    round_one = solved(steady_oxygen(grain__port_diameter=math.sqrt(4.0 / math.pi * area), burn_time=1.0))
    assert shaped.fuel_mass > 1.05 * round_one.fuel_mass
    assert shaped.fuel_mass + shaped.fuel_mass_left == pytest.approx(
        900.0 * 0.3 * (math.pi / 4.0 * 0.1**2 - area), rel=1e-9
    )
