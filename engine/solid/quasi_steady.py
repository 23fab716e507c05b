"""The burn of solid motors whose pressure is at every moment that which the burning surface keeps up.

The steps are those of openMotor: regressions move on by the rate at the pressure before, then the pressure is that of
the surface after. All motors step together, each with a time step of its own.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.solid.chambers import Balance, Chambers
from engine.solid.grain_lines import GrainLines
from engine.solid.moments import Moments
from engine.solid.motors import NOTHING, SMALLEST, Motors
from engine.solid.stacks import Stacks
from engine.solid.surfaces import Line, Surfaces
from engine.thermo.nasa_polynomials import Array

MOST_STEPS = 50_000
"""A burn that takes more is refused."""
CLOGGED = 0.2
"""Of the throat as it was made."""
BETWEEN_LOOKS = 8
FEW = 8


def march_quasi_steady(motors: Motors, stacks: Stacks, chambers: Chambers, time_step: Array) -> Moments:
    """Until all grains of all motors have burnt out, or next to nothing is left of the pressure."""
    if not chambers.burns_alike:
        return _moments(time_step, *_march_grains(motors, stacks, chambers, time_step))
    surfaces = Surfaces.of(motors, stacks)
    if motors.has_fixed_throat:
        depth = _march_rates(motors, surfaces, chambers, time_step)
        throat = np.broadcast_to(motors.throat_diameter, depth.shape)
        regression = surfaces.of_grains(depth)
        pressure = _pressure(motors, stacks, chambers, regression, throat)
        return _moments(time_step, regression, throat, pressure)
    depth, throat, pressure = _march_throats(motors, surfaces, chambers, time_step)
    return _moments(time_step, surfaces.of_grains(depth), throat, pressure)


def _moments(time_step: Array, regression: Array, throat: Array, pressure: Array) -> Moments:
    """An integral takes the value at the end of each step."""
    step = np.arange(len(pressure))[:, None]
    return Moments(step * time_step, np.minimum(step, 1) * time_step, pressure, throat, regression)


def _march_rates(motors: Motors, surfaces: Surfaces, chambers: Chambers, time_step: Array) -> Array:
    """(T, N) m, of motors whose throats stay as they are: then the rate is a function of the depth alone."""
    pressure = chambers.alike_pressure(np.moveaxis(surfaces.area, 0, -1), motors.throat_area)
    rate = np.moveaxis(chambers.rates(pressure)[..., 0], -1, 0)
    is_over = pressure.reshape(-1, len(time_step)) <= least_pressure(motors, pressure.max(axis=(0, 1)))
    last = surfaces.last_depth(np.moveaxis(is_over.reshape(pressure.shape), -1, 0))
    after = surfaces.line(surfaces.depths() + rate * time_step[:, None, None], beyond=1.0)
    if len(last) <= FEW:
        return _joined([after.iterated(motor, float(end), MOST_STEPS) for motor, end in enumerate(last)])
    depth = np.zeros(len(time_step))
    kept = [depth]
    while len(kept) < MOST_STEPS:
        for _ in range(BETWEEN_LOOKS):
            depth = after.at(depth)
            kept.append(depth)
        if np.all(depth >= last):
            break
    return np.array(kept)


def _joined(depths: list[list[float]]) -> Array:
    """(T, N): those that are over stay where they are."""
    most = max(map(len, depths))
    return np.array([values + values[-1:] * (most - len(values)) for values in depths]).T


def _march_throats(
    motors: Motors, surfaces: Surfaces, chambers: Chambers, time_step: Array
) -> tuple[Array, Array, Array]:
    """Depths (m), throats (m) and pressures (Pa), (T, N) each, of motors whose throats change."""
    area = surfaces.line(surfaces.area)
    if len(time_step) <= FEW and chambers.has_one_law:
        return _march_few_throats(motors, area, chambers, time_step)

    def balance(depth: Array, throat_area: Array) -> Balance:
        pressure = chambers.alike_pressure(area.at(depth), throat_area)
        return Balance(pressure, chambers.rates(pressure))

    def advance(depth: Array, before: Balance, throat_area: Array) -> tuple[Array, Balance]:
        depth = depth + time_step * before.rate[:, 0]
        return depth, balance(depth, throat_area)

    depth = np.zeros(len(time_step))
    return _march_wearing(motors, time_step, depth, balance(depth, motors.throat_area), advance)


def _march_wearing(
    motors: Motors,
    time_step: Array,
    regression: Array,
    balance: Balance,
    advance: Callable[[Array, Balance, Array], tuple[Array, Balance]],
) -> tuple[Array, Array, Array]:
    """Regressions, throats (m) and pressures (Pa) from the first ones on, a row a step; `advance` takes regressions
    and their balance one step on, to the balance with throats of so many m2.
    """
    throat = motors.throat_diameter
    kept, peak = [(regression, throat, balance.pressure)], balance.pressure
    while len(kept) < MOST_STEPS:
        regression, balance = advance(regression, balance, np.pi / 4.0 * throat**2)
        kept.append((regression, throat, balance.pressure))
        throat = throat + time_step * throat_growth(motors, balance.pressure, throat)
        peak = np.maximum(peak, balance.pressure)
        if not np.any(balance.pressure > least_pressure(motors, peak)):
            break
    regressions, throats, pressures = (np.array(values) for values in zip(*kept, strict=True))
    return regressions, throats, pressures


def _march_few_throats(
    motors: Motors, area: Line, chambers: Chambers, time_step: Array
) -> tuple[Array, Array, Array]:
    """The same in plain numbers, for few motors whose burn rates have one piece."""
    found = [
        _march_throat(area.reader(motor), float(time_step[motor]), *chambers.law(motor), *motors.wear(motor))
        for motor in range(len(time_step))
    ]
    depths, throats, pressures = (_joined(list(part)) for part in zip(*found, strict=True))
    return depths, throats, pressures


def _march_throat(
    area: Callable[[float], float],
    time_step: float,
    coefficient: float,
    exponent: float,
    made: float,
    made_throat: float,
    erosion: float,
    slag: float,
    least: float,
) -> tuple[list[float], list[float], list[float]]:
    """Depths, throats and pressures of one motor; `made` is its density times a c*, `least` its `least_pressure` of a
    peak of 1.
    """
    power, quarter = 1.0 / (1.0 - exponent), math.pi / 4.0
    depth, throat = 0.0, made_throat
    pressure = peak = (made * area(0.0) / (quarter * throat**2)) ** power
    depths, throats, pressures = [depth], [throat], [pressure]
    while pressure > least * peak and len(depths) < MOST_STEPS:
        depth += time_step * coefficient * pressure**exponent
        pressure = max(made * area(depth) / (quarter * throat**2), 0.0) ** power
        depths.append(depth)
        throats.append(throat)
        pressures.append(pressure)
        growth = 2.0 * (erosion * pressure - (slag / pressure if pressure > 0.0 else 0.0))
        throat += time_step * (growth if throat > CLOGGED * made_throat else max(growth, 0.0))
        peak = max(peak, pressure)
    return depths, throats, pressures


def _march_grains(
    motors: Motors, stacks: Stacks, chambers: Chambers, time_step: Array
) -> tuple[Array, Array, Array]:
    """Regressions (T, N, G), throats and pressures (T, N), where every grain burns at a rate of its own."""
    lines = GrainLines.of(motors, stacks)

    def advance(regression: Array, before: Balance, throat_area: Array) -> tuple[Array, Balance]:
        moved = time_step[:, None] * before.rate
        regression = regression + np.where(lines.burns(regression), moved, 0.0)
        return regression, chambers.balance(lines.at(regression)[0], throat_area, before)

    regression = np.zeros(stacks.web.shape)
    balance = chambers.balance(lines.at(regression)[0], motors.throat_area)
    return _march_wearing(motors, time_step, regression, balance, advance)


def least_pressure(motors: Motors, peak: Array) -> Array:
    """(N,) Pa: with less, after a `peak`, a burn is over."""
    return np.asarray(NOTHING * np.maximum(motors.burnout_thrust, SMALLEST) * peak)


def unfinished(motors: Motors, moments: Moments) -> NDArray[np.intp]:
    """The motors that were not followed to their end."""
    if len(moments.pressure) < MOST_STEPS:
        return np.empty(0, np.intp)
    return np.flatnonzero(moments.pressure[-1] > least_pressure(motors, moments.pressure.max(axis=0)))


def throat_growth(motors: Motors, pressure: Array, throat: Array) -> Array:
    """m/s of the diameter: worn away in proportion to the pressure, slag settling in inverse proportion, until it has
    all but clogged the throat.
    """
    slag = motors.slag_coefficient / np.where(pressure > 0.0, pressure, np.inf)
    growth = 2.0 * (motors.erosion_coefficient * pressure - slag)
    return np.where(throat > CLOGGED * motors.throat_diameter, growth, np.maximum(growth, 0.0))


def _pressure(motors: Motors, stacks: Stacks, chambers: Chambers, regression: Array, throat: Array) -> Array:
    area = stacks.at(regression).burning_area * stacks.burns(regression, motors.burnout_web)
    return chambers.alike_pressure(np.sum(area, axis=-1), np.pi / 4.0 * throat**2)
