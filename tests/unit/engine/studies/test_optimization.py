"""Optima that are known otherwise: in closed form, by scipy and by pymoo themselves; and interruptions on the way."""

import json
from typing import Any

import numpy as np
import pytest
from pymoo.indicators.igd import IGD
from pymoo.problems import get_problem
from scipy.optimize import minimize

import engine
from engine.studies import evaluation
from engine.studies.kinds import OptimizationStudy
from engine.studies.models import count_cases, parse_study
from engine.studies.optimization import journal as journals
from engine.studies.optimization.goal import front
from engine.studies.optimization.slopes import exact_slopes
from engine.studies.running import run_study
from engine.thermo.sweeps.known import KnownSweeps
from tests.unit.engine.studies.studies import (
    AREA,
    BASE,
    MIXTURE,
    PRESSURE,
    answers_of,
    interrupted_parts,
    parts_of,
    result_of,
)

IMPULSE = {"output": "specific_impulse_vacuum", "sense": "maximize"}
ROSENBROCK_ENDS = {"minimum": 1.0, "maximum": 9.0}
"""Of the variables here, which are mapped to -2 to 2."""


@pytest.fixture
def told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journals, "PAUSE", 0.0)
    monkeypatch.setattr(journals, "SHARE", 0.0)


def study_of(**changes: Any) -> OptimizationStudy:
    document = {
        "type": "optimization",
        "base": BASE,
        "variables": [MIXTURE | ROSENBROCK_ENDS, AREA | {"minimum": 10.0, "maximum": 90.0}],
        "objectives": [{"output": "c_star", "sense": "minimize"}],
    }
    study = parse_study(document | changes)
    assert isinstance(study, OptimizationStudy)
    return study


def unit(mixture: Any, area: Any) -> tuple[Any, Any]:
    return (mixture - 5.0) / 2.0, (area - 50.0) / 20.0


def rosenbrock(mixture: Any, area: Any) -> Any:
    x, y = unit(mixture, area)
    return [(1.0 - x) ** 2 + 100.0 * (y - x**2) ** 2, x, y]


def optimum_of(summary: dict[str, Any]) -> np.ndarray[Any, Any]:
    values = summary["optimum"]["variables"]
    return np.array(unit(values["propellant.mixture_ratio"], values["nozzle.area_ratio"]))


@pytest.mark.parametrize("method", ["gradient", "differential_evolution", "auto"])
def test_the_minimum_of_rosenbrock_is_found(method: str) -> None:
    study = study_of(method=method, outputs=["thrust", "exit_mach"], generations=200)
    found = result_of(study, answers_of(rosenbrock)).summary
    assert found["success"]
    np.testing.assert_allclose(optimum_of(found), [1.0, 1.0], atol=2e-3)
    assert found["optimum"]["outputs"]["c_star"] == pytest.approx(0.0, abs=1e-6)
    assert found["cases"] <= count_cases(study)
    assert found["optimum"]["at_limits"] == found["optimum"]["active_constraints"] == []


