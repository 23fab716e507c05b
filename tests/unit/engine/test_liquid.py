import math

import numpy as np
import pytest

import engine
from engine.errors import AnalysisError, SpecError
from tests.unit.engine.examples import lox_lh2


def test_without_a_size_the_motor_burns_a_kilogram_a_second_in_vacuum() -> None:
    answer = engine.analyze(lox_lh2())
    assert answer.mass_flow_rate == pytest.approx(1.0)
    assert answer.ambient_pressure == 0.0
    assert answer.specific_impulse == answer.specific_impulse_vacuum
    assert answer.thrust == pytest.approx(answer.specific_impulse * 9.80665)


@pytest.mark.parametrize(
    "size", [{"thrust": 5e5}, {"mass_flow_rate": 120.0}, {"nozzle__throat_diameter": 0.2}], ids=str
)
def test_each_way_of_sizing_gives_a_consistent_motor(size: dict[str, float]) -> None:
    answer = engine.analyze(lox_lh2(ambient_pressure=2e4, **size))
    area = math.pi / 4.0 * answer.geometry.throat_diameter**2
    assert answer.geometry.exit_diameter**2 == pytest.approx(40.0 * answer.geometry.throat_diameter**2)
    assert answer.mass_flow_rate == pytest.approx(7e6 * area / answer.c_star)
    assert answer.thrust == pytest.approx(answer.thrust_coefficient * 7e6 * area)
    leaving = answer.stations["exit"]
    momentum = answer.mass_flow_rate * leaving.velocity
    pressure = (leaving.pressure - 2e4) * answer.geometry.exit_area
    assert answer.thrust == pytest.approx(momentum + pressure, rel=1e-9)
    wanted = {"thrust": answer.thrust, "mass_flow_rate": answer.mass_flow_rate}
    wanted["nozzle__throat_diameter"] = answer.geometry.throat_diameter
    ((name, value),) = size.items()
    assert wanted[name] == pytest.approx(value)


def test_altitude_stands_for_the_pressure_of_the_standard_atmosphere() -> None:
    at_eleven = engine.analyze(lox_lh2(altitude=11e3))
    assert at_eleven.ambient_pressure == pytest.approx(22699.9, rel=1e-4)
    assert (
        at_eleven.specific_impulse_sea_level < at_eleven.specific_impulse < at_eleven.specific_impulse_vacuum
    )


def test_efficiencies_scale_the_headline_and_leave_the_ideal_stations_alone() -> None:
    ideal = engine.analyze(lox_lh2())
    real = engine.analyze(lox_lh2(efficiency={"c_star": 0.98, "nozzle": 0.97}))
    assert real.c_star == pytest.approx(0.98 * ideal.c_star)
    assert real.specific_impulse_vacuum == pytest.approx(0.98 * 0.97 * ideal.specific_impulse_vacuum)
    assert real.stations == ideal.stations


def test_stations_say_what_heat_transfer_asks_for() -> None:
    stations = engine.analyze(lox_lh2()).stations
    chamber, leaving = stations["chamber"], stations["exit"]
    assert chamber.heat_capacity is not None
    assert chamber.prandtl == pytest.approx(
        chamber.viscosity * chamber.heat_capacity / chamber.conductivity, rel=1e-4
    )
    frozen = engine.analyze(lox_lh2(flow_model="frozen")).stations["chamber"]
    assert frozen.viscosity == pytest.approx(chamber.viscosity, rel=1e-6)
    assert frozen.conductivity < 0.5 * chamber.conductivity
    assert leaving.viscosity < chamber.viscosity


def test_arrays_have_transport_where_it_is_asked_for() -> None:
    given = {"fuel": "LH2", "oxidizer": "LOX", "mixture_ratio": 6.0, "chamber_pressure": 7e6}
    motors = engine.rocket_performance(**given, area_ratio=[10.0, 40.0], transport=True)
    assert motors.throat_viscosity.shape == (2,)
    assert (motors.exit_viscosity < motors.throat_viscosity).all()
    assert np.isnan(engine.rocket_performance(**given, area_ratio=40.0).exit_prandtl)
    mixture = {"fuel": "LH2", "oxidizer": "LOX", "mixture_ratio": 6.0, "pressure": [[7e6], [1e5]]}
    gas = engine.equilibrium("TP", **mixture, temperature=[300.0, 3000.0], transport=True)
    assert gas.viscosity.shape == gas.volume_pressure_slope.shape == (2, 2)
    assert (gas.conductivity >= gas.conductivity_frozen).all()
    np.testing.assert_allclose(
        gas.prandtl_frozen[:, 1] * gas.conductivity_frozen[:, 1],
        gas.viscosity[:, 1] * gas.heat_capacity_frozen[:, 1],
        rtol=1e-5,
    )


