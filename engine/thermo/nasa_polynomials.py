"""NASA's nine-coefficient polynomials, evaluated for many temperatures and species as one matrix product.

NASA/TP-2002-211556 eqs. 1-3, with the powers of T scaled by 1000 K so that the basis is well conditioned.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SCALE = 1000.0
TERMS = 9


def basis(temperature: Array) -> Array:
    """The nine functions of T that h/RT, s/R, g/RT and cp/R are sums of; (N,) K to (N, 9)."""
    return np.moveaxis(basis_rows(temperature), 0, -1)


def basis_rows(temperature: Array) -> Array:
    """The same with the functions as first axis: (N,) K to (9, N)."""
    result = np.empty((TERMS, *temperature.shape))
    x = temperature / SCALE
    np.divide(1.0, x, out=result[2])
    np.multiply(result[2], result[2], out=result[0])
    np.log(temperature, out=result[3])
    np.multiply(result[3], result[2], out=result[1])
    result[4] = 1.0
    result[5] = x
    np.multiply(x, x, out=result[6])
    np.multiply(result[6], x, out=result[7])
    np.multiply(result[6], result[6], out=result[8])
    return result


def enthalpy_row(coefficients: Array) -> Array:
    """Weights of `basis` that give h/RT; coefficients (..., 9) as a1..a7, b1, b2 (eq. 2)."""
    a1, a2, a3, a4, a5, a6, a7, b1, _ = np.moveaxis(coefficients, -1, 0)
    zero = np.zeros_like(a1)
    return np.stack(
        [
            -a1 / SCALE**2,
            a2 / SCALE,
            b1 / SCALE,
            zero,
            a3,
            a4 * SCALE / 2,
            a5 * SCALE**2 / 3,
            a6 * SCALE**3 / 4,
            a7 * SCALE**4 / 5,
        ],
        axis=-1,
    )


def entropy_row(coefficients: Array) -> Array:
    """Weights of `basis` that give the standard entropy s/R (eq. 3)."""
    a1, a2, a3, a4, a5, a6, a7, _, b2 = np.moveaxis(coefficients, -1, 0)
    zero = np.zeros_like(a1)
    return np.stack(
        [
            -a1 / SCALE**2 / 2,
            zero,
            -a2 / SCALE,
            a3,
            b2,
            a4 * SCALE,
            a5 * SCALE**2 / 2,
            a6 * SCALE**3 / 3,
            a7 * SCALE**4 / 4,
        ],
        axis=-1,
    )


def heat_capacity_row(coefficients: Array) -> Array:
    """Weights of `basis` that give cp/R (eq. 1)."""
    a1, a2, a3, a4, a5, a6, a7, _, _ = np.moveaxis(coefficients, -1, 0)
    zero = np.zeros_like(a1)
    return np.stack(
        [
            a1 / SCALE**2,
            zero,
            a2 / SCALE,
            zero,
            a3,
            a4 * SCALE,
            a5 * SCALE**2,
            a6 * SCALE**3,
            a7 * SCALE**4,
        ],
        axis=-1,
    )


def heat_capacity_slope_row(coefficients: Array) -> Array:
    """Weights of `basis` that give d(cp/R)/d ln T (eq. 1 differentiated)."""
    powers = np.array([-2.0, 0.0, -1.0, 0.0, 0.0, 1.0, 2.0, 3.0, 4.0])
    return np.asarray(heat_capacity_row(coefficients) * powers)