@pytest.mark.parametrize("method", ["gradient", "differential_evolution"])
@pytest.mark.filterwarnings("ignore:delta_grad")
def test_a_limit_is_kept_and_named(method: str) -> None:
    """Rosenbrock's function where x + y may not exceed 1, against scipy's own answer in plain coordinates."""
    expected = minimize(
        lambda p: (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2,
        [0.0, 0.0],
        method="trust-constr",
        constraints={"type": "ineq", "fun": lambda p: 1.0 - p[0] - p[1]},
        options={"gtol": 1e-10, "xtol": 1e-12},
    )
    study = study_of(method=method, constraints=[{"output": "thrust", "maximum": 1.0}], generations=200)

    def function(mixture: Any, area: Any) -> Any:
        value, x, y = rosenbrock(mixture, area)
        return [value, x + y]

    found = result_of(study, answers_of(function)).summary
    assert found["feasible"]
    np.testing.assert_allclose(optimum_of(found), expected.x, atol=1e-3)
    assert found["optimum"]["active_constraints"] == ["thrust"]
    assert found["optimum"]["outputs"]["thrust"] <= 1.0 + 1e-6


@pytest.mark.parametrize("method", ["gradient", "differential_evolution"])
def test_cases_without_an_answer_are_gone_around(method: str) -> None:
    """A quadratic whose minimum is near a region without answers."""
    study = study_of(method=method)
    found = result_of(
        study,
        answers_of(
            lambda mixture, area: (mixture - 3.0) ** 2 + ((area - 40.0) / 10.0) ** 2,
            lambda mixture, area: (mixture < 2.9) | (area < 30.0),
        ),
    ).summary
    assert found["success"]
    assert found["optimum"]["variables"]["propellant.mixture_ratio"] == pytest.approx(3.0, abs=1e-3)
    assert found["optimum"]["variables"]["nozzle.area_ratio"] == pytest.approx(40.0, abs=1e-2)
    assert found["failed"]["count"] > 0


def test_an_optimum_at_an_end_is_named() -> None:
    found = result_of(study_of(), answers_of(lambda mixture, area: mixture + area)).summary
    assert found["optimum"]["at_limits"] == ["propellant.mixture_ratio", "nozzle.area_ratio"]


def test_limits_that_nothing_can_keep_are_told_with_the_case_that_misses_them_least() -> None:
    limits = [{"output": "thrust", "minimum": 100.0}]
    for changes in ({"method": "auto", "generations": 10}, {"method": "nsga2", "generations": 10}):
        study = study_of(constraints=limits, **changes)
        found = result_of(study, answers_of(lambda mixture, area: [mixture, area])).summary
        assert not found["feasible"]
        assert not found["success"]
        assert [warning["code"] for warning in found["warnings"]] == ["no_feasible_case"]
        nearest = found.get("nearest") or found["optimum"]
        assert nearest["outputs"]["thrust"] == pytest.approx(90.0, rel=0.05)


def test_without_any_answer_an_optimisation_ends_and_says_so() -> None:
    for changes in ({"method": "auto", "generations": 3}, {"method": "nsga2", "generations": 3}):
        study = study_of(**changes)
        found = result_of(study, answers_of(lambda mixture, _: mixture, lambda mixture, _: mixture > 0))
        assert not found.summary["success"]
        assert found.summary["solved"] == 0
        assert json.loads(json.dumps(found.summary, allow_nan=False)) == found.summary


def test_the_front_of_zdt1_is_that_of_pymoo() -> None:
    """Zitzler, Deb and Thiele, 2000: f1 = x, f2 = g (1 - sqrt(x/g)); the front is at g = 1."""
    paths = ["propellant.mixture_ratio", "nozzle.area_ratio", "chamber_pressure", "efficiency.c_star"]
    ends = [(1.0, 9.0), (10.0, 90.0), (1e6, 9e6), (0.9, 1.0)]
    study = parse_study(
        {
            "type": "optimization",
            "base": BASE,
            "variables": [
                {"path": path, "minimum": low, "maximum": high}
                for path, (low, high) in zip(paths, ends, strict=True)
            ],
            "objectives": [
                {"output": "c_star", "sense": "minimize"},
                {"output": "thrust", "sense": "maximize"},
            ],
            "population": 40,
            "generations": 100,
        }
    )

    def zdt1(*columns: Any) -> Any:
        shares = [(column - low) / (high - low) for column, (low, high) in zip(columns, ends, strict=True)]
        g = 1.0 + 9.0 * np.mean(shares[1:], axis=0)
        return [shares[0], -g * (1.0 - np.sqrt(shares[0] / g))]

    found = result_of(study, answers_of(zdt1)).summary
    best = np.array([[case["outputs"]["c_star"], -case["outputs"]["thrust"]] for case in found["front"]])
    assert len(best) >= 40
    assert IGD(get_problem("zdt1").pareto_front())(best) < 0.01
    assert (np.diff(best[:, 0]) > 0).all()
    assert (np.diff(best[:, 1]) < 0).all()


def test_a_front_found_in_portions_is_the_whole_front() -> None:
    points = np.random.default_rng(2).random((2500, 3))
    found = front(points, most=10_000)
    dominated = [((points <= point).all(axis=1) & (points < point).any(axis=1)).any() for point in points]
    assert sorted(found) == np.flatnonzero(~np.array(dominated)).tolist()
    few = front(points, most=20)
    assert len(few) == len(set(few)) == 20


OBJECTIVES: list[dict[str, str]] = [IMPULSE, {"output": "geometry.exit_diameter", "sense": "minimize"}]


@pytest.mark.parametrize(
    "changes",
    [
        {"objectives": [IMPULSE], "method": "gradient"},
        {"objectives": [IMPULSE], "constraints": [{"output": "thrust", "minimum": 4400.0}]},
        {"objectives": [IMPULSE], "method": "differential_evolution", "population": 8, "generations": 3},
        {"objectives": OBJECTIVES, "population": 8, "generations": 3},
    ],
    ids=["exact gradient", "differences", "differential_evolution", "nsga2"],
)
@pytest.mark.usefixtures("told_at_once")
def test_interruptions_change_no_bit(changes: dict[str, Any]) -> None:
    study = study_of(**changes)
    undisturbed = parts_of(study)
    engine.analyze_many([BASE | {"chamber_pressure": 6.5e6 + 1e5 * step} for step in range(12)])
    disturbed, stops = interrupted_parts(study, every=2)
    assert stops > 1
    assert disturbed == undisturbed


@pytest.mark.usefixtures("told_at_once")
def test_failed_cases_survive_an_interruption(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "SWEPT", 5)
    study = study_of(method="nsga2", population=12, generations=5)
    evaluate = answers_of(rosenbrock_alone, lambda mixture, _: mixture < 3.0)
    undisturbed = parts_of(study, evaluate)
    disturbed, _ = interrupted_parts(study, evaluate)
    assert disturbed == undisturbed
    assert result_of(study, evaluate).summary["failed"]["count"] > 5


def rosenbrock_alone(mixture: Any, area: Any) -> Any:
    return rosenbrock(mixture, area)[0]


@pytest.mark.parametrize("seed", [0, 1])
def test_the_seed_decides(seed: int) -> None:
    study, other = (
        study_of(method="differential_evolution", generations=5, seed=s) for s in (seed, seed + 1)
    )
    evaluate = answers_of(rosenbrock_alone)
    assert parts_of(study, evaluate) == parts_of(study, evaluate)
    assert parts_of(study, evaluate) != parts_of(other, evaluate)


def test_the_mixture_of_most_impulse_is_found_by_every_method() -> None:
    variables = [MIXTURE | {"minimum": 3.0, "maximum": 8.0}, PRESSURE | {"minimum": 5e6, "maximum": 1e7}]
    found = {
        method: run_study(
            {
                "type": "optimization",
                "base": BASE,
                "variables": variables,
                "objectives": [IMPULSE],
                "method": method,
                "generations": 40,
            }
        ).summary
        for method in ("auto", "differential_evolution")
    }
    assert found["auto"]["method"] == "gradient"
    assert found["auto"]["derivatives"] == "exact"
    assert found["auto"]["cases"] < 60
    for summary in found.values():
        values = summary["optimum"]["variables"]
        assert values["propellant.mixture_ratio"] == pytest.approx(4.75, abs=0.02)
        assert values["chamber_pressure"] == pytest.approx(1e7, rel=1e-6)
        assert summary["optimum"]["at_limits"] == ["chamber_pressure"]


@pytest.mark.parametrize(
    ("changes", "exact"),
    [
        ({}, True),
        ({"base": BASE | {"flow_model": "frozen"}}, True),
        ({"base": BASE | {"efficiency": {"c_star": 0.97, "nozzle": 0.98}}}, True),
        ({"base": BASE | {"combustor": {"type": "finite_area", "contraction_ratio": 3.0}}}, False),
        ({"base": BASE | {"nozzle": {"type": "conical", "half_angle": 15.0}}}, False),
        ({"variables": [{"path": "efficiency.nozzle", "minimum": 0.9, "maximum": 1.0}]}, False),
        ({"outputs": ["stations.exit.temperature", "stations.throat.pressure"]}, True),
        ({"constraints": [{"output": "thrust", "minimum": 1.0}]}, False),
    ],
)
def test_derivatives_are_exact_where_the_core_has_them_and_true_everywhere(
    changes: dict[str, Any], exact: bool
) -> None:
    study = study_of(**{"objectives": [IMPULSE, {"output": "c_star", "sense": "minimize"}], **changes})
    slopes = exact_slopes(study, KnownSweeps())
    assert (slopes is not None) == exact
    if slopes is None:
        return
    point = np.array([variable.start for variable in study.variables])
    steps = 1e-4 * point
    found = slopes(point)
    for axis, step in enumerate(steps):
        ends = []
        for sign in (1.0, -1.0):
            moved = point.copy()
            moved[axis] += sign * step
            spec = json.loads(json.dumps(study.base))
            spec["propellant"]["mixture_ratio"], spec["nozzle"]["area_ratio"] = moved.tolist()
            columns = engine.tabulate([spec], list(study.outputs)).columns
            ends.append(np.array([columns[path][0] for path in study.outputs]))
        np.testing.assert_allclose(found[:, axis], (ends[0] - ends[1]) / (2 * step), rtol=1e-4, atol=1e-9)


def test_the_table_has_every_case_with_its_round() -> None:
    found = run_study(
        {
            "type": "optimization",
            "base": BASE,
            "variables": [MIXTURE | {"minimum": 3.0, "maximum": 8.0}],
            "objectives": [IMPULSE],
            "outputs": ["thrust"],
        }
    )
    assert list(found.table) == [
        "round",
        "propellant.mixture_ratio",
        "specific_impulse_vacuum",
        "thrust",
        "feasible",
        "error_code",
    ]
    assert {len(column) for column in found.table.values()} == {found.summary["cases"]}
    # what is only reported does not keep the derivatives from being exact
    assert (found.summary["method"], found.summary["derivatives"]) == ("gradient", "exact")
    assert found.summary["history"]["cases"][-1] == found.summary["cases"]
    best = found.summary["history"]["best"][0]
    assert best[-1] == found.summary["optimum"]["outputs"]["specific_impulse_vacuum"] == max(best)
