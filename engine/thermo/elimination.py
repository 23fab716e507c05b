"""Gaussian elimination over a whole block of small systems at once.

The systems lie along the last axis, every step is one pass over the block, and a direction without a pivot gets
no step: such a direction (as when only H2O is left and H and O cannot be told apart) does not change the answer.
LAPACK, which treats one system after another and raises for all when one is singular, solves those of small
blocks that have all their pivots.
"""

import numpy as np
from numpy.typing import NDArray

from engine.thermo.nasa_polynomials import Array

SMALLEST_PIVOT = 1e-14
FEW = 128
"""Systems up to which LAPACK is faster."""


def equilibrate(matrix: Array, rows: int) -> Array:
    """Factors (m, N) that give the first `rows` diagonal entries the size one; matrix is (m, m, N)."""
    factors = np.ones(matrix.shape[1:])
    diagonal = np.einsum("kkn->kn", matrix)[:rows]
    np.sqrt(diagonal, out=factors[:rows], where=diagonal > 0)
    np.divide(1.0, factors, out=factors)
    return factors


def solve_block(matrix: Array, right: Array, symmetric_rows: int) -> Array:
    """Solutions (m, q, N) of `matrix` (m, m, N) times x = `right` (m, q, N), by partial pivoting.

    The first `symmetric_rows` rows and columns are scaled to a unit diagonal first, which makes the test
    for a missing pivot meaningful whatever the amounts of the elements are.
    """
    scale = equilibrate(matrix, symmetric_rows)
    matrix = matrix * scale[:, None] * scale[None, :]
    right = right * scale[:, None]
    few = matrix.shape[-1] <= FEW
    return np.asarray((_solve_few(matrix, right) if few else _eliminated(matrix, right)) * scale[:, None])


def _solve_few(matrix: Array, right: Array) -> Array:
    """The same by LAPACK, except for cases with a missing pivot; there calls of numpy cost more than the arithmetic."""
    size, count, cases = right.shape
    sides = np.empty((cases, size, count + size))
    sides[:, :, :count], sides[:, :, count:] = right.transpose(2, 0, 1), np.eye(size)
    by_case = matrix.transpose(2, 0, 1)
    try:
        found = np.asarray(np.linalg.solve(by_case, sides), dtype=np.float64)
    except np.linalg.LinAlgError:
        regular = np.linalg.det(by_case) != 0.0
        found = np.full_like(sides, np.inf)
        found[regular] = np.linalg.solve(by_case[regular], sides[regular])
    inverse = np.abs(found[:, :, count:])
    result = found[:, :, :count].transpose(1, 2, 0)
    if cases and not inverse.max() < 1.0 / SMALLEST_PIVOT:
        lost = np.flatnonzero(inverse.max(axis=(1, 2)) > 1.0 / SMALLEST_PIVOT)
        result[:, :, lost] = _eliminated(matrix[:, :, lost], right[:, :, lost])
    return np.asarray(result)


def _eliminated(matrix: Array, right: Array) -> Array:
    """The solutions, in the place of `right`; both are overwritten."""
    size, _, cases = matrix.shape
    case = np.arange(cases)
    inverse = np.empty((size, cases))
    for k in range(size):
        pivot = k + np.abs(matrix[k:, k]).argmax(axis=0)
        if (pivot != k).any():
            _swap(matrix, k, pivot, case)
            _swap(right, k, pivot, case)
        value = matrix[k, k]
        present = np.abs(value) > SMALLEST_PIVOT
        inverse[k] = np.divide(1.0, value, out=np.zeros_like(value), where=present)
        factors = matrix[k + 1 :, k] * inverse[k]
        matrix[k + 1 :, k + 1 :] -= factors[:, None] * matrix[k, k + 1 :]
        right[k + 1 :] -= factors[:, None] * right[k]
    for k in range(size - 1, -1, -1):
        right[k] *= inverse[k]
        right[:k] -= matrix[:k, k, None] * right[k]
    return right


def _swap(block: Array, first: int, second: NDArray[np.intp], case: NDArray[np.intp]) -> None:
    """Exchange row `first` with row `second` (N,) of each case."""
    kept = block[first].copy()
    block[first] = block[second, :, case].T
    block[second, :, case] = kept.T
