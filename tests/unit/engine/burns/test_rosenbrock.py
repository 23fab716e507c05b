import numpy as np
import pytest

from engine.burns.rosenbrock import rosenbrock_step

Array = np.ndarray


def rates(state: Array) -> Array:
    """A stiff reaction a -> b -> a of two substances, of which c gathers the square of the first."""
    a, b, _ = state
    forth, back = 4.0 * a**2, 3.0 * b
    return np.stack([back - forth, forth - back, a**2])


def slopes(state: Array) -> Array:
    a = state[0]
    zero = np.zeros_like(a)
    rows = [[-8.0 * a, 3.0 + zero], [8.0 * a, -3.0 + zero], [2.0 * a, zero]]
    return np.moveaxis(np.array(rows), -1, 0)


def run(steps: int, time: float = 1.0) -> Array:
    state = np.array([[1.0, 0.4], [0.0, 0.6], [0.0, 0.0]])
    for _ in range(steps):
        state, _ = rosenbrock_step(rates, state, rates(state), slopes(state), np.full(2, time / steps))
    return state


def test_it_is_of_fourth_order() -> None:
    exact = run(640)
    errors = [np.abs(run(steps) - exact).max() for steps in (10, 20, 40)]
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    assert (orders > 3.6).all()
    assert (orders < 4.6).all()


def test_what_the_system_conserves_the_method_conserves_whatever_the_step() -> None:
    state = run(3)
    np.testing.assert_allclose(state[0] + state[1], 1.0, rtol=1e-12)


def test_a_very_stiff_decay_is_damped_in_one_step() -> None:
    stiff = 1e8
    state = np.array([[1.0]])
    new, _ = rosenbrock_step(lambda y: -stiff * y, state, -stiff * state, np.array([[[-stiff]]]), np.ones(1))
    assert abs(new[0, 0]) < 1e-6


@pytest.mark.parametrize("step", [0.01, 0.02])
def test_its_error_is_told_about_right(step: float) -> None:
    state = np.array([[1.0], [0.0], [0.0]])
    new, error = rosenbrock_step(rates, state, rates(state), slopes(state), np.array([step]))
    fine = state
    for _ in range(64):
        fine, _ = rosenbrock_step(rates, fine, rates(fine), slopes(fine), np.array([step / 64]))
    actual = np.abs(new - fine).max()
    assert actual < np.abs(error).max() < 1e3 * actual


def test_a_case_without_numbers_leaves_the_others_theirs() -> None:
    state = np.array([[1.0, np.nan], [0.0, 0.0], [0.0, 0.0]])
    new, _ = rosenbrock_step(rates, state, rates(state), slopes(state), np.full(2, 0.01))
    assert np.isfinite(new[:, 0]).all()
    assert np.isnan(new[0, 1])
