"""Quantiles against scipy's own distributions, which were written by others."""

from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter
from scipy import stats

from engine.studies.distributed import Distributed
from engine.studies.distributions import column_of, has_ends, shown, values_of

SHARES = np.array([1e-6, 0.01, 0.2, 0.5, 0.77, 0.99, 1 - 1e-6])


def variable(**fields: Any) -> Any:
    return TypeAdapter(Distributed).validate_python({"path": "chamber_pressure", **fields})


@pytest.mark.parametrize(
    ("fields", "reference"),
    [
        ({"distribution": "uniform", "minimum": 2.0, "maximum": 5.0}, stats.uniform(2.0, 3.0)),
        ({"distribution": "normal", "mean": 6.0, "standard_deviation": 0.5}, stats.norm(6.0, 0.5)),
        (
            {
                "distribution": "truncated_normal",
                "mean": 6.0,
                "standard_deviation": 0.5,
                "minimum": 6.5,
                "maximum": 7.0,
            },
            stats.truncnorm(1.0, 2.0, 6.0, 0.5),
        ),
        (
            {"distribution": "truncated_normal", "mean": 6.0, "standard_deviation": 0.5, "maximum": 5.0},
            stats.truncnorm(-np.inf, -2.0, 6.0, 0.5),
        ),
        (
            {"distribution": "triangular", "minimum": 1.0, "mode": 2.0, "maximum": 5.0},
            stats.triang(0.25, 1.0, 4.0),
        ),
        (
            {"distribution": "triangular", "minimum": 1.0, "mode": 1.0, "maximum": 5.0},
            stats.triang(0.0, 1.0, 4.0),
        ),
    ],
)
def test_quantiles_are_those_of_scipy(fields: dict[str, Any], reference: Any) -> None:
    np.testing.assert_allclose(values_of(variable(**fields), SHARES), reference.ppf(SHARES), rtol=1e-9)


def test_a_lognormal_variable_has_the_moments_that_were_asked_for() -> None:
    shares = (np.arange(200_000) + 0.5) / 200_000
    values = values_of(variable(distribution="lognormal", mean=3.0, standard_deviation=0.6), shares)
    assert np.mean(values) == pytest.approx(3.0, rel=1e-4)
    assert np.std(values) == pytest.approx(0.6, rel=1e-3)
    assert stats.skew(np.log(values)) == pytest.approx(0.0, abs=1e-6)


def test_discrete_values_come_with_their_probabilities() -> None:
    shares = (np.arange(1000) + 0.5) / 1000
    fuels = variable(distribution="discrete", values=["LH2", "CH4", "RP-1"], probabilities=[0.2, 0.0, 0.8])
    assert dict(zip(*np.unique(values_of(fuels, shares), return_counts=True), strict=True)) == {
        "LH2": 200,
        "RP-1": 800,
    }
    even = variable(distribution="discrete", values=[1, 2])
    assert values_of(even, np.array([0.0, 0.49, 0.5, 1.0])).tolist() == [1, 1, 2, 2]


@pytest.mark.parametrize("kind", ["normal", "lognormal"])
def test_shares_of_nothing_and_everything_have_finite_values(kind: str) -> None:
    values = values_of(variable(distribution=kind, mean=6.0, standard_deviation=0.5), np.array([0.0, 1.0]))
    assert np.isfinite(values).all()
    assert not has_ends(variable(distribution=kind, mean=6.0, standard_deviation=0.5))


def test_columns_keep_whole_numbers_and_show_objects_as_text() -> None:
    assert column_of([1, 2]).tolist() == [1, 2]
    assert column_of([1, 2.5]).dtype == np.float64
    assert column_of([True, False]).dtype == object
    assert shown(column_of(["LH2", {"name": "X"}, 3.0])).tolist() == ["LH2", '{"name": "X"}', "3.0"]
