"""The stations beside chamber and throat, in any number: rows of (case, station), solved in blocks."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.thermo.blocks import block_size
from engine.thermo.expansion import first_log_pressure, first_subsonic_log_pressure
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure
from engine.thermo.properties import Properties
from engine.thermo.species import ProductSpecies
from engine.thermo.state import Targets
from engine.thermo.station import Places, Station, log_flux
from engine.thermo.status import Status

CLOSURES = (Closure.SP, Closure.SUBSONIC, Closure.AREA)
"""What fixes the stations of `Exits`, in the order of its fields."""


class Flow(Protocol):
    """N cases of flow from rest to beyond a throat, in equilibrium or frozen."""

    species: ProductSpecies
    targets: Targets
    throat: Station

    @property
    def reacts(self) -> bool:
        """Whether the composition follows."""

    def march_to(self, log_pressure: Array, stations: int) -> None:
        """Prepare for stations down to `log_pressure` (N,)."""

    def at_pressure(self, owner: Places, log_pressure: Array) -> Station:
        """Stations (R,) of the cases `owner` at a pressure."""

    def at_area(self, owner: Places, guess: Array, log_flux: Array, closure: Closure) -> Station:
        """Stations (R,) of the cases `owner` with a flux, from a guess of ln p."""

    def properties(self, owner: Places, station: Station) -> Properties:
        """Of such stations."""


@dataclass(frozen=True)
class Exits:
    """The stations asked of N cases: by pressure ratio (N, K1), by subsonic and supersonic area ratio (N, K2 and K3).

    They are numbered through in this order, which is CEA's. A pressure ratio is that of the chamber, or of the injector
    face of a combustor of finite area, over that of the station.
    """

    pressure_ratio: Array
    subsonic_area_ratio: Array
    area_ratio: Array

    @property
    def count(self) -> int:
        """Of stations in a case."""
        return sum(getattr(self, item.name).shape[1] for item in fields(self))

    @property
    def is_possible(self) -> NDArray[np.bool_]:
        """(N, K): which ratios are finite and above 1."""
        ratios = np.concatenate([getattr(self, item.name) for item in fields(self)], axis=1)
        return np.asarray(np.isfinite(ratios) & (ratios > 1.0))

    def take(self, rows: Places) -> "Exits":
        """The cases at `rows`."""
        return Exits(*(getattr(self, item.name)[rows] for item in fields(self)))

    def beyond(self, nozzle: "Nozzle", log_pressure: Array, flux: Array) -> NDArray[np.bool_]:
        """(N, K): which of them lie downstream of the supersonic places at `log_pressure` (N,) with a flux (N,)."""
        by_pressure = nozzle.log_reference[:, None] - np.log(self.pressure_ratio) < log_pressure[:, None]
        by_area = np.log(self.area_ratio) > (flux - nozzle.log_flux)[:, None]
        return np.concatenate([by_pressure, np.zeros(self.subsonic_area_ratio.shape, bool), by_area], axis=1)

    def kinds(self) -> Iterator[tuple[Closure, slice, Array]]:
        """What fixes them, the columns where they stand, and the ratios (N, K)."""
        start = 0
        for item, closure in zip(fields(self), CLOSURES, strict=True):
            ratios = getattr(self, item.name)
            if ratios.shape[1]:
                yield closure, slice(start, start + ratios.shape[1]), ratios
            start += ratios.shape[1]


@dataclass(frozen=True)
class SolvedRows:
    """R solved stations: the cases `owner` (R,) they belong to, their `column` (R,), states and properties.

    Whether the gas `reacts` there, or has a composition that is frozen.
    """

    owner: Places
    column: Places
    station: Station
    properties: Properties
    reacts: bool


@dataclass(frozen=True)
class Nozzle:
    """N throats, and what stations are found from: logarithms (N,) of the pressure that ratios refer to, of the
    pressure at rest, of the flux at the throat; and the exponent (N,) there.
    """

    log_reference: Array
    log_stagnation: Array
    log_flux: Array
    gamma: Array

    @classmethod
    def of(cls, flow: Flow, at_throat: Properties, log_reference: Array, log_stagnation: Array) -> "Nozzle":
        """Of a flow whose throat is solved."""
        return cls(
            log_reference,
            log_stagnation,
            log_flux(flow.targets, at_throat, flow.throat.state.log_pressure),
            at_throat.gamma,
        )


def solve_exits(flow: Flow, nozzle: Nozzle, exits: Exits, wanted: NDArray[np.bool_]) -> Iterator[SolvedRows]:
    """The stations of `exits` that are `wanted` (N, K), a block of rows at a time."""
    throat_log = flow.throat.state.log_pressure
    tasks = []
    for closure, columns, ratios in exits.kinds():
        first = _first_log_pressure(closure, nozzle, throat_log, ratios)
        tasks.append((closure, columns, ratios, first))
    if not tasks:
        return
    everything = np.concatenate([first for *_, first in tasks], axis=1)
    deepest = np.where(wanted & np.isfinite(everything), everything, np.inf).min(axis=1)
    flow.march_to(deepest, exits.count)
    size = block_size(flow.species)
    for closure, columns, ratios, first in tasks:
        owners, places = np.nonzero(wanted[:, columns])
        for start in range(0, len(owners), size):
            part = slice(start, start + size)
            owner, place = owners[part], places[part]
            guess = first[owner, place]
            if closure is Closure.SP:
                station = flow.at_pressure(owner, guess)
                resting = guess >= nozzle.log_stagnation[owner]
                station.status[resting & (station.status == Status.CONVERGED)] = Status.NO_SUPERSONIC_SOLUTION
            else:
                flux = nozzle.log_flux[owner] + np.log(ratios[owner, place])
                station = flow.at_area(owner, guess, flux, closure)
            at = flow.properties(owner, station)
            yield SolvedRows(owner, columns.start + place, station, at, flow.reacts)


def _first_log_pressure(closure: Closure, nozzle: Nozzle, throat_log: Array, ratios: Array) -> Array:
    """(N, K): the pressure where it is given, a guess elsewhere."""
    stagnation = nozzle.log_stagnation[:, None]
    if closure is Closure.SP:
        return np.asarray(nozzle.log_reference[:, None] - np.log(ratios))
    if closure is Closure.SUBSONIC:
        return first_subsonic_log_pressure(stagnation, throat_log[:, None], ratios)
    return first_log_pressure(stagnation, throat_log[:, None], nozzle.gamma[:, None], ratios)
