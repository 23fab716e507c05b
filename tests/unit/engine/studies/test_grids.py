"""Values of axes."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.studies.grids import bounds, count_steps, spread, stepped


@pytest.mark.parametrize(
    ("grid", "values"),
    [
        ("4:5:0.25", [4.0, 4.25, 4.5, 4.75, 5.0]),
        ("4:4.3:0.1", [4.0, 4.1, 4.2, 4.3]),
        ("4:4.35:0.1", [4.0, 4.1, 4.2, 4.3]),
        ("5:4:-0.5", [5.0, 4.5, 4.0]),
        ("3:3:1", [3]),
        ("1e6:3e6:1e6", [1e6, 2e6, 3e6]),
    ],
)
def test_both_ends_are_in_a_grid(grid: str, values: list[float]) -> None:
    found = bounds(grid)
    assert found is not None
    count = count_steps(*found)
    assert count == len(values)
    assert list(stepped(grid, count)) == values


def test_a_grid_of_whole_numbers_has_whole_numbers() -> None:
    assert all(isinstance(value, int) for value in stepped("1:6:1", 6))
    assert not any(isinstance(value, int) for value in stepped("1:6:1.0", 6))


@pytest.mark.parametrize("grid", ["4:8:0", "4:8:-1", "8:4:1"])
def test_a_grid_that_never_ends_has_no_count(grid: str) -> None:
    found = bounds(grid)
    assert found is not None
    assert count_steps(*found) is None


@given(st.floats(1e-3, 1e6), st.floats(1.01, 1e3), st.integers(2, 50))
def test_a_logarithmic_axis_has_equal_ratios_and_its_very_ends(low: float, factor: float, count: int) -> None:
    values = list(spread(low, low * factor, count, "logarithmic"))
    assert (values[0], values[-1], len(values)) == (low, low * factor, count)
    ratios = [after / before for before, after in pairwise(values)]
    assert all(math.isclose(ratio, factor ** (1 / (count - 1)), rel_tol=1e-9) for ratio in ratios)
