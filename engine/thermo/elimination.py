"""Gaussian elimination over a whole block of small systems at once.

`numpy.linalg.solve` treats one system after another and raises for all when one is singular. Here the
systems lie along the last axis, every step is one pass over the block, and a direction without a pivot gets
no step: such a direction (as when only H2O is left and H and O cannot be told apart) does not change the answer.
"""

import numpy as np
from numpy.typing import NDArray

from engine.thermo.nasa_polynomials import Array

SMALLEST_PIVOT = 1e-14


def equilibrate(matrix: Array, rows: int) -> Array:
    """Factors (m, N) that give the first `rows` diagonal entries the size one; matrix is (m, m, N)."""
    factors = np.ones(matrix.shape[1:])
    diagonal = np.einsum("kkn->kn", matrix)[:rows]
    np.sqrt(diagonal, out=factors[:rows], where=diagonal > 0)
    factors[:rows] = np.where(diagonal > 0, 1.0 / factors[:rows], 1.0)
    return factors


def solve_block(matrix: Array, right: Array, symmetric_rows: int) -> Array:
    """Solutions (m, q, N) of `matrix` (m, m, N) times x = `right` (m, q, N), by partial pivoting.

    The first `symmetric_rows` rows and columns are scaled to a unit diagonal first, which makes the test
    for a missing pivot meaningful whatever the amounts of the elements are.
    """
    scale = equilibrate(matrix, symmetric_rows)
    matrix = matrix * scale[:, None] * scale[None, :]
    right = right * scale[:, None]
    size, _, cases = matrix.shape
    if cases == 1:
        return (
            np.array(_solve_one(matrix[:, :, 0].tolist(), right[:, :, 0].tolist()))[:, :, None]
            * scale[:, None]
        )
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
    return np.asarray(right * scale[:, None])


def _solve_one(matrix: list[list[float]], right: list[list[float]]) -> list[list[float]]:
    """The same for one system of plain numbers, where calls of numpy would cost more than the arithmetic."""
    size = len(matrix)
    inverse = [0.0] * size
    rows = [row + values for row, values in zip(matrix, right, strict=True)]
    for k in range(size):
        pivot = max(range(k, size), key=lambda i: abs(rows[i][k]))
        rows[k], rows[pivot] = rows[pivot], rows[k]
        if not abs(rows[k][k]) > SMALLEST_PIVOT:
            continue
        inverse[k] = 1.0 / rows[k][k]
        for i in range(k + 1, size):
            factor = rows[i][k] * inverse[k]
            if factor:
                rows[i] = [a - factor * b for a, b in zip(rows[i], rows[k], strict=True)]
    for k in range(size - 1, -1, -1):
        rows[k][size:] = [value * inverse[k] for value in rows[k][size:]]
        for i in range(k):
            factor = rows[i][k]
            rows[i][size:] = [a - factor * b for a, b in zip(rows[i][size:], rows[k][size:], strict=True)]
    return [row[size:] for row in rows]


def _swap(block: Array, first: int, second: NDArray[np.intp], case: NDArray[np.intp]) -> None:
    """Exchange row `first` with row `second` (N,) of each case."""
    kept = block[first].copy()
    block[first] = block[second, :, case].T
    block[second, :, case] = kept.T
