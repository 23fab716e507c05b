import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.thermo.elimination import FEW, equilibrate, solve_block
from engine.thermo.nasa_polynomials import Array

sizes = st.tuples(st.integers(1, 7), st.integers(1, 3), st.integers(1, 20))


def newton_like(seed: int, size: int, cases: int, symmetric: int) -> Array:
    """Matrices (m, m, N) as they occur: a positive definite corner of wild scale, bordered by anything."""
    random = np.random.default_rng(seed)
    matrix = random.normal(size=(cases, size, size))
    factors = random.normal(size=(cases, symmetric, symmetric + 2))
    scale = 10.0 ** random.uniform(-6.0, 2.0, size=(cases, symmetric))
    corner = factors @ factors.transpose(0, 2, 1)
    matrix[:, :symmetric, :symmetric] = corner * scale[:, :, None] * scale[:, None, :]
    border = scale[:, :, None] * np.sqrt(np.einsum("nkk->nk", corner))[:, :, None]
    matrix[:, :symmetric, symmetric:] *= border
    matrix[:, symmetric:, :symmetric] *= border.transpose(0, 2, 1)
    return np.ascontiguousarray(matrix.transpose(1, 2, 0))


@given(seed=st.integers(0, 2**32 - 1), shape=sizes, share=st.floats(0.0, 1.0))
def test_solutions_are_those_of_lapack(seed: int, shape: tuple[int, int, int], share: float) -> None:
    size, columns, cases = shape
    symmetric = round(share * size)
    matrix = newton_like(seed, size, cases, symmetric)
    wanted = np.random.default_rng(seed + 1).normal(size=(size, columns, cases))
    right = np.einsum("ijn,jqn->iqn", matrix, wanted)
    scaled = matrix * (scale := equilibrate(matrix, symmetric))[:, None] * scale[None]
    condition = np.linalg.cond(scaled.transpose(2, 0, 1))
    found = solve_block(matrix, right, symmetric)
    reference = np.linalg.solve(matrix.transpose(2, 0, 1), right.transpose(2, 0, 1)).transpose(1, 2, 0)
    error = np.abs(found - reference) / scale[:, None]
    size_of_answer = np.abs(reference / scale[:, None]).max(axis=(0, 1))
    assert (error.max(axis=(0, 1)) <= 1e-12 * condition * size_of_answer).all()


def test_what_it_is_given_stays_as_it_was() -> None:
    matrix = newton_like(5, 4, 3, 2)
    right = np.ones((4, 1, 3))
    before = matrix.copy(), right.copy()
    solve_block(matrix, right, 2)
    np.testing.assert_array_equal(matrix, before[0])
    np.testing.assert_array_equal(right, before[1])


def test_elements_that_cannot_be_told_apart_get_a_finite_step_that_fulfils_the_equations() -> None:
    """Only H2O is left: H is twice O, the rows depend on each other, and no single answer exists."""
    matrix = np.array([[4.0, 2.0, 2.0], [2.0, 1.0, 1.0], [2.0, 1.0, 3.0]])[:, :, None] * 1e-3
    wanted = np.array([0.3, -0.1, 0.2])
    right = np.einsum("ijn,j->in", matrix, wanted)[:, None]
    found = solve_block(matrix, right, 2)
    assert np.isfinite(found).all()
    np.testing.assert_allclose(np.einsum("ijn,jqn->iqn", matrix, found), right, rtol=1e-12)


def test_a_singular_case_leaves_its_neighbours_alone() -> None:
    good = newton_like(11, 3, 2, 2)
    block = np.concatenate([good[:, :, :1], np.zeros((3, 3, 1)), good[:, :, 1:]], axis=2)
    right = np.ones((3, 1, 3))
    found = solve_block(block, right, 2)
    alone = solve_block(good, np.ones((3, 1, 2)), 2)
    np.testing.assert_array_equal(found[:, :, [0, 2]], alone)
    assert (found[:, :, 1] == 0.0).all()


@pytest.mark.parametrize("size", [1, 3])
def test_no_cases_give_no_solutions(size: int) -> None:
    assert solve_block(np.empty((size, size, 0)), np.empty((size, 2, 0)), 1).shape == (size, 2, 0)


def test_one_system_alone_is_solved_as_among_others() -> None:
    random = np.random.default_rng(7)
    root = random.normal(size=(6, 6, FEW + 1))
    matrix = np.einsum("ikn,jkn->ijn", root, root)
    matrix[1, :, 2] = matrix[0, :, 2]
    matrix[:, 1, 2] = matrix[:, 0, 2]
    right = random.normal(size=(6, 2, FEW + 1))
    right[1, :, 2] = right[0, :, 2]
    together = solve_block(matrix, right, 4)
    for case in range(5):
        alone = solve_block(matrix[:, :, [case]], right[:, :, [case]], 4)
        np.testing.assert_allclose(alone[:, :, 0], together[:, :, case], rtol=1e-9, atol=1e-12)
