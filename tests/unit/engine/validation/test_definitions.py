"""Which definition differs between two answers for one motor."""

import copy
from typing import Any

import pytest

import engine
from engine import SpecError, explain_difference

MOTOR: dict[str, Any] = {
    "motor_type": "solid",
    "propellant": {
        "density": 1680.0,
        "burn_rates": [
            {
                "coefficient": 3.517e-5,
                "exponent": 0.3273,
                "gamma": 1.21,
                "flame_temperature": 3500.0,
                "molar_mass": 0.02367,
            }
        ],
    },
    "grains": [
        {
            "type": "star",
            "diameter": 0.083,
            "length": 0.14,
            "points": 5,
            "point_length": 0.025,
            "point_width": 0.012,
        }
    ],
    "nozzle": {
        "throat_diameter": 0.012,
        "exit_diameter": 0.035,
        "efficiency": 0.9,
        "divergence_half_angle": 15.0,
    },
    "settings": {"time_step": 0.03},
}
NAMES = (
    "thrust",
    "burn_time",
    "specific_impulse",
    "propellant_mass",
    "chamber_pressure_peak",
    "total_impulse",
)


def reported(**changes: Any) -> dict[str, float]:
    """What another tool would say with these changes, by dotted path with two underscores."""
    spec = copy.deepcopy(MOTOR)
    for path, value in changes.items():
        *parents, name = path.split("__")
        place = spec
        for parent in parents:
            place = place[parent]
        place[name] = value
    result = engine.analyze(spec)
    return {name: getattr(result, name) for name in NAMES}


def test_tools_that_agree_need_no_explanation() -> None:
    found = explain_difference(MOTOR, reported())
    assert found.steps == []
    assert found.unexplained == []
    assert max(map(abs, found.deviations.values())) < 1e-9


def test_an_efficiency_that_the_other_has_not_is_found() -> None:
    found = explain_difference(MOTOR, reported(nozzle__efficiency=1.0))
    assert [step.name for step in found.steps] == ["no_efficiency"]
    assert found.deviations["thrust"] == pytest.approx(-0.1, rel=0.01)
    assert found.unexplained == []


def test_an_efficiency_of_the_other_is_found_by_its_value() -> None:
    found = explain_difference(MOTOR, reported(nozzle__efficiency=0.8))
    assert [step.name for step in found.steps] == ["efficiency"]
    assert "0.800" in found.steps[0].about


def test_several_definitions_are_found_one_by_one() -> None:
    other = reported(nozzle__efficiency=1.0, settings__cross_sections="gridded")
    found = explain_difference(MOTOR, other, tolerance=1e-3)
    assert [step.name for step in found.steps] == ["no_efficiency", "gridded"]
    assert found.unexplained == []


def test_another_rule_for_the_end_of_a_burn_is_found() -> None:
    result = engine.analyze(MOTOR)
    other = reported() | {
        "burn_time": result.burn_time_10_percent,
        "thrust": result.total_impulse / result.burn_time_10_percent,
    }
    found = explain_difference(MOTOR, other, tolerance=1e-3)
    assert [step.name for step in found.steps] == ["burn_time_10_percent"]


def test_what_no_definition_explains_is_said() -> None:
    found = explain_difference(MOTOR, reported() | {"propellant_mass": 3.0})
    assert found.unexplained == ["propellant_mass"]


@pytest.mark.parametrize(
    ("spec", "given", "field"),
    [
        ({"motor_type": "liquid"}, {"thrust": 1.0}, "motor_type"),
        (MOTOR, {}, "reported"),
        (MOTOR, {"burn_tim": 1.0}, "reported.burn_tim"),
        (MOTOR, {"thrust": -1.0}, "reported.thrust"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    spec: dict[str, Any], given: dict[str, float], field: str
) -> None:
    with pytest.raises(SpecError) as caught:
        explain_difference(spec, given)
    assert caught.value.problems[0].field == field
