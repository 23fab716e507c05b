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
from tests.unit.engine.thermo.differences import extrapolated

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
    outputs = {field.name for field in dataclasses.fields(RocketPerformance)} - {"status"}
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

        expected, _ = extrapolated(solved, at, 4e-3 * at)
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