def test_a_cone_loses_what_its_angle_says() -> None:
    ideal, cone = (
        engine.analyze(lox_lh2()),
        engine.analyze(lox_lh2(nozzle__type="conical", nozzle__half_angle=15.0)),
    )
    leaving = ideal.stations["exit"]
    share = (1.0 + math.cos(math.radians(15.0))) / 2.0
    lost = (1.0 - share) * leaving.velocity / 9.80665
    assert ideal.specific_impulse_vacuum - cone.specific_impulse_vacuum == pytest.approx(lost)


def test_a_bad_case_stands_in_its_place_and_harms_no_other() -> None:
    good, bad = lox_lh2(), lox_lh2(chamber_pressure=-1.0)
    impossible = lox_lh2(propellant__mixture_ratio=0.01, nozzle__area_ratio=200.0)
    overexpanded = lox_lh2(thrust=1e3, chamber_pressure=1e5, nozzle__area_ratio=200.0, ambient_pressure=1e5)
    answers = engine.analyze_many([bad, good, impossible, overexpanded, good])
    assert isinstance(answers[0], SpecError)
    assert isinstance(answers[2], AnalysisError)
    assert answers[2].code in {"temperature_too_low", "not_converged"}
    assert isinstance(answers[3], SpecError)
    assert answers[3].code == "no_thrust"
    assert "thrust" in str(answers[3])
    alone = engine.analyze(good)
    for place in (1, 4):
        answer = answers[place]
        assert not isinstance(answer, AnalysisError)
        assert answer.c_star == pytest.approx(alone.c_star, rel=1e-12)
        assert answer.exit_temperature == pytest.approx(alone.exit_temperature, rel=1e-12)


def test_warnings_tell_of_separation() -> None:
    codes = {caution.code for caution in engine.analyze(lox_lh2(ambient_pressure=101325.0)).warnings}
    assert codes == {"flow_separation"}
    assert {c.code for c in engine.analyze(lox_lh2()).warnings} == {"flow_separation_at_sea_level"}
    assert engine.analyze(lox_lh2(nozzle__area_ratio=10.0, altitude=0)).warnings == []


def test_a_temperature_is_followed_where_the_data_allow_and_refused_elsewhere() -> None:
    cold, warm = (
        engine.analyze(
            lox_lh2(
                propellant={"fuel": "CH4", "oxidizer": "GOX", "mixture_ratio": 3.0, "fuel_temperature": t}
            )
        )
        for t in (250.0, 400.0)
    )
    assert warm.chamber_temperature > cold.chamber_temperature + 5.0
    with pytest.raises(
        SpecError,
        match=r"fuel_temperature: 50 K is not possible: the enthalpy of H2\(L\) is known at 20.27 K",
    ):
        engine.analyze(lox_lh2(propellant__fuel_temperature=50.0))
    near = engine.analyze(lox_lh2(propellant__fuel_temperature=22.0))
    assert "fuel_temperature_not_used" in {caution.code for caution in near.warnings}


def test_composition_is_a_composition() -> None:
    for fractions in engine.analyze(lox_lh2()).composition.values():
        values = list(fractions.values())
        assert sum(values) == pytest.approx(1.0, abs=1e-6)
        assert values == sorted(values, reverse=True)


def test_arrays_broadcast_like_numpy_and_agree_with_single_cases() -> None:
    ratios, pressures = np.array([[4.0], [6.0]]), np.array([3e6, 7e6, 1e7])
    many = engine.rocket_performance(
        fuel="LH2", oxidizer="LOX", mixture_ratio=ratios, chamber_pressure=pressures, area_ratio=40.0
    )
    assert many.c_star.shape == (2, 3)
    assert not many.status.any()
    single = engine.analyze(lox_lh2())
    assert many.c_star[1, 1] == pytest.approx(single.c_star, rel=1e-12)
    assert many.exit_temperature[1, 1] == pytest.approx(single.exit_temperature, rel=1e-12)
    assert many.specific_impulse_vacuum[1, 1] == pytest.approx(single.specific_impulse_vacuum, rel=1e-12)


