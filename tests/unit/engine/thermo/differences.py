"""Derivatives by differences of whole solutions, extrapolated to a vanishing step: what exact ones are held to."""

from collections.abc import Callable

import numpy as np

from engine.thermo.nasa_polynomials import Array

HALVINGS = (1.0, 0.5, 0.25)


def extrapolated(function: Callable[[Array], Array], at: Array, step: Array) -> tuple[Array, Array]:
    """The derivative (Q, N) of `function`, (M,) to (Q, M), at `at` (N,), and how uncertain it is.

    Central differences of three steps, the first `step` (N,), and Richardson's extrapolation of sixth order.
    """
    offsets = np.array([sign * part for part in HALVINGS for sign in (1.0, -1.0)])
    values = function((at + offsets[:, None] * step).ravel())
    values = values.reshape(len(values), len(HALVINGS), 2, len(at))
    first = (values[:, :, 0] - values[:, :, 1]) / (2.0 * np.array(HALVINGS)[:, None] * step)
    second = (4.0 * first[:, 1:] - first[:, :-1]) / 3.0
    third = (16.0 * second[:, 1] - second[:, 0]) / 15.0
    return third, np.abs(third - second[:, 1])
