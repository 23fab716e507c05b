"""A nozzle in shifting equilibrium: a few places solved one after the other, all others from the nearest of them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.thermo.bracketing import choke, place_by_area
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure
from engine.thermo.properties import Properties
from engine.thermo.settling import TEMPERATURE_LIMITS
from engine.thermo.species import ProductSpecies
from engine.thermo.state import Targets
from engine.thermo.station import Places, Station, joined, properties, solve_station
from engine.thermo.status import Status

ROUGH = 1e-4
"""Tolerance of the isentropic start of a station, before its own condition joins the iteration."""
LARGEST_LOG_PRESSURE_DROP = 1.5
"""Between neighbours of the march: what the composition can follow."""
FINE_LOG_PRESSURE_DROP = 0.5
MANY = 12
"""Stations of a case for which the march goes in fine steps, that each may start from near by."""
MOST_STEPS = 40
SLOW_SHARE = 0.37


@dataclass
class EquilibriumFlow:
    """N cases of flow in equilibrium from the `stagnation` on, with `targets` that hold its enthalpy and entropy.

    `march` are the places solved on the way: stagnation, throat, and downstream of it as far as was asked.
    """

    species: ProductSpecies
    targets: Targets
    stagnation: Station
    throat: Station
    march: list[Station]

    @classmethod
    def of(cls, species: ProductSpecies, stagnation: Station, targets: Targets) -> "EquilibriumFlow":
        """From the gas at rest: the throat is solved."""
        gamma = properties(species, stagnation).gamma
        sonic = throat(species, stagnation, targets, gamma)
        return cls(species, targets, stagnation, sonic, [stagnation, sonic])

    @property
    def reacts(self) -> bool:
        """Whether the composition follows."""
        return True

    def march_to(self, log_pressure: Array, stations: int) -> None:
        """Solve places down to `log_pressure` (N,), as many as are useful for that many `stations` a case.

        A first guess may lie where the gas would be colder than any data: a case stops at its last good place.
        """
        self.__dict__.pop("_joined", None)
        longest = LARGEST_LOG_PRESSURE_DROP if stations < MANY else FINE_LOG_PRESSURE_DROP
        station = self.throat.copy()
        going = station.status == Status.CONVERGED
        for _ in range(MOST_STEPS):
            rows = np.flatnonzero(going & (station.state.log_pressure - log_pressure > longest))
            if not len(rows):
                return
            trial = station.take(rows)
            trial.state.log_pressure -= longest
            solve_station(self.species, trial, self.targets.take(rows), Closure.SP, ROUGH)
            good = np.flatnonzero(trial.status == Status.CONVERGED)
            station.put(rows[good], trial.take(good))
            going[:] = False
            going[rows[good]] = True
            reached = station.copy()
            reached.status[~going] = Status.NOT_CONVERGED
            self.march.append(reached)

    @cached_property
    def _joined(self) -> Station:
        return joined(self.march)

    def near(self, owner: Places, log_pressure: Array) -> Station:
        """Copies of the solved places of the cases `owner` (R,) that are nearest to `log_pressure` (R,)."""
        logs = np.stack([place.state.log_pressure for place in self.march])
        solved = np.stack([place.status == Status.CONVERGED for place in self.march])
        distance = np.where(solved[:, owner], np.abs(logs[:, owner] - log_pressure), np.inf)
        distance = np.where(np.isnan(distance), np.inf, distance)
        nearest = distance.argmin(axis=0)
        station = self._joined.take(nearest * len(self.throat.status) + owner)
        station.status = np.where(
            np.isfinite(distance.min(axis=0)), station.status, self.throat.status[owner]
        )
        return station

    def at_pressure(self, owner: Places, log_pressure: Array) -> Station:
        """The stations of the cases `owner` (R,) at `log_pressure` (R,)."""
        station = self.near(owner, log_pressure)
        start = station.copy()
        station.state.log_pressure = log_pressure.copy()
        solve_station(self.species, station, self.targets.take(owner), Closure.SP)
        self._name_failures(station, start, log_pressure)
        return station

    def at_area(self, owner: Places, guess: Array, log_flux: Array, closure: Closure) -> Station:
        """The stations of the cases `owner` with the flux `log_flux` (R,), from a first `guess` (R,) of ln p.

        The closure, SUBSONIC or AREA, says on which side of the throat.
        """
        station = self.near(owner, guess)
        targets = self.targets.take(owner)
        targets.log_flux = log_flux
        trial = station.copy()
        drop = guess - trial.state.log_pressure
        trial.state.log_pressure += np.clip(drop, -LARGEST_LOG_PRESSURE_DROP, LARGEST_LOG_PRESSURE_DROP)
        tolerance = ROUGH if closure is Closure.AREA else 1e-10
        solve_station(self.species, trial, targets, Closure.SP, tolerance)
        good = np.flatnonzero(trial.status == Status.CONVERGED)
        station.put(good, trial.take(good))
        start = station.copy()
        solve_station(self.species, station, targets, closure)
        lost = np.flatnonzero((station.status != Status.CONVERGED) & (start.status == Status.CONVERGED))
        if len(lost):
            found = self._between(owner[lost], start.take(lost), targets.take(lost), closure)
            station.put(lost, found)
            self._name_failures(station, start, guess)
        return station

    def _name_failures(self, station: Station, start: Station, log_pressure: Array) -> None:
        """Say of the unsolved cases of `station`, in place, where from `start` on the gas would grow too cold."""
        lost = np.flatnonzero((station.status != Status.CONVERGED) & (start.status == Status.CONVERGED))
        if not len(lost):
            return
        at = properties(self.species, start.take(lost))
        slope = (at.gamma_frozen - 1.0) / at.gamma_frozen
        change = slope * (log_pressure[lost] - start.state.log_pressure[lost])
        too_cold = at.temperature * np.exp(change) < TEMPERATURE_LIMITS[0]
        station.status[lost[too_cold]] = Status.TEMPERATURE_TOO_LOW

    def _between(self, owner: Places, start: Station, targets: Targets, closure: Closure) -> Station:
        """The stations that an iteration from `start` has lost, by halving: from the throat down, or up to rest."""
        if closure is Closure.SUBSONIC:
            low = self.throat.state.log_pressure[owner]
            return place_by_area(self.species, self.stagnation.take(owner), low, targets, closure)
        low = start.state.log_pressure - LARGEST_LOG_PRESSURE_DROP
        return place_by_area(self.species, self.throat.take(owner), low, targets, closure)

    def properties(self, _: Places, station: Station) -> Properties:
        """Of a station that this flow has solved."""
        return properties(self.species, station)


def throat(
    species: ProductSpecies,
    stagnation: Station,
    targets: Targets,
    gamma: Array,
    start: Station | None = None,
) -> Station:
    """The sonic station: from `start`, or by way of the pressure that `gamma` (N,) of the stagnation gives."""
    station = (stagnation if start is None else start).copy()
    station.status = stagnation.status.copy()
    if start is None:
        station.state.log_pressure = stagnation.state.log_pressure - sonic_drop(gamma)
        solve_station(species, station, targets, Closure.SP, ROUGH)
        solve_station(species, station, targets, Closure.THROAT)
    else:
        solve_station(species, station, targets, Closure.THROAT)
    # where a phase comes or goes on the way, the gas may have choked before, where Newton's iteration did not look
    solved = station.status == Status.CONVERGED
    is_doubtful = ~solved
    if start is None:
        is_doubtful |= (station.active != stagnation.active).any(axis=1)
    rows = np.flatnonzero(is_doubtful & (stagnation.status == Status.CONVERGED))
    known = np.where(solved, station.state.log_pressure, -np.inf)[rows]
    first = choke(species, stagnation.take(rows), targets.take(rows), known)
    kept = np.flatnonzero(first.status == Status.CONVERGED)
    station.put(rows[kept], first.take(kept))
    return station


def sonic_drop(gamma: Array) -> Array:
    """ln of chamber over throat pressure (N,) of a perfect gas (NASA RP-1311 part I, eq. 6.15)."""
    return np.asarray(np.log((gamma + 1.0) / 2.0) * gamma / (gamma - 1.0))


def first_log_pressure(chamber_log: Array, throat_log: Array, gamma: Array, area_ratio: Array) -> Array:
    """CEA's first guess of ln p at a supersonic area ratio (N,) (NASA RP-1311 part I, eqs. 6.23-6.24)."""
    logarithm = np.log(area_ratio)
    near = throat_log - np.sqrt(np.maximum(logarithm * (1.535 + 3.294 * logarithm), 0.0))
    far = chamber_log - (gamma + 1.4 * logarithm)
    return np.where(area_ratio >= 2.0, np.minimum(far, near), near)


def first_subsonic_log_pressure(chamber_log: Array, throat_log: Array, area_ratio: Array) -> Array:
    """A first guess of ln p at a subsonic area ratio (N,): slow flow, (A/At)^2 ln(p0/p) is what it is at Mach 0.

    For perfect gases that is 0.37 of ln(p0/pt), whatever their exponent.
    """
    return np.asarray(chamber_log - SLOW_SHARE * (chamber_log - throat_log) / area_ratio**2)
