"""Shocks that run into a gas at rest, and come back from a wall, in many gases at once."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.thermo.blocks import element_groups
from engine.thermo.constants import STANDARD_PRESSURE
from engine.thermo.nasa_polynomials import Array
from engine.thermo.properties import Properties
from engine.thermo.species import ProductSpecies
from engine.thermo.status import Status
from engine.thermo.waves.behind import Behind, cross_frozen
from engine.thermo.waves.equilibrium import cross_in_equilibrium
from engine.thermo.waves.fronts import IncidentShock, ReflectedShock, ShockFront
from engine.thermo.waves.gas import FrozenGas
from engine.thermo.waves.results import GasState

ShockModel = Literal["equilibrium", "frozen"]
SHOCK_MODELS: tuple[ShockModel, ...] = ("equilibrium", "frozen")
WEAKEST = 1.0 + 1e-5
"""The least Mach number of a shock; nearer to 1 rounding decides what its strength is."""
SONIC = 1.0 + 1e-7
"""The largest Mach number behind a shock; beyond it lies the other, weak solution of a gas that burns."""


@dataclass
class Shocks:
    """N shocks: the gas at rest (1), behind the shock (2) and, where asked for, behind its reflection (5).

    Velocities are relative to the shock that the gas meets or has passed last; that of `initial` is the shock's.
    `status` (N,) is that of the whole: where only the reflection has no answer, the incident shock keeps its numbers.
    """

    initial: GasState
    incident: GasState
    reflected: GasState | None
    status: NDArray[np.int8]


def solve_shock(
    products: ProductSpecies,
    gas: FrozenGas,
    temperature: Array,
    pressure: Array,
    velocity: Array,
    *,
    incident: ShockModel = "equilibrium",
    reflected: ShockModel | None = "equilibrium",
) -> Shocks:
    """Shocks of `velocity` (N,) m/s in `gas` at `temperature` (N,) K and `pressure` (N,) Pa.

    `products` are made of the elements of the gas, in the same order. `incident` and `reflected` say whether the gas
    behind is in equilibrium or keeps its composition; None leaves the reflection out. A case that cannot be solved has
    a status that says why and NaN for numbers, and does not disturb the others. Raises ValueError for an unknown model.
    Source: NASA RP-1311 part I, chapter 7; the iteration is ours (docs/waves.md).
    """
    for model in (incident, reflected or "frozen"):
        if model not in SHOCK_MODELS:
            raise ValueError(f"'{model}' is not known; choose one of {', '.join(SHOCK_MODELS)}")
    elements, cases = products.complete(gas.element_moles), len(pressure)
    second = products if incident == "equilibrium" else gas.species
    fifth = products if reflected == "equilibrium" else second
    result = Shocks(
        GasState.unknown(cases, gas.species),
        GasState.unknown(cases, second),
        GasState.unknown(cases, fifth) if reflected else None,
        np.full(cases, Status.INVALID_INPUT, dtype=np.int8),
    )
    usable = gas.is_usable(temperature, pressure) & np.isfinite(velocity) & (velocity > 0)
    for rows, columns, subset in element_groups(products, elements, usable):
        with np.errstate(all="ignore"):
            before = gas.take(rows).properties(temperature[rows], pressure[rows])
            result.status[rows] = Status.NO_SHOCK
            moving = np.flatnonzero(velocity[rows] > WEAKEST * before.sound_speed)
            part = rows[moving]
            flow = _Flow(subset, elements[np.ix_(part, columns)], gas.take(part), before.take(moving))
            part, flow, taken = _run_in(result, part, flow, velocity[part], incident)
            if result.reflected is not None and reflected is not None:
                _come_back(result, result.reflected, part, flow, taken, reflected)
    return result


@dataclass
class _Flow:
    """A block of N gases before a shock, with what they may become."""

    products: ProductSpecies
    elements: Array
    gas: FrozenGas
    properties: Properties

    def across(self, front: ShockFront, mach: Array, model: ShockModel) -> Behind:
        """The gas behind `front`, which runs into it at `mach` (N,) times the frozen speed of sound."""
        frozen = cross_frozen(self.gas, front, *_normal_shock(self.properties, mach))
        if model == "frozen":
            return frozen
        return cross_in_equilibrium(self.products, front, frozen.properties)

    def take(self, rows: NDArray[np.intp]) -> "_Flow":
        gas, properties = self.gas.take(rows), self.properties.take(rows)
        return _Flow(self.products, self.elements[rows], gas, properties)


def _run_in(
    result: Shocks, rows: NDArray[np.intp], flow: _Flow, velocity: Array, model: ShockModel
) -> tuple[NDArray[np.intp], _Flow, Array]:
    """Shocks of `velocity` (N,) in the gases of the cases at `rows`; answers those that have an answer, their gas
    behind the shock, and the velocity that it has been given.
    """
    front = IncidentShock.before(flow.properties, flow.elements, velocity)
    behind = flow.across(front, velocity / flow.properties.sound_speed, model)
    after = velocity * flow.properties.density / behind.properties.density
    _refuse_weak(behind, after)
    result.status[rows] = behind.status
    good = behind.good
    rows, flow, behind = rows[good], flow.take(good), behind.take(good)
    velocity, after = velocity[good], after[good]
    result.initial.fill(rows, flow.gas, flow.properties, velocity)
    result.incident.fill(rows, behind.gas, behind.properties, after)
    return rows, _Flow(flow.products, flow.elements, behind.gas, behind.properties), velocity - after


def _come_back(
    result: Shocks,
    reflected: GasState,
    rows: NDArray[np.intp],
    flow: _Flow,
    velocity: Array,
    model: ShockModel,
) -> None:
    """The shocks that bring gases of `velocity` (N,) to rest at a wall."""
    front = ReflectedShock.before(flow.properties, flow.elements, velocity)
    behind = flow.across(front, _reflected_mach(flow.properties, velocity), model)
    away = velocity / (behind.properties.density / flow.properties.density - 1.0)
    _refuse_weak(behind, away)
    result.status[rows] = behind.status
    good = behind.good
    reflected.fill(rows[good], behind.gas.take(good), behind.properties.take(good), away[good])


def _refuse_weak(behind: Behind, velocity: Array) -> None:
    """No shock where the gas leaves it at a `velocity` (N,) above that of sound."""
    good = behind.good
    weak = velocity[good] > SONIC * behind.properties.sound_speed[good]
    behind.status[good[weak]] = Status.NO_SHOCK


def _normal_shock(before: Properties, mach: Array) -> tuple[Array, Array]:
    """ln T and ln p (N,) behind a shock of a perfect gas (NACA Report 1135, eqs. 93 and 94)."""
    gamma, square = before.gamma_frozen, mach**2
    pressure = 1.0 + 2.0 * gamma / (gamma + 1.0) * (square - 1.0)
    density = (gamma + 1.0) * square / ((gamma - 1.0) * square + 2.0)
    log_pressure = np.log(before.pressure / STANDARD_PRESSURE) + np.log(pressure)
    return np.log(before.temperature) + np.log(pressure / density), log_pressure


def _reflected_mach(before: Properties, velocity: Array) -> Array:
    """The Mach number (N,) of the shock that takes `velocity` (N,) off a perfect gas."""
    gamma = before.gamma_frozen
    sound_speed = np.sqrt(gamma * before.pressure / before.density)
    half = 0.25 * (gamma + 1.0) * velocity / sound_speed
    return np.asarray(half + np.sqrt(half**2 + 1.0))
