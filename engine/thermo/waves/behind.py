"""A gas taken across a wave: composition, properties and status behind it."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.thermo.blocks import Mask
from engine.thermo.constants import STANDARD_PRESSURE
from engine.thermo.halving import settle_surely
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure
from engine.thermo.properties import Properties, equilibrium_properties
from engine.thermo.settling import TEMPERATURE_LIMITS, check_range, settle
from engine.thermo.species import ProductSpecies
from engine.thermo.state import State, cold_state
from engine.thermo.status import Status
from engine.thermo.waves.fronts import Front
from engine.thermo.waves.frozen import solve_frozen
from engine.thermo.waves.gas import FrozenGas
from engine.thermo.waves.iteration import wave_step


@dataclass
class Behind:
    """N gases behind a wave; what is not converged has no meaning."""

    gas: FrozenGas
    properties: Properties
    status: NDArray[np.int8]

    @property
    def good(self) -> NDArray[np.intp]:
        """The places of the converged."""
        return np.flatnonzero(self.status == Status.CONVERGED)

    def take(self, rows: NDArray[np.intp]) -> "Behind":
        """The cases at `rows`."""
        return Behind(self.gas.take(rows), self.properties.take(rows), self.status[rows])

    def put(self, rows: NDArray[np.intp], other: "Behind") -> None:
        """Overwrites the cases at `rows` by those of `other`."""
        self.gas.gas[rows], self.gas.condensed[rows] = other.gas.gas, other.gas.condensed
        self.properties.put(rows, other.properties)
        self.status[rows] = other.status


def cross_frozen(gas: FrozenGas, front: Front, log_temperature: Array, log_pressure: Array) -> Behind:
    """Behind a shock that keeps the composition of `gas`, from a start of ln T and ln p (N,)."""
    hottest = np.log(TEMPERATURE_LIMITS[1])
    final_temperature, final_pressure, found = solve_frozen(gas, front, log_temperature, log_pressure)
    status = np.where(found, Status.CONVERGED, Status.NOT_CONVERGED).astype(np.int8)
    status[np.where(found, final_temperature, log_temperature) > hottest] = Status.TEMPERATURE_TOO_HIGH
    good = status == Status.CONVERGED
    log_temperature = np.where(good, final_temperature, log_temperature)
    log_pressure = np.where(good, final_pressure, log_pressure)
    return Behind(
        gas, gas.properties(np.exp(log_temperature), np.exp(log_pressure) * STANDARD_PRESSURE), status
    )


@dataclass
class Burning:
    """N gases on their way to equilibrium: state, active phases (N, C) and status (N,) so far."""

    state: State
    active: Mask
    status: NDArray[np.int8]

    @classmethod
    def at(cls, species: ProductSpecies, front: Front, log_pressure: Array, enthalpy: Array) -> "Burning":
        """Burned at a pressure (ln of standard pressures) and an enthalpy/R; (N,) each."""
        state = cold_state(species, np.exp(log_pressure), None)
        active = np.zeros((len(enthalpy), len(species.phases.names)), dtype=bool)
        held = replace(front, enthalpy=enthalpy)
        status = settle_surely(species, state, held, Closure.HP, active)
        return cls(state, active, status)

    def take(self, rows: NDArray[np.intp]) -> "Burning":
        """The cases at `rows`, as copies."""
        return Burning(self.state.take(rows), self.active[rows], self.status[rows])

    def put(self, rows: NDArray[np.intp], other: "Burning") -> None:
        """Overwrites the cases at `rows` by those of `other`."""
        self.state.put(rows, other.state)
        self.active[rows], self.status[rows] = other.active, other.status

    def copy(self) -> "Burning":
        """The same, free to be changed."""
        return self.take(np.arange(len(self.status)))


def settle_behind(species: ProductSpecies, front: Front, burning: Burning) -> Behind:
    """The cases that are good so far, brought to equilibrium behind the wave, in place."""
    rows = np.flatnonzero(burning.status == Status.CONVERGED)
    part = burning.take(rows)
    part.status = settle(species, part.state, front.take(rows), Closure.HP, part.active, correction=wave_step)
    burning.put(rows, part)
    state, status = burning.state, burning.status
    check_range(state, status)
    good = np.flatnonzero(status == Status.CONVERGED)
    properties = Properties.empty(len(status))
    properties.put(good, equilibrium_properties(species, state.take(good), burning.active[good]))
    return Behind(FrozenGas(species, np.exp(state.log_gas), state.condensed), properties, status)
