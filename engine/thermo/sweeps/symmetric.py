"""Symmetric systems that lie along the last axis: eliminated side by side, or few of them one by one by LAPACK.

The equations of the elements are a Gram matrix of the gases, those of condensed phases and of ln n are constraints on
it (zero on the diagonal until the elements are eliminated), and ln T comes last, whose pivot is the heat capacity: in
this order pivots keep away from zero, except in a direction that nothing depends on, which gets no step.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.thermo.nasa_polynomials import Array

SMALLEST_PIVOT = 1e-13
"""Of what stood on the diagonal before the elimination."""
FEW = 96
"""Systems for which LAPACK's elimination of each costs less than the calls for all."""
LEAST = 1e-9
"""Of the largest among the elements' own sums over the gas: those of an element that is condensed are smaller."""
LARGEST = 10.0
"""Of a solution by LAPACK: beyond it a direction may be one that nothing depends on."""


def solve_systems(system: Array, definite: int, exchange: Array | None = None) -> tuple[Array, Array]:
    """Solutions (m, q, N) and last pivots (N,) of a `system` as for `solve_symmetric`, which may be overwritten."""
    if exchange is None and system.shape[-1] <= FEW:
        found = _solve_few(system, definite)
        if found is not None:
            return found
    last = solve_symmetric(system, definite, exchange)
    return system[:, len(system) :], last


def _solve_few(system: Array, definite: int) -> tuple[Array, Array] | None:
    """The same by LAPACK; None where a system is singular, or nearly, or an element is hardly in the gas.

    Rows of so different a size are for the elimination in their order, which loses no digits of the small ones.
    """
    size, columns, cases = system.shape
    diagonal = np.einsum("kkn->kn", system[:definite, :definite])
    if not diagonal.min() > LEAST * diagonal.max():
        return None
    whole = np.zeros((size, columns + 1, cases))
    whole[:, :columns] = system
    lower, upper = _triangle(size)
    whole[lower, upper] = system[upper, lower]
    whole[-1, -1] = 1.0
    whole = whole.transpose(2, 0, 1)
    try:
        solution = np.linalg.solve(whole[:, :, :size], whole[:, :, size:]).transpose(1, 2, 0)
    except np.linalg.LinAlgError:
        return None
    if not np.abs(solution[:, 0]).max() < LARGEST:
        return None
    return solution[:, :-1], 1.0 / solution[-1, -1]


@lru_cache(maxsize=16)
def _triangle(size: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of what stands below the diagonal."""
    lower, upper = np.tril_indices(size, -1)
    return lower, upper


def solve_symmetric(system: Array, definite: int, exchange: Array | None = None) -> Array:
    """Solve `system` (m, m + q, N), which is overwritten: matrices, of which the upper half is read, and q right sides.

    The first `definite` rows are those of the elements; their pivots are positive. Where two forms of a substance fix
    the temperature, the last unknown is the amount that changes its form: it stands in the last equation only, with
    the factor `exchange` (N,). Answers the last pivots (N,); the solutions (m, q, N) stand where the right sides were.
    """
    size = len(system)
    inverse = np.empty((size, system.shape[-1]))
    least = SMALLEST_PIVOT * np.einsum("kkn->kn", system[:, :size])[:definite]
    for k in range(size):
        row = system[k]
        np.divide(1.0, row[k], out=inverse[k])
        if k < definite and not (row[k] > least[k]).all():
            inverse[k, row[k] <= least[k]] = 0.0
        if k + 1 < size:
            factors = row[k + 1 : size] * inverse[k]
            system[k + 1 :, k + 1 :] -= factors[:, None] * row[k + 1 :]
    if exchange is not None:
        np.divide(1.0, exchange, out=inverse[-1])
    _substitute_back(system, inverse, size if exchange is None else size - 1)
    return np.asarray(system[-1, size - 1])


def _substitute_back(system: Array, inverse: Array, coupled: int) -> None:
    """The right sides become solutions; only the first `coupled` unknowns stand in equations above their own."""
    size = len(system)
    right = system[:, size:]
    for k in range(size - 1, -1, -1):
        right[k] *= inverse[k]
        if 0 < k < coupled:
            right[:k] -= system[:k, k, None] * right[k]
