"""Tables of many answers hold the very numbers of the answers one by one."""

import doctest
import importlib
import math

import numpy as np
import pytest

import engine
from engine.errors import AnalysisError, SpecError
from engine.outputs import HEADLINES, NESTED, is_output
from tests.unit.engine.examples import lox_lh2

MOTORS = [
    lox_lh2(),
    lox_lh2(propellant__mixture_ratio=4.5, thrust=1e5, altitude=11e3),
    lox_lh2(flow_model="frozen", nozzle__area_ratio=12.0, nozzle__throat_diameter=0.1),
    lox_lh2(combustor={"type": "finite_area", "contraction_ratio": 2.5}),
    lox_lh2(propellant__fuel="RP-1", propellant__mixture_ratio=2.6, efficiency={"c_star": 0.97}),
    lox_lh2(nozzle__type="conical", nozzle__half_angle=15.0, ambient_pressure=3e4),
    lox_lh2(propellant={"monopropellant": "N2H4"}),
]
COMPOSITIONS = ("composition.exit.H2O", "composition.chamber.OH", "composition.throat.NoSuchSpecies")


def number_at(answer: object, path: str) -> float:
    """What the result has at a path, dug out of its plain document; the fraction of what is not there is 0."""
    found = answer.model_dump()  # type: ignore[attr-defined]
    room, *rest = path.split(".", 2)
    found = found[room]
    for name in rest:
        if room == "composition" and name == rest[-1]:
            return float(found.get(name, 0.0))
        found = (found or {}).get(name)
    return math.nan if found is None else float(found)


def test_every_number_is_that_of_the_answer_itself() -> None:
    outputs = (*HEADLINES, *NESTED, *COMPOSITIONS)
    table = engine.tabulate(MOTORS, outputs)
    answers = engine.analyze_many(MOTORS)
    assert not table.errors
    for path in outputs:
        expected = np.array([number_at(answer, path) for answer in answers])
        if path.startswith("composition"):
            expected[expected < 1e-8] = table.columns[path][expected < 1e-8]
            assert (table.columns[path] >= 0).all() or np.isnan(expected).any()
        np.testing.assert_allclose(table.columns[path], expected, rtol=1e-9, err_msg=path)


def test_a_case_without_an_answer_has_the_same_error_and_no_number() -> None:
    motors = [
        lox_lh2(chamber_pressure=-1.0),
        MOTORS[0],
        lox_lh2(propellant__mixture_ratio=0.01, nozzle__area_ratio=200.0),
        lox_lh2(thrust=1e3, chamber_pressure=1e5, nozzle__area_ratio=200.0, ambient_pressure=1e5),
        lox_lh2(propellant__fuel_temperature=2900.0),
    ]
    table = engine.tabulate(motors, ["c_star", "thrust"])
    answers = engine.analyze_many(motors)
    failed = {place: answer for place, answer in enumerate(answers) if isinstance(answer, AnalysisError)}
    assert set(table.errors) == set(failed) == {0, 2, 3, 4}
    assert all(str(table.errors[place]) == str(error) for place, error in failed.items())
    assert np.isnan(table.columns["c_star"]).tolist() == [True, False, True, True, True]
    assert np.isfinite(table.columns["thrust"][1])


def test_an_output_that_no_result_has_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(SpecError) as refused:
        engine.tabulate(MOTORS, ["c_star", "specific_impuls", "stations.exit.temprature", "foo"])
    problems = {problem.field: problem.message for problem in refused.value.problems}
    assert set(problems) == {"outputs.1", "outputs.2", "outputs.3"}
    assert "'specific_impulse'" in problems["outputs.1"]
    assert "'stations.exit.temperature'" in problems["outputs.2"]
    assert "composition.exit.CO2" in problems["outputs.3"]
    with pytest.raises(SpecError, match="list of paths"):
        engine.tabulate(MOTORS, "c_star")


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("composition.exit.CO2", True),
        ("composition.exit.", False),
        ("composition.nowhere.CO2", False),
        ("duration", False),
        ("stations.exit", False),
        ("geometry.exit_area", True),
    ],
)
def test_paths_of_outputs(path: str, known: bool) -> None:
    assert is_output(path) is known


def test_no_specs_make_an_empty_table() -> None:
    table = engine.tabulate([], ["c_star"])
    assert table.columns["c_star"].shape == (0,)


def test_the_documented_example_runs() -> None:
    module = importlib.import_module("engine.tabulation")
    assert doctest.testmod(module).attempted == 4
    assert doctest.testmod(module).failed == 0
