"""The balances of a hybrid motor as one system of rates: tank, ports, chamber and throat.

The chamber holds gas of oxidizer and of fuel with one temperature, burnt to equilibrium. Enthalpies are counted from
those with which the propellants enter, so that the gas of a steady burn has none. With E the internal energy,
w = p/rho and h = E/m + w, to first order w = w0 + (dw/dh) h around the table's w0: p follows without iteration.
"""

from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from engine.hybrid.combustion import CombustionTable, Gas
from engine.hybrid.feeds import Contents, Feed, Flow, Guess, first_guess
from engine.hybrid.motors import Motors
from engine.hybrid.ports import Ports
from engine.hybrid.regression import Regression
from engine.nozzle.isentropic import mass_flow_share
from engine.thermo.nasa_polynomials import Array

EMPTY = 1e-6
"""Of the first mass in a tank: what it holds at least, so that its state is defined."""
FADED, NEAR_AMBIENT, TAIL = 0.05, 1.8, 0.1
"""Pressures over the highest, and over the ambient, at which a burn ends; those at which its tail does are a tenth."""
IGNITION = 2.0
"""s; a chamber whose nozzle is not choked by then has gone out."""
LOOKING_AHEAD = 0.9
"""Of the time until a tank has run out: steps beyond it would be taken in vain."""
SMALLEST_REST = 5e-4
"""Of the grain's cross-section: with less fuel the burn is over."""
FIRST_PRESSURE = 2e4
"""Pa, of the gas that a chamber in vacuum is lit with."""


class Row(IntEnum):
    """The states by their rows. Those from `EXPELLED_MASS` on gather what passed, and come after the ports' areas."""

    TANK_MASS = 0
    TANK_ENERGY = 1
    OXIDIZER = 2
    FUEL = 3
    ENERGY = 4
    THROAT_DIAMETER = 5
    PORT_AREA = 6


GATHERED = ("injected_energy", "vented_mass", "vented_energy", "expelled_mass", "expelled_enthalpy", "work")


@dataclass(frozen=True)
class Chamber:
    """The chamber at some moment, arrays of one shape, SI; `share` counts the mixture as the table does."""

    pressure: Array
    volume: Array
    share: Array
    enthalpy: Array
    gas: Gas
    c_star: Array
    nozzle_flow: Array


@dataclass(frozen=True)
class Moment:
    """All that is known at states of some shape: the chamber, what the tank gives, what the ports give (C, ...)."""

    chamber: Chamber
    feed: Flow
    fuel_flow: Array
    area: Array


