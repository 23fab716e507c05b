import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.rocket.statistics import cost, plain, relative, waiting, worst

ROUNDS = [{"wall": 4.0, "cpu": 1.0}, {"wall": 1.0, "cpu": 1.5}, {"wall": 3.0, "cpu": 2.0}]


def test_the_cost_of_a_case_is_the_median_round_with_its_least_and_most() -> None:
    found = cost(ROUNDS, 2, "wall")
    assert (found.median, found.least, found.most, found.rounds) == (1.5, 0.5, 2.0, 3)
    assert cost(ROUNDS, 1, "cpu").median == 1.5


def test_no_rounds_have_no_cost() -> None:
    with pytest.raises(ValueError, match="no rounds"):
        cost([], 10, "wall")


def test_waiting_is_wall_over_processor_time_of_all_rounds() -> None:
    assert waiting(ROUNDS) == pytest.approx(8.0 / 4.5)


def test_a_deviation_keeps_its_sign_and_a_failure_of_either_side_is_no_deviation() -> None:
    found = relative([1.1, 0.9, math.nan, 1.0, 1.0], [1.0, 1.0, 1.0, math.nan, 0.0])
    assert found[:2] == pytest.approx([0.1, -0.1])
    assert np.isnan(found[2:]).all()


@given(st.lists(st.floats(-1.0, 1.0) | st.just(math.nan), min_size=1))
def test_the_worst_deviation_is_at_its_place_and_none_is_larger(deviations: list[float]) -> None:
    found = worst(deviations)
    compared = [abs(value) for value in deviations if not math.isnan(value)]
    assert found.compared == len(compared)
    if compared:
        assert found.deviation == max(compared) == abs(deviations[found.place])
    else:
        assert math.isnan(found.deviation)


def test_what_goes_into_a_file_has_lists_and_null() -> None:
    assert plain({1: np.array([1.0, math.nan]), "two": (math.inf, "text")}) == {
        "1": [1.0, None],
        "two": [None, "text"],
    }
