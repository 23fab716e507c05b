"""The burn of solid motors whose chamber fills and empties: its gas is what the grains make, less what the throat lets
through.

The gas of the chamber has the temperature of the flame; at first it is the igniter's, at its pressure. The stack's
grains burn at the pressure of the chamber; their flow is taken as steady along the ports.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.burns.curves import MILNE, Curves
from engine.burns.march import march
from engine.nozzle.isentropic import mass_flow_share
from engine.solid.chambers import ChamberGas, Chambers
from engine.solid.grain_lines import GrainLines
from engine.solid.moments import Ending, Moments
from engine.solid.motors import Motors
from engine.solid.openings import Openings
from engine.solid.quasi_steady import throat_growth
from engine.solid.stacks import Stacks
from engine.thermo.nasa_polynomials import Array

GAS_MASS, FIRST_DEPTH = 0, 1
NEAR_AMBIENT = 1.05
"""Of the ambient pressure: with less nothing more is to be expected of a chamber that empties."""
BESIDE = 0.05
"""Of the case's volume around the grains: what the chamber has beside them, where that is not given."""
EMPTY = 1e-4
"""Of the peak pressure: with less a chamber is empty, whatever is asked for."""
SHORTEST_LOOK = 1e-6
FIRST_STEP = 1e-3
"""Of the time in which a chamber fills."""


@dataclass
class TransientSystem:
    """The balances of N motors with G grains, for `engine.burns.march`: states are the mass of gas in the chamber, the
    depth of every grain, and the throat's diameter.
    """

    motors: Motors
    chambers: Chambers
    lines: GrainLines
    case_volume: Array
    peak: Array
    phase: NDArray[np.intp]
    core: int

    @classmethod
    def of(cls, motors: Motors, stacks: Stacks, chambers: Chambers) -> "TransientSystem":
        """At the moment of ignition."""
        beside = np.where(np.isnan(motors.chamber_volume), BESIDE * stacks.case_volume, motors.chamber_volume)
        volume = stacks.case_volume + beside
        count = len(volume)
        lines = GrainLines.of(motors, stacks)
        return cls(
            motors,
            chambers,
            lines,
            volume,
            motors.igniter_pressure.copy(),
            np.zeros(count, np.intp),
            lines.burnout.shape[1] + 2,
        )

    @property
    def grains(self) -> int:
        """How many a motor has."""
        return int(self.lines.burnout.shape[1])

    def take(self, places: NDArray[np.intp]) -> "TransientSystem":
        """The motors at `places`."""
        return TransientSystem(
            self.motors.take(places),
            self.chambers.take(places),
            self.lines.take(places),
            self.case_volume[places],
            self.peak[places],
            self.phase[places],
            self.core,
        )

    def begin(self) -> Array:
        """(S, N): nothing burnt, and the igniter's gas in the chamber."""
        count = len(self.case_volume)
        depth = np.zeros((count, self.grains))
        openings, volume = self.lines.at(depth)
        pressure = self.motors.igniter_pressure
        energy = specific_energy(self.chambers.gas(pressure, openings.burning_area))
        mass = pressure * (self.case_volume - volume.sum(axis=-1)) / energy
        return np.concatenate([mass[None], depth.T, self.motors.throat_diameter[None]])

    def depth(self, state: Array) -> Array:
        """(..., N, G) of states (S, ..., N)."""
        return np.moveaxis(state[FIRST_DEPTH : FIRST_DEPTH + self.grains], 0, -1)

    def pressure(self, state: Array) -> tuple[Array, ChamberGas, Openings]:
        """Of the chamber, with its gas and what the grains are."""
        openings, volume = self.lines.at(self.depth(state))
        density = np.maximum(state[GAS_MASS], 0.0) / (self.case_volume - volume.sum(axis=-1))
        gas = self.chambers.gas(np.broadcast_to(self.peak, density.shape), openings.burning_area)
        pressure = density * specific_energy(gas)
        gas = self.chambers.gas(pressure, openings.burning_area)
        return density * specific_energy(gas), gas, openings

    def rates(self, state: Array) -> Array:
        """(S, ..., N) of states (S, ..., N)."""
        pressure, gas, openings = self.pressure(state)
        speed = self.chambers.rates(pressure, openings) * (openings.burning_area > 0.0)
        made = np.sum(self.chambers.density * openings.burning_area * speed, axis=-1)
        throat = np.pi / 4.0 * state[-1] ** 2
        out = nozzle_flow(pressure, gas, throat, self.motors.ambient_pressure)
        growth = throat_growth(self.motors, pressure, state[-1]) * (self.phase == 0)
        return np.concatenate([(made - out)[None], np.moveaxis(speed, -1, 0), growth[None]])

    def scales(self, state: Array) -> Array:
        """(S, N): of the gas in the chamber, webs and throats."""
        full = np.maximum(state[GAS_MASS], 1e-3 * self.peak * self.case_volume / 1e6)
        webs = np.maximum(self.lines.burnout, 1e-9).T
        return np.concatenate([full[None], webs, self.motors.throat_diameter[None]])

    def remaining(self, time: Array, state: Array) -> Array:  # noqa: ARG002
        """(N,): of the thickest web and of the pressure; the second phase is over with the pressure."""
        burnout = self.lines.burnout
        web = np.max((burnout - self.depth(state)) / np.max(burnout, axis=-1, keepdims=True), axis=-1)
        pressure, _, _ = self.pressure(state)
        share = np.maximum(self.motors.burnout_thrust, EMPTY)
        floor = np.maximum(share * self.peak, NEAR_AMBIENT * self.motors.ambient_pressure)
        left = pressure / floor - 1.0
        return np.where(self.phase == 0, np.minimum(web, left), left)

    def horizon(self, state: Array) -> Array:
        """(N,) s: until the next grain has burnt out."""
        depth = self.depth(state)
        pressure, _, openings = self.pressure(state)
        speed = np.maximum(self.chambers.rates(pressure, openings), 1e-12)
        time = np.where(self.lines.burns(depth), (self.lines.burnout - depth) / speed, np.inf)
        return np.asarray(np.maximum(1.0001 * np.min(time, axis=-1), SHORTEST_LOOK))

    def settle(self, state: Array, ended: NDArray[np.bool_]) -> None:
        """Remember the peak of the pressure, by which the end is judged."""
        self.peak = np.maximum(self.peak, self.pressure(state)[0])
        self.phase = self.phase + ended


