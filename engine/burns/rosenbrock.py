"""One step of a stiff system for many cases at once: the Rosenbrock method RODAS.

Six stages, of fourth order with an embedded third, stiffly accurate and L-stable (Hairer and Wanner, Solving Ordinary
Differential Equations II, section IV.7 and its program RODAS). What is linear and conserved by the system, such as a
mass that goes from one state into another, is conserved by the method up to rounding.
"""

from collections.abc import Callable

import numpy as np

from engine.thermo.nasa_polynomials import Array

GAMMA = 0.25
ORDER = 4
STATES = (
    (),
    (1.544,),
    (0.9466785280815826, 0.2557011698983284),
    (3.314825187068521, 2.896124015972201, 0.9986419139977817),
    (1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950),
    (1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950, 1.0),
)
SLOPES = (
    (),
    (-5.6688,),
    (-2.430093356833875, -0.2063599157091915),
    (-0.1073529058151375, -9.594562251023355, -20.47028614809616),
    (7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160),
    (8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054),
)

Rates = Callable[[Array], Array]


def rosenbrock_step(
    rates: Rates, state: Array, slope: Array, jacobian: Array, step: Array
) -> tuple[Array, Array]:
    """The state after `step` (N,) s, and the error of it, (S, N) each.

    `slope` (S, N) are the rates at `state` (S, N). `jacobian` (N, S, C) holds the derivatives of all S rates by the
    first C states; by the others, which only gather, the rates have none.
    """
    core = jacobian.shape[2]
    scale = 1.0 / (GAMMA * step)
    system = np.eye(core) * scale[:, None, None] - jacobian[:, :core]
    inverse = _inverse(system)
    gathering = jacobian[:, core:]
    stages: list[Array] = []
    for of_states, of_slopes in zip(STATES, SLOPES, strict=True):
        place = state + _sum(of_states, stages)
        right = (rates(place) if stages else slope) + _sum(of_slopes, stages) / step
        own = inverse @ right[:core].T[:, :, None]
        rest = (right[core:].T + (gathering @ own)[:, :, 0]) / scale[:, None]
        stages.append(np.concatenate([own[:, :, 0], rest], axis=1).T)
    return place + stages[-1], stages[-1]


def _inverse(systems: Array) -> Array:
    """Of each of N matrices; NaN, and no exception for all, where one has no numbers."""
    bad = np.asarray(~np.isfinite(systems).all(axis=(1, 2)))
    if bad.any():
        systems = np.where(bad[:, None, None], np.eye(systems.shape[1]), systems)
    try:
        inverse = np.linalg.inv(systems)
    except np.linalg.LinAlgError:
        inverse = np.linalg.pinv(systems)
    return np.asarray(np.where(bad[:, None, None], np.nan, inverse)) if bad.any() else np.asarray(inverse)


def _sum(weights: tuple[float, ...], stages: list[Array]) -> Array | float:
    total: Array | float = 0.0
    for weight, stage in zip(weights, stages, strict=True):
        total = total + weight * stage
    return total
