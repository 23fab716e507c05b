"""A block of motors on its way from the propellants to the exits."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.thermo.combustor import Combustor, close_combustor
from engine.thermo.constants import GAS_CONSTANT, STANDARD_PRESSURE
from engine.thermo.exits import Exits, Flow, Nozzle, SolvedRows, solve_exits
from engine.thermo.expansion import EquilibriumFlow
from engine.thermo.frozen import FrozenFlow
from engine.thermo.halving import settle_surely
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure
from engine.thermo.properties import Properties
from engine.thermo.species import ProductSpecies
from engine.thermo.state import Targets, cold_state
from engine.thermo.station import Station, joined, log_flux, properties
from engine.thermo.status import Status


class Motors:
    """N motors; `frozen_from` is the station, counted from 1, from which on the composition is frozen; 0 for none."""

    def __init__(
        self,
        species: ProductSpecies,
        elements: Array,
        enthalpy: Array,
        pressure: Array,
        exits: Exits,
        combustor: Combustor | None,
        frozen_from: int,
    ) -> None:
        self.species, self.exits, self.combustor, self.frozen_from = species, exits, combustor, frozen_from
        nothing = np.zeros(len(pressure))
        self.targets = Targets(elements, enthalpy / GAS_CONSTANT, nothing, nothing)
        self.everything = np.arange(len(pressure))
        self.log_reference = np.log(pressure / STANDARD_PRESSURE)
        self.log_stagnation = self.log_reference

    @property
    def throat(self) -> int:
        """The column of the throat."""
        return 1 if self.combustor is None else 2

    def stations(self) -> Iterator[SolvedRows]:
        """All stations; what is known per case, such as `log_stagnation`, holds when they have been taken."""
        burnt = self._burn()
        if self.combustor is None:
            flow, at_rest = self._from_rest(burnt)
            yield self._column(0, burnt, at_rest, flow.reacts)
        else:
            yield self._column(0, burnt, properties(self.species, burnt), True)
            flow, end, at_end = self._through_combustor(burnt, self.combustor)
            yield self._column(1, end, at_end, flow.reacts)
        at_throat = flow.properties(self.everything, flow.throat)
        yield self._column(self.throat, flow.throat, at_throat, flow.reacts)
        nozzle = Nozzle.of(flow, at_throat, self.log_reference, self.log_stagnation)
        everywhere = self.exits.is_possible
        if self.frozen_from <= self.throat:
            yield from self._exits(flow, nozzle, everywhere)
        elif self.frozen_from == self.throat + 1:
            yield from self._frozen_beyond(flow, nozzle, flow.throat, at_throat, everywhere)
        else:
            yield from self._frozen_later(flow, nozzle)

    def _burn(self) -> Station:
        state = cold_state(self.species, np.exp(self.log_reference), None)
        active = np.zeros((len(self.everything), len(self.species.phases.names)), dtype=bool)
        status = settle_surely(self.species, state, self.targets, Closure.HP, active)
        return Station(state, active, status)

    def _from_rest(self, chamber: Station) -> tuple[Flow, Properties]:
        at_rest = properties(self.species, chamber)
        self.targets.entropy = at_rest.entropy / GAS_CONSTANT
        if self.frozen_from != 1:
            return EquilibriumFlow.of(self.species, chamber, self.targets), at_rest
        frozen = FrozenFlow.of(self.species, chamber, self.targets, None)
        return frozen, frozen.properties(self.everything, chamber)

    def _through_combustor(self, injector: Station, combustor: Combustor) -> tuple[Flow, Station, Properties]:
        is_frozen = self.frozen_from in (1, 2)
        closed = close_combustor(self.species, injector, self.targets, combustor, is_frozen)
        self.log_stagnation = closed.stagnation.state.log_pressure
        flow: Flow = closed.flow if closed.frozen is None else closed.frozen
        return flow, closed.end, flow.properties(self.everything, closed.end)

    def _column(self, column: int, station: Station, at: Properties, reacts: bool) -> SolvedRows:
        columns = np.full(len(self.everything), column)
        return SolvedRows(self.everything, columns, station.copy(), at, reacts)

    def _exits(self, flow: Flow, nozzle: Nozzle, wanted: NDArray[np.bool_]) -> Iterator[SolvedRows]:
        for solved in solve_exits(flow, nozzle, self.exits, wanted):
            yield replace(solved, column=solved.column + self.throat + 1)

    def _frozen_later(self, flow: Flow, nozzle: Nozzle) -> Iterator[SolvedRows]:
        """In equilibrium to an exit that is supersonic, and frozen downstream of it."""
        here = np.zeros((len(self.everything), self.exits.count), dtype=bool)
        here[:, self.frozen_from - self.throat - 2] = True
        parts = list(self._exits(flow, nozzle, here))
        start = joined([part.station for part in parts])
        at_start = Properties.empty(len(self.everything))
        for part in parts:
            at_start.put(part.owner, part.properties)
        subsonic = start.state.log_pressure > flow.throat.state.log_pressure
        start.status[subsonic & (start.status == Status.CONVERGED)] = Status.INVALID_INPUT
        yield self._column(self.frozen_from - 1, start, at_start, flow.reacts)
        yield from self._frozen_beyond(flow, nozzle, start, at_start, ~here)

    def _frozen_beyond(
        self, flow: Flow, nozzle: Nozzle, start: Station, at_start: Properties, wanted: NDArray[np.bool_]
    ) -> Iterator[SolvedRows]:
        """The exits `wanted`, frozen downstream of `start`, whatever the order in which they are given."""
        flux = log_flux(self.targets, at_start, start.state.log_pressure)
        downstream = self.exits.beyond(nozzle, start.state.log_pressure, flux)
        yield from self._exits(flow, nozzle, wanted & ~downstream)
        frozen = FrozenFlow.of(self.species, start, self.targets, flow.throat)
        yield from self._exits(frozen, nozzle, wanted & downstream)
