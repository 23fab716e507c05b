"""Many cases at one place of a nozzle: how they stand there, and how they are solved for it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from engine.thermo.constants import GAS_CONSTANT
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton import TOLERANCE
from engine.thermo.newton_system import Closure
from engine.thermo.properties import Properties, equilibrium_properties
from engine.thermo.settling import settle
from engine.thermo.species import ProductSpecies
from engine.thermo.state import State, Targets
from engine.thermo.status import Status

Places = NDArray[np.intp]


@dataclass
class Station:
    """N cases at one place of the nozzle: their states, active phases (N, C) and statuses (N,)."""

    state: State
    active: NDArray[np.bool_]
    status: NDArray[np.int8]

    def take(self, rows: Places) -> "Station":
        """The cases at `rows`, as copies."""
        return Station(self.state.take(rows), self.active[rows], self.status[rows])

    def put(self, rows: Places, other: "Station") -> None:
        """Overwrites the cases at `rows` by those of `other`."""
        self.state.put(rows, other.state)
        self.active[rows], self.status[rows] = other.active, other.status

    def copy(self) -> "Station":
        """The same, free to be changed."""
        return self.take(np.arange(len(self.status)))


def joined(stations: Sequence[Station]) -> Station:
    """Several stations as one, one below the other."""
    states = [station.state for station in stations]
    state = State(*(np.concatenate([getattr(part, item.name) for part in states]) for item in fields(State)))
    active = np.concatenate([station.active for station in stations])
    return Station(state, active, np.concatenate([station.status for station in stations]))


def properties(species: ProductSpecies, station: Station) -> Properties:
    """Properties of the station; NaN where it was not reached."""
    result = Properties.empty(len(station.status))
    good = np.flatnonzero(station.status == Status.CONVERGED)
    result.put(good, equilibrium_properties(species, station.state.take(good), station.active[good]))
    return result


def log_flux(targets: Targets, at: Properties, log_pressure: Array) -> Array:
    """ln(n T/(p u)) (N,) by the energy, u in units of the root of R."""
    kinetic = 2.0 * (targets.enthalpy - at.enthalpy / GAS_CONSTANT)
    return np.asarray(np.log(at.temperature / at.molar_mass) - log_pressure - 0.5 * np.log(kinetic))


def solve_station(
    species: ProductSpecies,
    station: Station,
    targets: Targets,
    closure: Closure,
    tolerance: float = TOLERANCE,
) -> None:
    """Solve the cases of `station` that are still good, in place."""
    good = np.flatnonzero(station.status == Status.CONVERGED)
    part, active = station.state.take(good), station.active[good]
    station.status[good] = settle(species, part, targets.take(good), closure, active, tolerance)
    station.state.put(good, part)
    station.active[good] = active
