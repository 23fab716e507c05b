import copy
from typing import Any

import pytest

import engine
from engine.solid_spec import SolidSpec
from tests.unit.engine.examples import COMPOSITE, PROPELLANT, two_tubes


def problems_of(spec: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(engine.SpecError) as caught:
        engine.parse_spec(spec)
    return {problem.field: problem.message for problem in caught.value.problems}


def with_rate(**changes: Any) -> dict[str, Any]:
    propellant = copy.deepcopy(PROPELLANT)
    propellant["burn_rates"][0] |= changes
    return propellant


@pytest.mark.parametrize(
    ("changes", "field", "part"),
    [
        ({"nozzle__throat_diameter": 0.09, "nozzle__exit_diameter": 0.2}, "nozzle.throat_diameter", "0.083"),
        ({"nozzle__exit_diameter": 0.01}, "nozzle.exit_diameter", "0.014"),
        ({"altitude": 100.0}, "altitude", "ambient_pressure"),
        ({"propellant": with_rate(exponent=1.2)}, "propellant.burn_rates.0.exponent", "0.99"),
        ({"propellant": with_rate(gamma=None)}, "propellant.burn_rates.0.gamma", "ingredients"),
        ({"propellant": with_rate(pressure_max=0.0)}, "propellant.burn_rates.0.pressure_max", "more"),
        ({"propellant": {**PROPELLANT, "density": None}}, "propellant.density", "kg/m3"),
        ({"validate": True}, "validate", "ingredients"),
        ({"grains": []}, "grains", "list of grains"),
        ({"propellants": PROPELLANT}, "propellants", "propellant"),
        ({"settings": {"timestep": 0.03}}, "settings.timestep", "time_step"),
        ({"settings": {"model": "steady"}}, "settings.model", "quasi_steady"),
    ],
)
def test_bad_input_names_field_and_remedy(changes: dict[str, Any], field: str, part: str) -> None:
    found = problems_of(two_tubes(**changes))
    assert field in found, found
    assert part in found[field]


def test_a_core_wider_than_its_grain_names_the_grain() -> None:
    spec = two_tubes()
    spec["grains"][1]["core_diameter"] = 0.09
    assert "0.083" in problems_of(spec)["grains.1.core_diameter"]


def test_burn_rates_have_to_follow_each_other() -> None:
    rate = PROPELLANT["burn_rates"][0]
    overlapping = {**PROPELLANT, "burn_rates": [rate, {**rate, "pressure_min": 1e6, "pressure_max": 9e6}]}
    assert (
        "1e+06 Pa" in problems_of(two_tubes(propellant=overlapping))["propellant.burn_rates.1.pressure_min"]
    )


def test_a_gas_is_given_once() -> None:
    both = {**COMPOSITE, "burn_rates": PROPELLANT["burn_rates"]}
    assert "ingredients" in problems_of(two_tubes(propellant=both))["propellant.burn_rates.0.gamma"]


def test_a_history_of_the_ambient_has_a_value_for_every_time() -> None:
    history = {"time": [0.0, 1.0, 2.0], "altitude": [0.0, 100.0]}
    found = problems_of(two_tubes(ambient_pressure=None, ambient_history=history))
    assert "2 values for 3 times" in found["ambient_history.altitude"]


def test_a_density_comes_of_the_ingredients() -> None:
    spec = engine.parse_spec(two_tubes(propellant={**COMPOSITE, "density": None}))
    assert isinstance(spec, SolidSpec)
    assert spec.propellant.stored_density == pytest.approx(1785.0, rel=0.02)
