"""Derivatives by differences of whole solutions, extrapolated to a vanishing step: what exact ones are held to."""

from collections.abc import Callable

import numpy as np

from engine.thermo.nasa_polynomials import Array

PARTS = np.array([1.0, 0.5, 0.25])
OFFSETS = np.stack([PARTS, -PARTS], axis=1).ravel()


def stencil(at: Array, step: Array) -> Array:
    """The places (6 N,) around `at` (N,) where a function is to be known, the furthest `step` (N,) away."""
    return np.asarray((at + OFFSETS[:, None] * step).ravel())


def extrapolated(values: Array, step: Array) -> tuple[Array, Array]:
    """The derivatives (Q, N) of functions with `values` (Q, 6 N) at the stencil's places, and how uncertain they are.

    Central differences of three steps, and Richardson's extrapolation of sixth order. A kink nearer than the smallest
    step leaves them in agreement on the mean of its two slopes: what is left of the even part beside a parabola, a
    multiple of the step itself, tells of it.
    """
    ends = values.reshape(len(values), len(PARTS), 2, len(step))
    first = (ends[:, :, 0] - ends[:, :, 1]) / (2.0 * PARTS[:, None] * step)
    second = (4.0 * first[:, 1:] - first[:, :-1]) / 3.0
    third = (16.0 * second[:, 1] - second[:, 0]) / 15.0
    even = ends.sum(axis=2)
    kink = 8.0 * (even[:, 1] - even[:, 2]) - 2.0 * (even[:, 0] - even[:, 1])
    return third, np.maximum(np.abs(third - second[:, 1]), np.abs(kink / step))


def derivative(function: Callable[[Array], Array], at: Array, step: Array) -> Array:
    """(Q, N) of `function`, (M,) to (Q, M), at `at` (N,)."""
    return extrapolated(function(stencil(at, step)), step)[0]
