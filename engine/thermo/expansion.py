"""Stations of a nozzle in shifting equilibrium, each found from the one before it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure
from engine.thermo.properties import Properties, equilibrium_properties
from engine.thermo.settling import settle
from engine.thermo.species import ProductSpecies
from engine.thermo.state import State, Targets
from engine.thermo.status import Status

ROUGH = 1e-4
"""Tolerance of the isentropic start of a station, before its own condition joins the iteration."""
LARGEST_LOG_PRESSURE_DROP = 1.5
MOST_STEPS = 20


@dataclass
class Station:
    """N cases at one place of the nozzle: their states, active phases (N, C) and statuses (N,)."""

    state: State
    active: NDArray[np.bool_]
    status: NDArray[np.int8]

    def copy(self) -> "Station":
        """The same, free to be changed."""
        everything = np.arange(len(self.status))
        return Station(self.state.take(everything), self.active.copy(), self.status.copy())


def properties(species: ProductSpecies, station: Station) -> Properties:
    """Properties of the station; NaN where it was not reached."""
    result = Properties.empty(len(station.status))
    good = np.flatnonzero(station.status == Status.CONVERGED)
    result.put(good, equilibrium_properties(species, station.state.take(good), station.active[good]))
    return result


def solve_station(
    species: ProductSpecies, station: Station, targets: Targets, closure: Closure, tolerance: float = 1e-10
) -> None:
    """Solve the cases of `station` that are still good, in place."""
    good = np.flatnonzero(station.status == Status.CONVERGED)
    part, active = station.state.take(good), station.active[good]
    station.status[good] = settle(species, part, targets.take(good), closure, active, tolerance)
    station.state.put(good, part)
    station.active[good] = active


def expand_to(species: ProductSpecies, start: Station, targets: Targets, log_pressure: Array) -> Station:
    """Follow the isentrope from `start` to `log_pressure` (N,), in steps that the composition can follow."""
    station = start.copy()
    drop = np.where(station.status == Status.CONVERGED, start.state.log_pressure - log_pressure, 0.0)
    steps = max(1, int(np.ceil(np.abs(drop).max(initial=0.0) / LARGEST_LOG_PRESSURE_DROP)))
    for step in range(1, steps + 1):
        station.state.log_pressure = start.state.log_pressure - drop * (step / steps)
        solve_station(species, station, targets, Closure.SP, ROUGH if step < steps else 1e-10)
    return station


def approach(species: ProductSpecies, start: Station, targets: Targets, log_pressure: Array) -> Station:
    """As `expand_to`, but only as far as the iteration follows: a case stops at its last good step.

    A first guess may lie where the gas would be colder than any data; the condition that
    the station has to meet leads on from wherever the case stands.
    """
    station = start.copy()
    going = station.status == Status.CONVERGED
    for _ in range(MOST_STEPS):
        rest = log_pressure - station.state.log_pressure
        rows = np.flatnonzero(going & (np.abs(rest) > 0))
        if not len(rows):
            break
        trial = Station(station.state.take(rows), station.active[rows], station.status[rows])
        trial.state.log_pressure += np.clip(rest[rows], -LARGEST_LOG_PRESSURE_DROP, LARGEST_LOG_PRESSURE_DROP)
        solve_station(species, trial, targets.take(rows), Closure.SP, ROUGH)
        good = trial.status == Status.CONVERGED
        kept = np.flatnonzero(good)
        station.state.put(rows[kept], trial.state.take(kept))
        station.active[rows[kept]] = trial.active[kept]
        going[rows[~good]] = False
    return station


def throat(species: ProductSpecies, chamber: Station, targets: Targets, gamma: Array) -> Station:
    """The sonic station; `gamma` (N,) of the chamber gives the first pressure."""
    station = expand_to(species, chamber, targets, chamber.state.log_pressure - sonic_drop(gamma))
    solve_station(species, station, targets, Closure.THROAT)
    return station


def sonic_drop(gamma: Array) -> Array:
    """ln of chamber over throat pressure (N,) of a perfect gas (NASA RP-1311 part I, eq. 6.15)."""
    return np.asarray(np.log((gamma + 1.0) / 2.0) * gamma / (gamma - 1.0))


def exit_by_pressure(
    species: ProductSpecies, previous: Station, targets: Targets, log_pressure: Array
) -> Station:
    """The station at `log_pressure` (N,)."""
    return expand_to(species, previous, targets, log_pressure)


def exit_by_area(
    species: ProductSpecies,
    previous: Station,
    targets: Targets,
    first_log_pressure: Array,
    log_flux: Array,
) -> Station:
    """The supersonic station with the flux `log_flux` (N,) = ln(n T / (p u)), from a first guess of ln p."""
    station = approach(species, previous, targets, first_log_pressure)
    wanted = Targets(targets.elements, targets.enthalpy, targets.entropy, log_flux)
    solve_station(species, station, wanted, Closure.AREA)
    return station


def first_log_pressure(chamber_log: Array, throat_log: Array, gamma: Array, area_ratio: Array) -> Array:
    """CEA's first guess of ln p at a supersonic area ratio (N,) (NASA RP-1311 part I, eqs. 6.23-6.24)."""
    logarithm = np.log(area_ratio)
    near = throat_log - np.sqrt(np.maximum(logarithm * (1.535 + 3.294 * logarithm), 0.0))
    far = chamber_log - (gamma + 1.4 * logarithm)
    return np.where(area_ratio >= 2.0, np.minimum(far, near), near)
