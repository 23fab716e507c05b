"""Arguments of the array functions that are no arrays, or not of numbers, are refused by name."""

from typing import Any

import numpy as np
import pytest

import engine
from engine.errors import SpecError, UnknownPropellantError

PAIR = {"fuel": "RP-1", "oxidizer": "LOX", "mixture_ratio": 2.6}
MOTOR = PAIR | {"chamber_pressure": 7e6, "area_ratio": 40.0}
HOT = {"pressure": 1e5, "temperature": 3e3}
CARBON_AND_HYDROGEN = ["CO2", "CO", "H2O", "H2", "OH", "O2"]


def refused(function: Any, *arguments: Any, **given: Any) -> Any:
    with pytest.raises(SpecError) as caught:
        function(*arguments, **given)
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("chamber_pressure", "7e6", "no number"),
        ("chamber_pressure", True, "no number"),
        ("chamber_pressure", [7e6, "8e6"], "no number"),
        ("chamber_pressure", [7e6, [8e6, 9e6]], "no number"),
        ("chamber_pressure", 7e6 + 1j, "no number"),
        ("chamber_pressure", None, "is missing; give a pressure in Pa"),
        ("chamber_pressure", np.inf, "above 0, at most 1e+11"),
        ("area_ratio", None, "is missing; give exit area"),
        ("mixture_ratio", {"a": 1}, "no number"),
        ("only", 5, "no list of names"),
        ("only", ["CO2", 5], "no list of names"),
        ("omit", None, "no list of names"),
        ("only", ["CO2", "CO", "O2"], "no product that holds H"),
        ("ions", "no", "neither True nor False"),
        ("transport", 1, "neither True nor False"),
        ("flow_model", ["frozen"], "not a flow model"),
        ("reactants_temperature", 300.0, "give each ingredient"),
    ],
)
def test_an_argument_of_another_kind_is_refused_by_name(field: str, value: Any, words: str) -> None:
    problem = refused(engine.rocket_performance, **{**MOTOR, field: value})
    assert problem.field == field
    assert words in problem.message


def test_an_element_without_products_is_refused_where_it_is_left_out() -> None:
    holding_hydrogen = [
        name
        for name in engine.equilibrium("TP", **PAIR, temperature=3e3, pressure=1e5).species
        if "H" in name
    ]
    problem = refused(engine.rocket_performance, **MOTOR, omit=holding_hydrogen)
    assert problem.field == "omit"
    assert "H" in problem.message


def test_species_may_be_one_name_or_anything_that_gives_names() -> None:
    def of(**given: Any) -> float:
        return float(engine.rocket_performance(**MOTOR, **given).c_star)

    assert of(omit="OH") == of(omit=["OH"]) > of()
    assert of(only=(name for name in CARBON_AND_HYDROGEN)) == of(only=CARBON_AND_HYDROGEN)


def test_a_chamber_has_one_width() -> None:
    problem = refused(engine.rocket_performance, **MOTOR, contraction_ratio=2.0, mass_flux=[100.0, 200.0])
    assert problem.field == "mass_flux"
    mixed = engine.rocket_performance(**MOTOR, contraction_ratio=[2.0, np.nan], mass_flux=[np.nan, 300.0])
    assert mixed.status.tolist() == [0, 0]
    gradients = refused(engine.rocket_gradients, **MOTOR, contraction_ratio=2.0)
    assert gradients.field == "contraction_ratio"
    assert "infinite area" in gradients.message


def test_a_ratio_without_meaning_harms_only_its_own_station() -> None:
    given = MOTOR | {"area_ratio": [[2.0, np.nan, 40.0], [2.0, 10.0, 40.0]], "chamber_pressure": [7e6, 7e6]}
    flow = engine.nozzle_flow(**given)
    assert flow.station_status.tolist() == [[0, 0, 0, 1, 0], [0] * 5]
    assert flow.status.tolist() == [1, 0]
    np.testing.assert_allclose(
        flow.temperature[0, [0, 1, 2, 4]], flow.temperature[1, [0, 1, 2, 4]], rtol=1e-12
    )
    assert np.isnan(flow.temperature[0, 3])
    frozen = engine.nozzle_flow(**given, flow_model="frozen")
    assert frozen.station_status.tolist() == flow.station_status.tolist()
    # what is frozen from a station that is not there has no meaning either
    later = engine.nozzle_flow(**given, frozen_from=4)
    assert later.station_status.tolist() == [[1] * 5, [0] * 5]
    together = engine.nozzle_flow(**MOTOR | {"area_ratio": [0.5, 3.0], "pressure_ratio": [0.1, 50.0]})
    assert together.station_status.tolist() == [0, 0, 1, 0, 1, 0]


