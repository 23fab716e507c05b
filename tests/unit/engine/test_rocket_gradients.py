"""The derivatives of the array function: names, shapes, inputs, and what an optimiser does with them."""

import dataclasses
import doctest
import re
from pathlib import Path

import numpy as np
import pytest

import engine
from engine.arrays import gradients, rocket
from engine.arrays.rocket import RocketPerformance
from engine.thermo import performance
from tests.unit.engine.thermo.differences import derivative

PAGE = Path(__file__).resolve().parents[3] / "docs" / "gradients.md"
INPUTS = {
    "mixture_ratio",
    "chamber_pressure",
    "enthalpy",
    "area_ratio",
    "fuel_temperature",
    "oxidizer_temperature",
}


def test_every_output_has_a_derivative_by_every_input_in_the_broadcast_shape() -> None:
    found = engine.rocket_gradients(
        fuel="LH2",
        oxidizer="LOX",
        mixture_ratio=[[4.0], [6.0]],
        chamber_pressure=7e6,
        area_ratio=[20.0, 40.0, 80.0],
    )
    carried = ("viscosity", "conductivity", "prandtl")
    outputs = {
        field.name
        for field in dataclasses.fields(RocketPerformance)
        if field.name != "status" and not field.name.endswith(carried)
    }
    assert set(found.derivatives) == outputs
    for output in outputs:
        assert set(found.derivatives[output]) == INPUTS
        assert {value.shape for value in found.derivatives[output].values()} == {(2, 3)}
    assert found.values.status.tolist() == [[0, 0, 0], [0, 0, 0]]


def test_values_are_those_of_the_performance() -> None:
    given = {
        "fuel": "RP-1",
        "oxidizer": "LOX",
        "mixture_ratio": 2.5,
        "chamber_pressure": 7e6,
        "area_ratio": 16.0,
    }
    found, expected = engine.rocket_gradients(**given).values, engine.rocket_performance(**given)
    for name in found.__dataclass_fields__:
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-12)


