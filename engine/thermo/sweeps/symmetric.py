"""Elimination without pivoting for a block of symmetric systems that lie along the last axis.

The equations of the elements are a Gram matrix of the gases, those of condensed phases and of ln n are constraints on
it (zero on the diagonal until the elements are eliminated): in this order pivots keep away from zero, except in a
direction that nothing depends on, which gets no step.
"""

import numpy as np

from engine.thermo.nasa_polynomials import Array

SMALLEST_PIVOT = 1e-13
"""Of the largest entry that the pivot's row had on the diagonal before the elimination."""


def solve_symmetric(matrix: Array, right: Array, definite: int) -> Array:
    """Solutions (m, q, N) of `matrix` (m, m, N) times x = `right` (m, q, N); both are overwritten.

    The first `definite` rows are those of the elements; their pivots are positive.
    """
    size = len(matrix)
    inverse = np.empty((size, matrix.shape[-1]))
    first = np.einsum("kkn->kn", matrix)[:definite].copy()
    for k in range(size):
        pivot = matrix[k, k]
        present = pivot > SMALLEST_PIVOT * first[k] if k < definite else pivot != 0.0
        if present.all():
            np.divide(1.0, pivot, out=inverse[k])
        else:
            inverse[k] = np.divide(1.0, pivot, out=np.zeros_like(pivot), where=present)
        if k + 1 < size:
            factors = matrix[k, k + 1 :] * inverse[k]
            for place in range(k + 1, size):
                factor = factors[place - k - 1]
                matrix[place, place:] -= factor * matrix[k, place:]
            right[k + 1 :] -= factors[:, None] * right[k]
    for k in range(size - 1, -1, -1):
        if k + 1 < size:
            right[k] -= np.einsum("jn,jqn->qn", matrix[k, k + 1 :], right[k + 1 :])
        right[k] *= inverse[k]
    return right