@pytest.mark.parametrize("frozen_from", [np.array([1, 2]), 1.0, "throat", True, 0, 5])
def test_freezing_begins_at_a_station(frozen_from: Any) -> None:
    problem = refused(engine.nozzle_flow, **MOTOR, frozen_from=frozen_from)
    assert problem.field == "frozen_from"


def test_no_flow_freezes_from_a_subsonic_area() -> None:
    problem = refused(engine.nozzle_flow, **MOTOR, subsonic_area_ratio=2.0, frozen_from=3)
    assert problem.field == "frozen_from"
    assert "1, 2, 4" in problem.message


def test_equilibria_refuse_by_name() -> None:
    assert refused(engine.equilibrium, ["TP"], **PAIR, pressure=1e5, temperature=3e3).field == "problem"
    dense = refused(engine.equilibrium, "TV", **PAIR, density=1e9, temperature=3e3)
    assert dense.field == "density"
    assert "at most 20000" in dense.message
    assert (
        refused(engine.equilibrium, "TP", **PAIR, pressure=1e5, temperature=3e3, insert=5).field == "insert"
    )
    too_much = PAIR | {"mixture_ratio": None, "percent_fuel": 120.0}
    assert (
        refused(engine.equilibrium, "TP", **too_much, pressure=1e5, temperature=3e3).field == "percent_fuel"
    )


def test_waves_say_what_is_missing() -> None:
    gas = {"fuel": "H2", "oxidizer": "O2", "equivalence_ratio": 1.0}
    assert refused(engine.detonation, **gas, temperature=300.0).field == "pressure"
    assert refused(engine.shock, **gas, pressure=1e5, mach=3.0).field == "temperature"
    assert (
        refused(engine.shock, **gas, pressure=1e5, temperature=3e2, mach=3.0, incident=[1]).field
        == "incident"
    )


@pytest.mark.parametrize("given", [{}, None, "text", MOTOR, 5, iter([])])
def test_many_motors_are_a_list(given: Any) -> None:
    for function in (engine.analyze_many, engine.tabulate):
        assert refused(function, given).field == "specs"


def test_specifications_reach_from_fuel_alone_to_oxidizer_alone() -> None:
    def c_star(**mixture: float) -> float:
        pair = {"fuel": "MMH", "oxidizer": "H2O2", **mixture}
        motor = {
            "motor_type": "liquid",
            "propellant": pair,
            "chamber_pressure": 2e6,
            "nozzle": {"area_ratio": 2.0},
        }
        return engine.analyze(motor).c_star

    assert c_star(mixture_ratio=0.0) == c_star(percent_fuel=100.0)
    assert c_star(percent_fuel=0.0) == pytest.approx(c_star(mixture_ratio=1e6), rel=1e-4)
    alone = engine.rocket_performance(
        fuel="MMH", oxidizer="H2O2", mixture_ratio=0.0, chamber_pressure=2e6, area_ratio=2.0
    )
    assert c_star(mixture_ratio=0.0) == pytest.approx(float(alone.c_star), rel=1e-9)


def test_a_choked_chamber_is_named() -> None:
    pair = {"fuel": "LH2", "oxidizer": "LOX", "mixture_ratio": 6.0}
    chamber = {"type": "finite_area", "mass_flux": 1e6}
    motor = {
        "motor_type": "liquid",
        "propellant": pair,
        "chamber_pressure": 1e5,
        "nozzle": {"area_ratio": 2.0},
    }
    problem = refused(engine.analyze, motor | {"combustor": chamber})
    assert problem.field == "combustor.mass_flux"
    assert "1e+06 cannot be" in problem.message
    assert "give a smaller mass_flux" in problem.message


def test_an_ingredient_is_asked_for_as_an_object() -> None:
    pair = {"fuel": ["N2H4"], "oxidizer": "LOX", "mixture_ratio": 1.0}
    motor = {
        "motor_type": "liquid",
        "propellant": pair,
        "chamber_pressure": 1e6,
        "nozzle": {"area_ratio": 2.0},
    }
    problem = refused(engine.analyze, motor)
    assert problem.field == "propellant.fuel.0"
    assert "an object with name and mass_fraction" in problem.message