class HybridSystem:
    """The rates of N motors that burn the same pair and are fed the same way; `cells` along the port."""

    def __init__(
        self,
        motors: Motors,
        table: CombustionTable,
        feed: Feed,
        ports: Ports,
        cells: int = 1,
        *,
        by_total_flux: bool = False,
    ) -> None:
        self.motors, self.table, self.feed, self.ports, self.cells = motors, table, feed, ports, cells
        self.by_total_flux = by_total_flux
        self.regression = Regression(motors, cells, by_total_flux=by_total_flux)
        self.core = Row.PORT_AREA + cells
        self.open = np.ones(len(motors.length))
        self.guess: Guess = first_guess(motors)
        self.peak = np.zeros(len(motors.length))
        self._known: tuple[Array, Chamber] | None = None
        self._moment: tuple[Array, Moment] | None = None
        first = feed.begin(motors)
        self.least_mass = np.where(np.isnan(motors.oxidizer_mass), -np.inf, EMPTY * first[0])
        self.least_tank = np.maximum(1e-3 * np.abs(first), 1e-6)

    def begin(self) -> Array:
        """(S, N): the full tank, the ports as they are made, and a chamber with a stoichiometric gas."""
        motors, count = self.motors, len(self.motors.length)
        state = np.zeros((self.core + len(GATHERED), count))
        state[: Row.OXIDIZER] = self.feed.begin(motors)
        state[Row.THROAT_DIAMETER] = motors.throat_diameter
        state[Row.PORT_AREA : self.core] = self.ports.first_area
        pressure = np.maximum(motors.ambient_pressure, FIRST_PRESSURE)
        volume = motors.chamber_volume + self.ports.first_area * motors.length
        gas = self.table.at_pressure(np.full(count, 0.5), pressure)
        mass = pressure * volume / (gas.pressure_energy * motors.c_star_efficiency**2)
        ratio = self.table.stoichiometric
        state[Row.OXIDIZER], state[Row.FUEL] = mass * ratio / (1.0 + ratio), mass / (1.0 + ratio)
        state[Row.ENERGY] = -pressure * volume
        return state

    def rates(self, state: Array) -> Array:
        """(S, ..., N) of states (S, ..., N)."""
        moment = self.moment(state)
        chamber, feed = moment.chamber, moment.feed
        fuel = moment.fuel_flow.sum(axis=0)
        gas_mass = state[Row.OXIDIZER] + state[Row.FUEL]
        leaving = chamber.nozzle_flow / gas_mass
        growth = fuel / self.motors.fuel_density
        work = chamber.pressure * growth
        expelled = chamber.nozzle_flow * chamber.enthalpy
        injected_energy = feed.mass_flow_rate * feed.enthalpy
        vented_energy = feed.vent_flow_rate * feed.vent_enthalpy
        result = np.empty_like(state)
        result[Row.TANK_MASS] = -feed.mass_flow_rate - feed.vent_flow_rate
        result[Row.TANK_ENERGY] = -injected_energy - vented_energy
        result[Row.OXIDIZER] = feed.mass_flow_rate - leaving * state[Row.OXIDIZER]
        result[Row.FUEL] = fuel - leaving * state[Row.FUEL]
        result[Row.ENERGY] = -expelled - work
        result[Row.THROAT_DIAMETER] = 2.0 * self.motors.erosion_rate * self.open
        result[Row.PORT_AREA : self.core] = moment.fuel_flow / (
            self.motors.fuel_density * self.regression.length
        )
        gathered = (
            injected_energy,
            feed.vent_flow_rate,
            vented_energy,
            chamber.nozzle_flow,
            expelled,
            work,
        )
        for row, rate in enumerate(gathered, start=self.core):
            result[row] = rate
        return result

    def moment(self, state: Array) -> Moment:
        """What states (S, ..., N) come to; kept for those that were asked for last."""
        if self._moment is None or self._moment[0] is not state:
            self._moment = state, self._moment_of(state)
        return self._moment[1]

    def _moment_of(self, state: Array) -> Moment:
        area = state[Row.PORT_AREA : self.core]
        chamber = self.chamber(state)
        feed = self._feed(state, chamber)
        fuel_flow = self.regression.fuel_flow(feed.mass_flow_rate, area, self.ports.perimeter(area))
        return Moment(chamber, feed, fuel_flow, area)

    def chamber(self, state: Array) -> Chamber:
        """Pressure and outflow of the gas that the chamber holds; kept for the states that were asked for last."""
        if self._known is None or self._known[0] is not state:
            self._known = state, self._chamber(state)
        return self._known[1]

    def _chamber(self, state: Array) -> Chamber:
        motors, area = self.motors, state[Row.PORT_AREA : self.core]
        oxidizer, fuel = np.maximum(state[Row.OXIDIZER], 0.0), np.maximum(state[Row.FUEL], 0.0)
        mass = np.maximum(oxidizer + fuel, 1e-12)
        volume = motors.chamber_volume + area.sum(axis=0) * self.regression.length
        loss = motors.c_star_efficiency**2
        share = self.table.share(oxidizer, fuel)
        gas = self.table.at_density(share, loss * mass / volume)
        slope = loss * gas.energy_slope
        specific = state[Row.ENERGY] / mass
        pressure_energy = np.maximum((loss * gas.pressure_energy + slope * specific) / (1.0 - slope), 1e3)
        pressure = mass * pressure_energy / volume
        c_star = gas.c_star * np.sqrt(pressure_energy / gas.pressure_energy)
        throat = np.pi / 4.0 * state[Row.THROAT_DIAMETER] ** 2 * motors.nozzle_discharge
        share_of_choked = mass_flow_share(motors.ambient_pressure / pressure, gas.gamma)
        nozzle_flow = pressure * throat / c_star * share_of_choked
        return Chamber(pressure, volume, share, specific + pressure_energy, gas, c_star, nozzle_flow)

    def scales(self, state: Array) -> Array:
        """(S, N): masses and energies of the tank by its contents, of the gas by what a burn holds of it."""
        motors = self.motors
        scale = np.empty_like(state)
        tank = np.maximum(np.abs(state[: Row.OXIDIZER]), self.least_tank)
        scale[: Row.OXIDIZER] = tank
        gas = np.maximum(state[Row.OXIDIZER] + state[Row.FUEL], 1e-9)
        scale[Row.OXIDIZER] = scale[Row.FUEL] = gas
        scale[Row.ENERGY] = np.maximum(np.abs(state[Row.ENERGY]), 1e-3)
        scale[Row.THROAT_DIAMETER] = motors.throat_diameter
        scale[Row.PORT_AREA :] = self.ports.last_area
        return scale

    def remaining(self, time: Array, state: Array) -> Array:
        """(N,): the least of the time until the valve closes, of the fuel, and of the pressure, each as a share.

        A burn ends where its nozzle is no longer choked, in vacuum at a twentieth of its highest pressure; what is
        left in the chamber is over where it comes near to the ambient pressure.
        """
        motors = self.motors
        area = state[Row.PORT_AREA : self.core]
        pressure = self.chamber(state).pressure
        over = np.maximum(FADED * self.peak, NEAR_AMBIENT * motors.ambient_pressure) * np.where(
            self.open, 1.0, TAIL
        )
        over = np.maximum(over, 1.02 * motors.ambient_pressure)
        lit = self.peak > 1.2 * over
        by_pressure = np.where(lit, pressure / over - 1.0, 1.0 - time / IGNITION)
        fuel = 1.0 - area.mean(axis=0) / self.ports.last_area
        by_fuel = fuel / SMALLEST_REST - 1.0
        by_time = 1.0 - time / motors.burn_time
        burning = np.minimum(np.minimum(by_pressure, by_fuel), by_time)
        return np.where(self.open > 0.0, burning, by_pressure)

    def horizon(self, state: Array) -> Array:
        """(N,) s: nine tenths of the time until the liquid in the tank has run out, as it flows now."""
        lasting = self.moment(state).feed.lasting
        return np.where(self.open > 0.0, LOOKING_AHEAD * lasting, np.inf)

    def settle(self, state: Array, ended: NDArray[np.bool_]) -> None:
        """Close the valve of those that ended; keep the highest pressure, and where in its table the tank is."""
        self.open = np.where(ended, 0.0, self.open)
        self._moment = None  # that was with the valves as they were
        pressure = self.chamber(state).pressure
        self.peak = np.fmax(self.peak, pressure)
        mass = np.maximum(state[Row.TANK_MASS], self.least_mass)
        self.guess = self.feed.place(self.motors, Contents(mass, state[Row.TANK_ENERGY], self.guess))

    def take(self, places: NDArray[np.intp]) -> "HybridSystem":
        """The motors at `places`, in the same minds."""
        motors, ports = self.motors.take(places), self.ports.take(places)
        taken = HybridSystem(
            motors, self.table, self.feed, ports, self.cells, by_total_flux=self.by_total_flux
        )
        taken.open, taken.peak, taken.guess = self.open[places], self.peak[places], self.guess.take(places)
        return taken

    def along(self, burn: NDArray[np.intp], is_open: NDArray[np.bool_]) -> "HybridSystem":
        """The motors of points along burns (M,), their valves as they are at each."""
        points = self.take(burn)
        points.open, points.guess = is_open.astype(np.float64), first_guess(points.motors)
        return points

    def _feed(self, state: Array, chamber: Chamber) -> Flow:
        mass = np.maximum(state[Row.TANK_MASS], self.least_mass)
        contents = Contents(mass, state[Row.TANK_ENERGY], self.guess)
        flow = self.feed.flow(self.motors, contents, chamber.pressure)
        return replace(
            flow,
            mass_flow_rate=flow.mass_flow_rate * self.open,
            vent_flow_rate=flow.vent_flow_rate * self.open,
        )