def specific_energy(gas: ChamberGas) -> Array:
    """J/kg, p/rho, that goes with the gas's real c*."""
    gamma = gas.gamma
    return np.asarray(gas.c_star**2 * gamma * (2.0 / (gamma + 1.0)) ** ((gamma + 1.0) / (gamma - 1.0)))


def nozzle_flow(pressure: Array, gas: ChamberGas, throat_area: Array, ambient_pressure: Array) -> Array:
    """kg/s, choked or not."""
    back = ambient_pressure / np.maximum(pressure, 1e-9)
    return np.asarray(pressure * throat_area / gas.c_star * mass_flow_share(back, gas.gamma))


def march_transient(motors: Motors, stacks: Stacks, chambers: Chambers) -> tuple[Moments, NDArray[np.intp]]:
    """Until the chambers are empty; and which motors could not be followed to their end."""
    system = TransientSystem.of(motors, stacks, chambers)
    begin = system.begin()
    longest = np.where(np.isnan(motors.time_step), np.inf, motors.time_step)
    filling = system.case_volume / (motors.throat_area * 1.5e3)
    record = march(system, begin, FIRST_STEP * filling, motors.tolerance, longest)
    return _dense(Curves.of(record, len(filling)), system), record.broken


def _dense(curves: Curves, system: TransientSystem) -> Moments:
    """The points of every burn in a column of its own; below its last it stands still and has no weight."""
    counts = np.bincount(curves.burn, minlength=curves.count)
    first = np.cumsum(counts) - counts
    row = np.minimum(np.arange(counts.max())[:, None], counts - 1)
    place = first + row
    parts = curves.duration[:, None] * MILNE
    weight = np.bincount(curves.segments.ravel(), parts.ravel(), len(curves.time))[place]
    weight[np.arange(len(row))[:, None] >= counts] = 0.0
    state = curves.state[:, place]
    pressure, gas, _ = system.pressure(state)
    throat = np.pi / 4.0 * state[-1] ** 2
    flow = nozzle_flow(pressure, gas, throat, system.motors.ambient_pressure)
    ending = Ending(curves.last_time(0), counts, flow)
    return Moments(
        curves.time[place], weight, pressure, state[-1], np.nan_to_num(system.depth(state)), ending
    )
