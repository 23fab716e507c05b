import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine.errors import SpecError, UnknownPropellantError
from engine.spec import LiquidSpec
from tests.unit.engine.examples import lox_lh2

MISTAKES: list[tuple[dict[str, Any], str, str]] = [
    ({"chamber_presure": 7e6}, "chamber_presure", "did you mean 'chamber_pressure'?"),
    ({"chamber_pressure": -5.0}, "chamber_pressure", "-5.0 is not possible: it is below 100"),
    ({"chamber_pressure": 1e12}, "chamber_pressure", "it is above 1e+08"),
    ({"chamber_pressure": True}, "chamber_pressure", "True is not possible: it is not a number"),
    ({"chamber_pressure": "7e6"}, "chamber_pressure", "it is not a number; give Pa"),
    ({"chamber_pressure": float("nan")}, "chamber_pressure", "it is not finite"),
    ({"chamber_pressure": float("inf")}, "chamber_pressure", "it is not finite"),
    ({"chamber_pressure": None}, "chamber_pressure", "is missing; give Pa"),
    ({"propellant__mixture_ratio": -1}, "propellant.mixture_ratio", "-1 is not possible: it is below 0"),
    ({"propellant__mixture_ratio": 1e7}, "propellant.mixture_ratio", "it is above 1e+06"),
    ({"propellant__fuel": 5}, "propellant.fuel", "5 is not possible"),
    ({"propellant__fuel": {"name": "LH2"}}, "propellant.fuel", "give them, or the name alone: 'LH2'"),
    ({"propellant__reactants": "LH2"}, "propellant.reactants", "did you mean 'monopropellant'?"),
    ({"propellant__o_f": 2.0}, "propellant.o_f", "did you mean 'mixture_ratio'?"),
    ({"Pc": 7e6}, "Pc", "did you mean 'chamber_pressure'?"),
    ({"propellant__fuel": {"name": "x", "formla": {"C": 1}}}, "propellant.fuel.formla", "'formula'"),
    (
        {"propellant__fuel": {"name": "x", "formula": {"Q": 1}, "enthalpy": 0.0}},
        "propellant.fuel.formula",
        "'Q' is no element",
    ),
    ({"propellant": "LH2"}, "propellant", "give an object with fuel"),
    ({"nozzle": {}}, "nozzle.area_ratio", "is missing"),
    ({"nozzle__area_ratio": 0.5}, "nozzle.area_ratio", "it is below 1.0001"),
    ({"nozzle__half_angle": 15.0}, "nozzle.half_angle", "set type to 'conical'"),
    ({"nozzle__type": "bel"}, "nozzle.type", "none of 'bell' or 'conical'"),
    ({"thrust": 1e3, "mass_flow_rate": 2.0}, "thrust", "keep one of them"),
    ({"thrust": 1e3, "nozzle__throat_diameter": 0.1}, "thrust", "keep one of them"),
    ({"altitude": 1e3, "ambient_pressure": 1e5}, "altitude", "keep one of them"),
    (
        {"combustor": {"type": "finite_area", "contraction_ratio": 3.0, "mass_flux": 900.0}},
        "combustor.mass_flux",
        "keep one of them",
    ),
    (
        {"combustor": {"type": "finite_area", "contraction_ratio": 1.0}},
        "combustor.contraction_ratio",
        "it is below 1.01; give chamber area over throat area",
    ),
    (
        {"combustor": {"type": "finite_area", "mass_flux": float("nan")}},
        "combustor.mass_flux",
        "it is not finite; give kg/(s m2)",
    ),
    (
        {"combustor": {"type": "finite_area", "mas_flux": 900.0}},
        "combustor.mas_flux",
        "did you mean 'mass_flux'?",
    ),
    ({"combustor": {"typ": "finite"}}, "combustor", "its 'type' is missing"),
    ({"combustor": {"type": "finite"}}, "combustor", "is none of 'infinite_area', 'finite_area'"),
    (
        {"combustor": {"type": "finite_area"}},
        "combustor.contraction_ratio",
        "give contraction_ratio, chamber area over throat area, or mass_flux",
    ),
    (
        {"combustor": {"type": "infinite_area", "contraction_ratio": 3.0}},
        "combustor.contraction_ratio",
        "it belongs to the type 'finite_area'",
    ),
    ({"is_validated": True}, "is_validated", "did you mean 'validate'?"),
    (
        {"propellant__fuel": {"name": "x", "formula": {"C": "one"}, "enthalpy": 0.0}},
        "propellant.fuel.formula.C",
        "'one' is not possible: it is not a number; give atoms by element",
    ),
    ({"propellant__fuel": ""}, "propellant.fuel", "give an alias of the catalogue"),
    ({"chamber_pressure": 10**400}, "chamber_pressure", "it is not a number; give Pa"),
    ({"flow_model": "frzen"}, "flow_model", "'frozen'"),
    ({"validate": "yes"}, "validate", "neither true nor false"),
    ({"efficiency": {"c_star": 2.0}}, "efficiency.c_star", "it is above 1.1"),
]