def test_products_that_cannot_make_up_the_propellant_are_refused() -> None:
    for only in (["CO2", "H2O"], np.array(["CO2", "H2O"])):
        problem = refused(engine.rocket_performance, **MOTOR, only=only)
        assert problem.field == "only"
        assert "in no amounts make up the elements" in problem.message
        assert refused(engine.nozzle_flow, **MOTOR, only=only).field == "only"
        assert refused(engine.rocket_gradients, **MOTOR, only=only).field == "only"
    # at the stoichiometric ratio they do
    assert refused(engine.equilibrium, "TP", **PAIR, **HOT, only=["CO2", "H2O"]).field == "only"
    whole = PAIR | {"mixture_ratio": None, "equivalence_ratio": 1.0}
    assert engine.equilibrium("TP", **whole, **HOT, only=["CO2", "H2O", "O2"]).status == 0


def test_an_element_without_products_harms_only_the_mixtures_that_hold_it() -> None:
    parts = [("H2", 1.0), ("O2", 0.3), ("He", [0.0, 1.0])]
    gas = [{"name": name, "mole_fraction": amount} for name, amount in parts]
    given = {"only": ["H2O", "H2", "O2", "OH", "H", "O"], "chamber_pressure": 7e6, "area_ratio": 40.0}
    motor = engine.rocket_performance(reactants=gas, **given)
    assert motor.status.tolist() == [0, 1]
    without = engine.rocket_performance(reactants=gas[:2], **given)
    np.testing.assert_allclose(motor.c_star[0], without.c_star, rtol=1e-9)
    everywhere = [*gas[:2], gas[2] | {"mole_fraction": 1.0}]
    assert refused(engine.rocket_performance, reactants=everywhere, **given).field == "only"


def test_waves_need_products_of_every_element_too() -> None:
    gas = {"fuel": "H2", "oxidizer": "O2", "equivalence_ratio": 1.0, "temperature": 300.0, "pressure": 1e5}
    problem = refused(engine.detonation, **gas, only=["O2", "O"])
    assert problem.field == "only"
    assert "holds H" in problem.message
    for nothing in ("", 0, False):
        assert refused(engine.shock, **gas, mach=6.0, reflected=nothing).field == "reflected"


def test_no_flow_freezes_upstream_of_the_throat() -> None:
    stations = PAIR | {"chamber_pressure": 7e6, "pressure_ratio": [1.2, 3.0]}
    assert refused(engine.nozzle_flow, **stations, frozen_from=3).field == "frozen_from"
    assert engine.nozzle_flow(**stations, frozen_from=4).status == 0
    # where it lies downstream in one of the cases, the others have a status
    some = stations | {"pressure_ratio": [[1.2, 3.0], [2.5, 3.0]]}
    assert engine.nozzle_flow(**some, frozen_from=3).status.tolist() == [1, 0]


def test_no_stations_may_be_said_as_none() -> None:
    flow = engine.nozzle_flow(**PAIR, chamber_pressure=7e6, pressure_ratio=None, area_ratio=None)
    assert flow.stations == ("chamber", "throat")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Pc", "did you mean 'chamber_pressure'?"),
        ("subsonic_area_ratio", "nozzle_flow takes it"),
        ("insert", "equilibrium takes it"),
        ("monopropellant", "give it as reactants"),
        ("colour", "there are fuel, oxidizer"),
    ],
)
def test_an_argument_without_a_place_is_answered_with_where_it_has_one(name: str, words: str) -> None:
    problem = refused(engine.rocket_performance, **MOTOR, **{name: 2.0})
    assert problem.field == name
    assert words in problem.message


def test_an_unknown_propellant_is_one_wherever_it_is_named() -> None:
    with pytest.raises(UnknownPropellantError) as caught:
        engine.rocket_performance(**MOTOR | {"fuel": "unobtainium"})
    assert caught.value.code == "unknown_propellant"
    assert caught.value.problems[0].field == "fuel"


def test_outputs_are_a_list_and_not_used_up() -> None:
    assert refused(engine.tabulate, [], (path for path in ["c_star"])).field == "outputs"


def test_a_problem_is_missing_like_any_other_argument() -> None:
    problem = refused(engine.equilibrium, **PAIR, **HOT)
    assert problem.field == "problem"
    assert "is missing; give one of TP" in problem.message


def test_what_is_no_specification_is_said_without_a_field() -> None:
    with pytest.raises(SpecError, match=r"^a specification is an object"):
        engine.parse_spec("LH2")  # type: ignore[arg-type]