def test_array_inputs_without_a_meaning_are_nan_with_a_status() -> None:
    many = engine.rocket_performance(
        fuel="LH2",
        oxidizer="LOX",
        mixture_ratio=[6.0, -1.0, np.nan],
        chamber_pressure=[7e6, 7e6, 7e6],
        area_ratio=40.0,
    )
    assert np.isfinite(many.c_star).tolist() == [True, False, False]
    assert many.status.tolist() == [0, 1, 1]
    with pytest.raises(SpecError, match="do not broadcast"):
        engine.rocket_performance(
            fuel="LH2", oxidizer="LOX", mixture_ratio=[1.0, 2.0], chamber_pressure=[1e6] * 3, area_ratio=4.0
        )
    with pytest.raises(SpecError, match="flow_model"):
        engine.rocket_performance(
            fuel="LH2",
            oxidizer="LOX",
            mixture_ratio=6.0,
            chamber_pressure=7e6,
            area_ratio=4.0,
            flow_model="shifting",  # type: ignore[arg-type]
        )


def test_equilibrium_at_the_adiabatic_temperature_is_the_adiabatic_flame() -> None:
    mixture = {"fuel": "CH4", "oxidizer": "LOX", "mixture_ratio": [2.0, 3.5], "pressure": 5e6}
    flame = engine.equilibrium("HP", **mixture)
    again = engine.equilibrium("TP", **mixture, temperature=flame.temperature)
    isentrope = engine.equilibrium("SP", **mixture, entropy=flame.entropy)
    assert again.enthalpy == pytest.approx(flame.enthalpy, rel=1e-8)
    assert isentrope.temperature == pytest.approx(flame.temperature, rel=1e-9)
    assert flame.mole_fractions.shape == (2, len(flame.species))
    with pytest.raises(SpecError, match="temperature: is missing"):
        engine.equilibrium("TP", **mixture)
    with pytest.raises(SpecError, match="TP, HP, SP"):
        engine.equilibrium("PH", **mixture)


@pytest.mark.parametrize("width", [{"contraction_ratio": 2.0}, {"mass_flux": 1500.0}], ids=str)
@pytest.mark.parametrize(
    "size", [{"thrust": 5e5}, {"mass_flow_rate": 120.0}, {"nozzle__throat_diameter": 0.2}], ids=str
)
def test_a_combustor_of_finite_area_gives_a_consistent_motor(
    size: dict[str, float], width: dict[str, float]
) -> None:
    combustor = {"type": "finite_area", **width}
    answer = engine.analyze(lox_lh2(combustor=combustor, ambient_pressure=2e4, **size))
    assert list(answer.stations) == list(answer.composition) == ["injector", "chamber", "throat", "exit"]
    injector, chamber, throat, leaving = answer.stations.values()
    assert answer.chamber_pressure == 7e6
    assert injector.pressure == pytest.approx(7e6)
    assert injector.velocity == 0.0
    assert answer.chamber_temperature == chamber.temperature < injector.temperature
    momentum = chamber.pressure + chamber.density * chamber.velocity**2
    assert momentum == pytest.approx(7e6, rel=1e-9)
    assert chamber.pressure < answer.stagnation_pressure < 7e6
    area = answer.geometry.throat_area
    assert answer.mass_flow_rate == pytest.approx(throat.density * throat.velocity * area)
    assert answer.mass_flow_rate == pytest.approx(answer.stagnation_pressure * area / answer.c_star)
    assert chamber.area_ratio is not None
    flux = answer.mass_flow_rate / (chamber.area_ratio * area)
    assert flux == pytest.approx(width.get("mass_flux", flux))
    assert chamber.area_ratio == pytest.approx(width.get("contraction_ratio", chamber.area_ratio))
    pressure = (leaving.pressure - 2e4) * answer.geometry.exit_area
    assert answer.thrust == pytest.approx(answer.mass_flow_rate * leaving.velocity + pressure, rel=1e-9)


def test_combustors_of_all_kinds_stand_in_one_list() -> None:
    kinds: list[dict[str, object]] = [
        {"type": "infinite_area"},
        {"type": "finite_area", "contraction_ratio": 3.0},
        {"type": "finite_area", "mass_flux": 1000.0},
        {"type": "finite_area", "mass_flux": 1e5},
    ]
    answers = engine.analyze_many([lox_lh2(combustor=kind) for kind in kinds])
    choked = answers.pop()
    assert isinstance(choked, AnalysisError)
    assert choked.code == "no_supersonic_solution"
    assert "chokes in the combustor" in str(choked)
    for kind, together in zip(kinds, answers, strict=False):
        alone = engine.analyze(lox_lh2(combustor=kind))
        assert not isinstance(together, AnalysisError)
        assert together.thrust == pytest.approx(alone.thrust, rel=1e-10)