def test_inputs_move_the_outputs_as_their_derivatives_say(monkeypatch: pytest.MonkeyPatch) -> None:
    # differences need the last digits
    monkeypatch.setattr(performance, "sweep_stations", lambda *_: iter(()))
    base = {
        "mixture_ratio": np.array([2.5, 3.5]),
        "chamber_pressure": np.array([4e6, 9e6]),
        "area_ratio": np.array([8.0, 30.0]),
        "fuel_temperature": np.array([250.0, 400.0]),
        "oxidizer_temperature": np.array([350.0, 320.0]),
    }
    found = engine.rocket_gradients(fuel="CH4", oxidizer="GOX", **base)
    names = list(found.derivatives)
    for field, at in base.items():

        def solved(changed: np.ndarray, field: str = field) -> np.ndarray:
            others = {name: np.tile(value, len(changed) // 2) for name, value in base.items()}
            answer = engine.rocket_performance(fuel="CH4", oxidizer="GOX", **{**others, field: changed})
            return np.stack([getattr(answer, name) for name in names])

        expected = derivative(solved, at, 4e-3 * at)
        for place, name in enumerate(names):
            size = np.abs(getattr(found.values, name)) / at
            assert (np.abs(found.derivatives[name][field] - expected[place]) < 1e-8 * size).all(), (
                name,
                field,
            )


def test_a_temperature_without_a_heat_capacity_has_no_derivative() -> None:
    found = engine.rocket_gradients(
        fuel="LH2", oxidizer="GOX", mixture_ratio=5.0, chamber_pressure=7e6, area_ratio=40.0
    )
    by_input = found.derivatives["c_star"]
    assert np.isnan(by_input["fuel_temperature"])
    assert 0.0 < by_input["oxidizer_temperature"] < 1.0


def test_the_mixture_ratio_moves_whatever_measure_gives_it() -> None:
    motor = {"fuel": "RP-1", "oxidizer": "LOX", "chamber_pressure": 7e6, "area_ratio": [16.0, 40.0]}
    by_ratio = engine.rocket_gradients(mixture_ratio=2.5, **motor).derivatives
    by_percentage = engine.rocket_gradients(percent_fuel=100.0 / 3.5, **motor).derivatives
    for output, slopes in by_ratio.items():
        for name, slope in slopes.items():
            np.testing.assert_allclose(by_percentage[output][name], slope, rtol=1e-7, atol=1e-12)


def test_a_temperature_moves_the_ingredients_that_have_none_of_their_own() -> None:
    common = {"oxidizer": "GOX", "mixture_ratio": 3.0, "chamber_pressure": 5e6, "area_ratio": 20.0}
    parts = [{"name": "CH4", "mass_fraction": 0.7}, {"name": "GH2", "mass_fraction": 0.3}]
    warmed = [parts[0], {**parts[1], "temperature": 350.0}]
    both = engine.rocket_gradients(fuel=parts, fuel_temperature=350.0, **common).derivatives["c_star"]
    one = engine.rocket_gradients(fuel=warmed, fuel_temperature=350.0, **common).derivatives["c_star"]
    assert 0.0 < one["fuel_temperature"] < 0.6 * both["fuel_temperature"]
    np.testing.assert_allclose(one["mixture_ratio"], both["mixture_ratio"], rtol=1e-12)


def test_a_propellant_mixed_beforehand_has_no_mixture_ratio() -> None:
    parts = [{"name": "AP", "mass_fraction": 0.86}, {"name": "HTPB", "mass_fraction": 0.14}]
    found = engine.rocket_gradients(reactants=parts, chamber_pressure=5e6, area_ratio=10.0)
    assert set(found.derivatives["c_star"]) == {"chamber_pressure", "enthalpy", "area_ratio"}
    assert found.derivatives["c_star"]["enthalpy"] > 0.0


def test_ions_have_their_part_in_the_derivatives() -> None:
    given = {"oxidizer": "LOX", "area_ratio": 5.0, "chamber_pressure": 1e5, "mixture_ratio": 2.0}
    fuel = {"name": "seeded", "formula": {"H": 2.0, "Cs": 0.2}, "enthalpy": 4e5}
    found = engine.rocket_gradients(fuel=fuel, ions=True, **given)

    def solved(pressure: np.ndarray) -> np.ndarray:
        answer = engine.rocket_performance(fuel=fuel, ions=True, **{**given, "chamber_pressure": pressure})
        return np.stack([answer.c_star, answer.chamber_gamma, answer.exit_temperature])

    expected = derivative(solved, np.array([1e5]), np.array([1e3]))
    for place, name in enumerate(("c_star", "chamber_gamma", "exit_temperature")):
        scale = float(getattr(found.values, name)) / 1e5
        assert abs(found.derivatives[name]["chamber_pressure"] - expected[place, 0]) < 1e-6 * scale


def test_no_cases_have_no_derivatives() -> None:
    found = engine.rocket_gradients(
        fuel="LH2", oxidizer="LOX", mixture_ratio=np.empty(0), chamber_pressure=7e6, area_ratio=40.0
    )
    assert found.derivatives["c_star"]["mixture_ratio"].shape == (0,)


def test_an_unknown_flow_model_is_refused_by_name() -> None:
    with pytest.raises(engine.SpecError, match="'shifting' is not a flow model") as error:
        engine.rocket_gradients(
            fuel="LH2",
            oxidizer="LOX",
            mixture_ratio=6.0,
            chamber_pressure=7e6,
            area_ratio=40.0,
            flow_model="shifting",  # type: ignore[arg-type]
        )
    assert error.value.problems[0].field == "flow_model"


@pytest.mark.parametrize("module", [gradients, rocket])
def test_the_examples_of_the_functions_answer_as_shown(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


def test_the_examples_of_the_page_answer_as_shown() -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    example = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, PAGE.name, str(PAGE), 0)
    assert len(example.examples) > 5
    assert doctest.DocTestRunner().run(example).failed == 0
