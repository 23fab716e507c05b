"""Statistics against closed formulas: a linear output of known inputs."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from engine.studies.models import parse_study
from tests.unit.engine.studies.studies import AREA, BASE, MIXTURE, PRESSURE, answers_of, result_of

DEVIATIONS = np.array([0.1, 2e5])
SLOPES = np.array([3.0, -1e-6])
VARIABLES = [
    MIXTURE | {"distribution": "normal", "mean": 6.0, "standard_deviation": 0.1},
    PRESSURE | {"distribution": "normal", "mean": 7e6, "standard_deviation": 2e5},
]
MEAN = 6.0 * SLOPES[0] + 7e6 * SLOPES[1]
DEVIATION = float(np.hypot(*(SLOPES * DEVIATIONS)))


def study_of(**changes: Any) -> Any:
    document = {
        "type": "uncertainty",
        "base": BASE,
        "variables": VARIABLES,
        "samples": 4096,
        "outputs": ["c_star"],
    }
    return parse_study(document | changes)


def linear(mixture: Any, pressure: Any) -> Any:
    return SLOPES[0] * mixture + SLOPES[1] * pressure


def statistics_of(**changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = result_of(study_of(**changes), answers_of(linear)).summary["outputs"]["c_star"]
    return found


@pytest.mark.parametrize(
    ("sampling", "of_mean", "of_deviation"),
    [("random", 3.0, 0.05), ("latin_hypercube", 0.05, 0.05), ("sobol", 0.05, 0.01)],
)
def test_moments_of_a_linear_output(sampling: str, of_mean: float, of_deviation: float) -> None:
    found = statistics_of(sampling=sampling, seed=3)
    error = DEVIATION / np.sqrt(4096)
    assert abs(found["mean"] - MEAN) < of_mean * error
    assert found["standard_deviation"] == pytest.approx(DEVIATION, rel=of_deviation)
    low, high = found["mean_interval"]
    assert high - low == pytest.approx(2 * 1.96 * error, rel=0.05)


def test_percentiles_of_a_linear_output() -> None:
    found = statistics_of(sampling="sobol", percentiles=[2.5, 50.0, 97.5])["percentiles"]
    assert list(found) == ["2.5", "50", "97.5"]
    for percent, entry in found.items():
        expected = stats.norm(MEAN, DEVIATION).ppf(float(percent) / 100)
        assert entry["value"] == pytest.approx(expected, abs=0.03 * DEVIATION)
        assert entry["interval"][0] <= expected <= entry["interval"][1]


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    held = np.zeros(3)
    for seed in range(120):
        found = statistics_of(sampling="random", samples=200, seed=seed, percentiles=[90.0])
        truths = (MEAN, DEVIATION, stats.norm(MEAN, DEVIATION).ppf(0.9))
        intervals = (
            found["mean_interval"],
            found["standard_deviation_interval"],
            found["percentiles"]["90"]["interval"],
        )
        held += [low <= truth <= high for truth, (low, high) in zip(truths, intervals, strict=True)]
    assert (held > 0.88 * 120).all()
    assert (held[:2] < 0.995 * 120).all()


def test_too_few_samples_leave_the_end_of_an_interval_open() -> None:
    found = statistics_of(samples=10, percentiles=[1.0, 99.0])["percentiles"]
    assert found["1"]["interval"][0] is None
    assert found["99"]["interval"][1] is None


def test_correlations_are_the_shares_of_the_slopes() -> None:
    found = statistics_of()["correlations"]
    expected = SLOPES * DEVIATIONS / DEVIATION
    for path, value in zip(("propellant.mixture_ratio", "chamber_pressure"), expected, strict=True):
        assert found[path]["linear"] == pytest.approx(value, abs=0.01)
        assert found[path]["rank"] == pytest.approx(6 / np.pi * np.arcsin(value / 2), abs=0.015)


def test_a_histogram_holds_all_samples() -> None:
    found = statistics_of()["histogram"]
    assert sum(found["counts"]) == 4096
    assert len(found["edges"]) == len(found["counts"]) + 1
    assert 10 <= len(found["counts"]) <= 60


def test_convergence_ends_with_the_statistics_of_all_samples() -> None:
    found = statistics_of()
    run = found["convergence"]
    assert run["cases"][0] == 16
    assert run["cases"][-1] == 4096
    assert run["mean"][-1] == found["mean"]
    assert run["percentiles"]["95"][-1] == found["percentiles"]["95"]["value"]
    errors = np.abs(np.array(run["mean"]) - MEAN)
    assert errors[-1] < errors[:3].max()


def test_an_output_that_does_not_move_has_no_spread_and_no_correlation() -> None:
    found = result_of(study_of(), answers_of(lambda mixture, _: np.full(len(mixture), 7.0))).summary
    statistics = found["outputs"]["c_star"]
    assert statistics["standard_deviation"] == 0.0
    assert statistics["histogram"]["counts"] == [4096]
    assert statistics["correlations"]["chamber_pressure"] == {"linear": None, "rank": None}


def test_a_name_as_input_is_in_the_table_and_in_no_correlation() -> None:
    fuels = {"path": "propellant.fuel", "distribution": "discrete", "values": ["LH2", "CH4"]}
    study = study_of(variables=[fuels, AREA | {"minimum": 10.0, "maximum": 20.0}], samples=64)
    found = result_of(study, answers_of(lambda fuel, area: area + (fuel == "LH2")))
    assert set(found.summary["outputs"]["c_star"]["correlations"]) == {"nozzle.area_ratio"}
    assert sorted(set(found.table["propellant.fuel"])) == ["CH4", "LH2"]


def test_an_uneven_sobol_sequence_is_warned_of() -> None:
    found = result_of(study_of(sampling="sobol", samples=100), answers_of(linear)).summary
    assert [warning["code"] for warning in found["warnings"]] == ["samples_not_power_of_two"]
    assert "64 or 128" in found["warnings"][0]["message"]
