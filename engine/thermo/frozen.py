"""A nozzle whose composition stays what it was at a station upstream."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.thermo.conditions import SLOWEST, sonic_change, subsonic_change, supersonic_change
from engine.thermo.frozen_path import COLDEST, FrozenPath, Point
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure
from engine.thermo.properties import Properties, assemble
from engine.thermo.species import ProductSpecies
from engine.thermo.state import Targets
from engine.thermo.station import Places, Station
from engine.thermo.status import Status

TOLERANCE = 1e-11
LONGEST_ITERATION = 100
LARGEST_CHANGE = 1.0
"""In ln p."""
HALVINGS = 50
SONIC_DROP = 0.56
"""ln of chamber over throat pressure, as a first guess."""

Condition = Callable[[Point], Array]


@dataclass
class FrozenFlow:
    """N gases on the isentropes of fixed composition through `start`, the station where it froze."""

    species: ProductSpecies
    path: FrozenPath
    targets: Targets
    start: Station
    throat: Station

    @classmethod
    def of(
        cls, species: ProductSpecies, start: Station, targets: Targets, throat: Station | None
    ) -> "FrozenFlow":
        """The composition of `start`; with the `throat` that the flow has already passed, or None to find it."""
        path = FrozenPath.of(species, start.state, targets.entropy)
        flow = cls(species, path, targets, start, start if throat is None else throat)
        if throat is None:
            flow.throat = flow._find_throat()
        return flow

    @property
    def reacts(self) -> bool:
        """Whether the composition follows."""
        return False

    def march_to(self, log_pressure: Array, stations: int) -> None:
        """Nothing: each station is found from the one where the composition froze."""

    def _find_throat(self) -> Station:
        everything = np.arange(len(self.start.status))

        def sonic(at: Point) -> Array:
            kinetic = np.maximum(self._kinetic(everything, at), SLOWEST * at.stream)
            return sonic_change(kinetic, at.stream, at.exponent)

        station = self._solve(everything, sonic, self.start.state.log_pressure - SONIC_DROP)
        for number in range(len(self.path.phases.transition)):
            self._choke_at(station, number)
        return station

    def _choke_at(self, station: Station, number: int) -> None:
        """Put the throats that lie where a substance freezes, upstream of those of `station`, into it.

        As it begins to, the speed of sound falls: the gas may be slower than sound above, and faster below.
        """
        path, everything = self.path, np.arange(len(station.status))
        start = self.start.state.log_temperature
        passes = path.changes(number) & (start > np.log(path.phases.transition[number]))
        passes &= self.start.status == Status.CONVERGED
        if not passes.any():
            return
        low, high = np.zeros(len(everything)), np.ones(len(everything))
        onset, end = path.onset(number), path.melting(number, low)
        fast = self._kinetic(everything, onset) > onset.exponent * onset.stream
        chokes = passes & ~fast & (self._kinetic(everything, end) > end.stream)
        for _ in range(HALVINGS):
            middle = 0.5 * (low + high)
            at = path.melting(number, middle)
            is_slow = self._kinetic(everything, at) < at.stream
            low, high = np.where(is_slow, low, middle), np.where(is_slow, middle, high)
        at = path.melting(number, high)
        is_first = (station.status != Status.CONVERGED) | (at.log_pressure > station.state.log_pressure)
        found = np.flatnonzero(chokes & is_first)
        part = self._station(found, at.take(found))
        part.status[:] = Status.CONVERGED
        station.put(found, part)

    def at_pressure(self, owner: Places, log_pressure: Array) -> Station:
        """The stations of the cases `owner` (R,) at `log_pressure` (R,)."""
        return self._solve(owner, lambda at: log_pressure - at.log_pressure, log_pressure)

    def at_area(self, owner: Places, guess: Array, log_flux: Array, closure: Closure) -> Station:
        """The stations of the cases `owner` with the flux `log_flux` (R,), from a first `guess` (R,) of ln p."""
        change = subsonic_change if closure is Closure.SUBSONIC else supersonic_change

        def condition(at: Point) -> Array:
            return change(self._kinetic(owner, at), at.stream, at.exponent, at.log_pressure, log_flux)

        return self._solve(owner, condition, guess)

    def _kinetic(self, owner: Places, at: Point) -> Array:
        """u2/R (R,)."""
        return np.asarray(2.0 * (self.targets.enthalpy[owner] - at.enthalpy))

    def _solve(self, owner: Places, condition: Condition, guess: Array) -> Station:
        """Walk along the isentropes until `condition` asks for no change of ln p."""
        path = self.path.take(owner)
        position = path.position(self.start.state.log_temperature[owner])
        at = path.at(position)
        position = path.move(position, at, guess - at.log_pressure)
        is_open = self.start.status[owner] == Status.CONVERGED
        status = np.where(is_open, Status.NOT_CONVERGED, self.start.status[owner]).astype(np.int8)
        for _ in range(LONGEST_ITERATION):
            at = path.at(position)
            change = np.clip(condition(at), -LARGEST_CHANGE, LARGEST_CHANGE)
            status[is_open & (np.abs(change) < TOLERANCE)] = Status.CONVERGED
            too_cold = is_open & (at.log_temperature <= COLDEST) & (change < 0.0)
            status[too_cold] = Status.TEMPERATURE_TOO_LOW
            if (status != Status.NOT_CONVERGED).all():
                break
            # what is solved stays, whatever else the block still waits for
            position = path.move(position, at, np.where(status == Status.NOT_CONVERGED, change, 0.0))
        station = self._station(owner, at)
        station.status = status
        return station

    def _station(self, owner: Places, at: Point) -> Station:
        station = self.start.take(owner)
        station.state.log_pressure, station.state.log_temperature = at.log_pressure, at.log_temperature
        phases = self.path.phases.phases
        station.state.condensed[:, phases] = at.condensed
        station.active[:, phases] = at.condensed > 0.0
        return station

    def properties(self, owner: Places, station: Station) -> Properties:
        """Of a station that this flow has solved; NaN where it was not reached.

        Where a substance freezes the temperature stands still: the exponent is one, and the heat capacity infinite, for
        which NaN is given; `heat_capacity_frozen` and `gamma_frozen` leave that out.
        """
        path = self.path.take(owner)
        at = path.of_state(station.state)
        values = assemble(
            log_pressure=at.log_pressure,
            log_temperature=at.log_temperature,
            moles=path.moles,
            condensed=at.condensed.sum(axis=1),
            enthalpy=at.enthalpy,
            entropy=at.entropy,
            heat_capacity=np.where(at.is_pinned, np.nan, at.capacity),
            heat_capacity_frozen=at.capacity,
            gamma=at.exponent,
            volume_temperature_slope=np.where(at.is_pinned, np.nan, 1.0),
            volume_pressure_slope=np.full(len(owner), -1.0),
        )
        bad = station.status != Status.CONVERGED
        for name in Properties.__dataclass_fields__:
            getattr(values, name)[bad] = np.nan
        return values