@pytest.mark.parametrize(("changes", "field", "words"), MISTAKES, ids=lambda value: str(value)[:40])
def test_a_mistake_is_named_by_its_field_with_value_and_remedy(
    changes: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(SpecError) as caught:
        engine.parse_spec(lox_lh2(**changes))
    messages = {problem.field: problem.message for problem in caught.value.problems}
    assert words in messages[field]
    assert caught.value.code == "invalid_spec"


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(SpecError) as caught:
        engine.parse_spec(lox_lh2(chamber_pressure=-1.0, nozzle__area_ratio=0.0, thrst=5))
    assert {p.field for p in caught.value.problems} == {"chamber_pressure", "nozzle.area_ratio", "thrst"}


@pytest.mark.parametrize(
    ("written", "nearest"), [("LH3", "LH2"), ("RP1", "RP-1"), ("MHM", "MMH"), ("kerosine", "")]
)
def test_an_unknown_propellant_is_answered_with_the_nearest_names(written: str, nearest: str) -> None:
    with pytest.raises(UnknownPropellantError) as caught:
        engine.parse_spec(lox_lh2(propellant__fuel=written))
    (problem,) = caught.value.problems
    assert problem.field == "propellant.fuel"
    assert written in problem.message
    assert nearest in problem.message


@pytest.mark.parametrize("motor_type", ["ramjet", "liqid", 5, None])
def test_a_motor_type_that_is_not_here_is_answered_with_those_that_are(motor_type: Any) -> None:
    with pytest.raises(SpecError, match="'liquid', 'hybrid', 'solid'"):
        engine.parse_spec(lox_lh2(motor_type=motor_type))


def test_a_missing_motor_type_and_something_that_is_no_object_are_refused() -> None:
    with pytest.raises(SpecError, match="motor_type: is missing"):
        engine.parse_spec({})
    with pytest.raises(SpecError, match="an object with fields"):
        engine.parse_spec([1])  # type: ignore[arg-type]


def test_names_do_not_depend_on_case_and_definitions_need_no_catalogue() -> None:
    assert engine.parse_spec(lox_lh2(propellant__fuel="lh2")).propellant.fuel == "LH2"
    own = {"name": "mine", "formula": {"C": 1, "H": 1.9}, "enthalpy": -2e4}
    assert engine.parse_spec(lox_lh2(propellant__fuel=own)).propellant.fuel.name == "mine"


@given(
    pressure=st.floats(1e3, 1e8),
    ratio=st.floats(1e-3, 1e3),
    area=st.floats(1.0001, 5e3),
    validated=st.booleans(),
)
def test_a_good_specification_survives_json(
    pressure: float, ratio: float, area: float, validated: bool
) -> None:
    given_spec = lox_lh2(
        chamber_pressure=pressure,
        propellant__mixture_ratio=ratio,
        nozzle__area_ratio=area,
        validate=validated,
    )
    parsed = engine.parse_spec(json.loads(json.dumps(given_spec)))
    assert isinstance(parsed, LiquidSpec)
    assert parsed.is_validated is validated
    again = engine.parse_spec(parsed.model_dump(mode="json", by_alias=True))
    assert again == parsed
    assert engine.parse_spec(parsed) is parsed


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_whatever_is_given_the_answer_is_a_spec_error(anything: Any) -> None:
    for body in (anything, {"motor_type": "liquid", "propellant": anything}, lox_lh2(nozzle=anything)):
        with pytest.raises(SpecError):
            engine.parse_spec(body)


def test_an_error_survives_the_way_between_processes() -> None:
    with pytest.raises(SpecError) as caught:
        engine.parse_spec(lox_lh2(propellant__fuel="LH3"))
    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert type(copy) is type(caught.value)
    assert copy.problems == caught.value.problems
    assert copy.code == "unknown_propellant"
