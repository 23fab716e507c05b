"""Which case has which values: whatever part of the design is asked for."""

import warnings
from typing import Any

import numpy as np
import pytest
from SALib.sample import sobol

from engine.studies.designs import LEVELS, TAIL, design_of, morris_paths, problem_of, saltelli_rows
from engine.studies.models import parse_study
from tests.unit.engine.studies.studies import AREA, BASE, MIXTURE, PRESSURE

VARIABLES = [
    MIXTURE | {"distribution": "normal", "mean": 6.0, "standard_deviation": 0.1},
    PRESSURE | {"minimum": 6e6, "maximum": 8e6},
    AREA | {"distribution": "triangular", "minimum": 30.0, "mode": 40.0, "maximum": 45.0},
]


def uncertainty(**changes: Any) -> Any:
    document = {"type": "uncertainty", "base": BASE, "variables": VARIABLES, "samples": 64}
    return parse_study(document | changes)


def sensitivity(**changes: Any) -> Any:
    document = {"type": "sensitivity", "base": BASE, "variables": VARIABLES, "method": "sobol", "samples": 16}
    return parse_study(document | changes)


@pytest.mark.parametrize(
    "study",
    [
        uncertainty(),
        uncertainty(sampling="sobol"),
        uncertainty(sampling="random"),
        sensitivity(),
        sensitivity(method="morris"),
        parse_study(
            {
                "type": "sweep",
                "base": BASE,
                "variables": [
                    MIXTURE | {"grid": "4:8:1"},
                    {"path": "propellant.fuel", "values": ["LH2", "CH4"]},
                ],
            }
        ),
    ],
)
def test_a_case_does_not_depend_on_what_is_asked_with_it(study: Any) -> None:
    whole = design_of(study)
    columns = whole.columns(0, whole.cases - 1)
    for first, last in ((0, 0), (3, 7), (whole.cases - 1, whole.cases - 1)):
        part = design_of(study).columns(first, last)
        assert all(
            np.array_equal(mine, all_of_it[first : last + 1])
            for mine, all_of_it in zip(part, columns, strict=True)
        )


def test_another_seed_makes_another_design() -> None:
    for sampling in ("latin_hypercube", "sobol", "random"):
        first, second = (
            design_of(uncertainty(sampling=sampling, seed=seed)).columns(0, 63)[0] for seed in (1, 2)
        )
        assert not np.array_equal(first, second)


def test_a_sweep_is_the_product_of_its_axes_with_the_last_one_fastest() -> None:
    study = parse_study(
        {
            "type": "sweep",
            "base": BASE,
            "variables": [
                MIXTURE | {"values": [4.0, 5.0]},
                {"path": "propellant.fuel", "values": ["LH2", "CH4"]},
            ],
        }
    )
    mixture, fuel = design_of(study).columns(0, 3)
    assert mixture.tolist() == [4.0, 4.0, 5.0, 5.0]
    assert fuel.tolist() == ["LH2", "CH4", "LH2", "CH4"]


def test_a_latin_hypercube_has_one_sample_in_each_stratum_of_each_variable() -> None:
    shares = design_of(uncertainty()).shares
    assert shares is not None
    for column in shares.T:
        assert sorted((column * 64).astype(int)) == list(range(64))


@pytest.mark.parametrize("second_order", [False, True])
def test_rows_for_sobol_indices_are_those_of_salib(second_order: bool) -> None:
    study = sensitivity(second_order=second_order, seed=5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = sobol.sample(
            problem_of(study), 16, calc_second_order=second_order, seed=np.random.default_rng(5)
        )
    np.testing.assert_array_equal(saltelli_rows(study), expected)


def test_morris_paths_step_along_one_axis_at_a_time_and_stay_off_endless_tails() -> None:
    study = sensitivity(method="morris", samples=20)
    paths = morris_paths(study).reshape(20, 4, 3)
    moved = np.abs(np.diff(paths, axis=1)) > 0
    assert (moved.sum(axis=2) == 1).all()
    assert (moved.sum(axis=1) == 1).all()
    assert paths[:, :, 0].min() == pytest.approx(TAIL)
    assert set(np.round(paths[:, :, 1].ravel() * (LEVELS - 1), 9)) <= {0.0, 1.0, 2.0, 3.0}
