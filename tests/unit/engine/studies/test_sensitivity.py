"""Indices of Ishigami's function, whose values are known in closed form."""

from typing import Any

import numpy as np
import pytest

from engine.studies.models import parse_study
from tests.unit.engine.studies.studies import AREA, BASE, MIXTURE, PRESSURE, answers_of, result_of

PATHS = ("propellant.mixture_ratio", "chamber_pressure", "nozzle.area_ratio")
VARIABLES = [
    MIXTURE | {"minimum": 4.0, "maximum": 8.0},
    PRESSURE | {"minimum": 6e6, "maximum": 8e6},
    AREA | {"minimum": 30.0, "maximum": 50.0},
]
A, B = 7.0, 0.1
VARIANCE = A**2 / 8 + B * np.pi**4 / 5 + B**2 * np.pi**8 / 18 + 0.5
FIRST = np.array([0.5 * (1 + B * np.pi**4 / 5) ** 2, A**2 / 8, 0.0]) / VARIANCE
PAIR = 8 * B**2 * np.pi**8 / 225 / VARIANCE
TOTAL = FIRST + np.array([PAIR, 0.0, PAIR])


def study_of(**changes: Any) -> Any:
    document = {
        "type": "sensitivity",
        "base": BASE,
        "variables": VARIABLES,
        "method": "sobol",
        "samples": 2048,
        "outputs": ["c_star"],
    }
    return parse_study(document | changes)


def ishigami(*columns: Any) -> Any:
    """Ishigami and Homma, 1990, of variables brought to -pi to pi."""
    ends = [(variable["minimum"], variable["maximum"]) for variable in VARIABLES]
    x, y, z = (
        np.pi * (2 * (column - low) / (high - low) - 1)
        for column, (low, high) in zip(columns, ends, strict=True)
    )
    return np.sin(x) + A * np.sin(y) ** 2 + B * z**4 * np.sin(x)


def indices_of(study: Any, failing: Any = None) -> dict[str, Any]:
    found: dict[str, Any] = result_of(study, answers_of(ishigami, failing)).summary["outputs"]["c_star"]
    return found


def test_sobol_indices_are_those_of_the_closed_form() -> None:
    found = indices_of(study_of(second_order=True))
    for path, first, total in zip(PATHS, FIRST, TOTAL, strict=True):
        entry = found["variables"][path]
        assert entry["first_order"] == pytest.approx(first, abs=0.02)
        assert entry["total"] == pytest.approx(total, abs=0.02)
        assert abs(entry["first_order"] - first) < 2 * entry["first_order_confidence"] + 1e-3
    pairs = {tuple(pair["variables"]): pair["second_order"] for pair in found["pairs"]}
    assert pairs[(PATHS[0], PATHS[2])] == pytest.approx(PAIR, abs=0.03)
    assert pairs[(PATHS[0], PATHS[1])] == pytest.approx(0.0, abs=0.03)


def test_samples_with_a_failed_case_are_left_out_whole() -> None:
    found = result_of(study_of(), answers_of(ishigami, lambda x, *_: x > 7.98)).summary
    left_out = found["samples_left_out"]
    assert 0 < left_out < 40
    assert found["outputs"]["c_star"]["samples"] == 2048 - left_out
    # a base sample has five cases, and most of them share the value that fails
    assert left_out < found["failed"]["count"]
    for path, first in zip(PATHS, FIRST, strict=True):
        assert found["outputs"]["c_star"]["variables"][path]["first_order"] == pytest.approx(first, abs=0.04)


def test_morris_effects_of_a_linear_function_are_its_slopes() -> None:
    study = study_of(method="morris", samples=10)
    function = answers_of(lambda x, y, z: 2.0 * x - 3e-6 * y + 0.0 * z)
    found = result_of(study, function).summary["outputs"]["c_star"]["variables"]
    expected = {PATHS[0]: 2.0 * 4.0, PATHS[1]: -3e-6 * 2e6, PATHS[2]: 0.0}
    for path, effect in expected.items():
        assert found[path]["mean_effect"] == pytest.approx(effect, abs=1e-9)
        assert found[path]["mean_absolute_effect"] == pytest.approx(abs(effect), abs=1e-9)
        assert found[path]["standard_deviation_of_effect"] == pytest.approx(0.0, abs=1e-9)


def test_morris_screening_of_ishigami_finds_what_acts_only_together_with_others() -> None:
    """mu* and sigma over the four levels, by going through all of them."""
    levels = np.linspace(0.0, 1.0, 4)
    grid = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(-1, 3)
    low, high = (np.array([v[end] for v in VARIABLES]) for end in ("minimum", "maximum"))
    found = indices_of(study_of(method="morris", samples=1000))["variables"]
    for axis, path in enumerate(PATHS):
        start = grid[grid[:, axis] < 0.5]
        moved = start + np.eye(3)[axis] * 2 / 3
        effects = (ishigami(*(low + moved * (high - low)).T) - ishigami(*(low + start * (high - low)).T)) / (
            2 / 3
        )
        assert found[path]["mean_absolute_effect"] == pytest.approx(np.mean(np.abs(effects)), rel=0.05)
        assert found[path]["standard_deviation_of_effect"] == pytest.approx(np.std(effects), rel=0.05)
    assert found[PATHS[2]]["mean_absolute_effect"] > 1.0
    assert abs(found[PATHS[2]]["mean_effect"]) < 1.0


def test_paths_with_a_failed_case_are_left_out_whole() -> None:
    study = study_of(method="morris", samples=40)
    found = result_of(
        study, answers_of(lambda x, y, z: 2.0 * x + y * 0 + z, lambda x, _, z: (x > 7.9) & (z > 49.0))
    ).summary
    assert 0 < found["samples_left_out"] < 40
    entry = found["outputs"]["c_star"]
    assert entry["samples"] == 40 - found["samples_left_out"]
    assert entry["variables"][PATHS[0]]["mean_effect"] == pytest.approx(8.0)


def test_an_output_that_does_not_vary_has_no_indices_and_says_why() -> None:
    found = result_of(study_of(samples=64), answers_of(lambda x, *_: 0 * x + 1.5)).summary
    entry = found["outputs"]["c_star"]
    assert entry["variables"] is None
    assert entry["reason"] == "the output does not vary"
    assert [warning["code"] for warning in found["warnings"]] == ["no_indices"]


@pytest.mark.parametrize("method", ["sobol", "morris"])
@pytest.mark.parametrize("seed", [0, 5])
def test_the_same_seed_makes_the_same_indices(method: str, seed: int) -> None:
    study = study_of(method=method, samples=64, seed=seed)
    assert indices_of(study) == indices_of(study)
    assert indices_of(study) != indices_of(study_of(method=method, samples=64, seed=seed + 1))
