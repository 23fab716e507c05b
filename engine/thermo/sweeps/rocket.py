"""Rocket motors that differ by few numbers: chamber, throat and exits, all started from fits."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from engine.thermo.blocks import Mask
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure
from engine.thermo.species import ProductSpecies
from engine.thermo.sweeps import path
from engine.thermo.sweeps.coordinates import Line, Mixtures
from engine.thermo.sweeps.fits import Box
from engine.thermo.sweeps.flow import Flow, Places
from engine.thermo.sweeps.iteration import Correction, Wanted
from engine.thermo.sweeps.motors import Motors, enthalpy, entropy, log_area, log_flux, wanted_of
from engine.thermo.sweeps.station import Station
from engine.thermo.sweeps.together import Together

FEW = 96
"""Motors up to which all stations together are one block."""
SLACK = (0.04, 0.2, 0.04)
"""Of the ranges of mixture, pressure and exit: by how much beyond them a sweep still serves."""


@dataclass
class SolvedStations:
    """R stations: of which motor (`owner`) and which of its stations (`column`), `flow`, which are `solved`, what the
    last step found, enthalpy and entropy over R.
    """

    owner: Places
    column: Places
    flow: Flow
    solved: Mask
    found: Correction
    enthalpy: Array
    entropy: Array

    @classmethod
    def all_at(
        cls, column: int, flow: Flow, solved: Mask, found: Correction, wanted: Wanted
    ) -> "SolvedStations":
        """The same station of all motors, with the enthalpy that belongs to the entropy wanted."""
        owner = np.arange(flow.cases)
        heats = (enthalpy(flow, wanted), wanted.entropy)
        return cls(owner, np.full(flow.cases, column), flow, solved, found, *heats)

    def of(self, motors: Places) -> "SolvedStations":
        """The same where the motors here are those at the places `motors` among more."""
        return replace(self, owner=motors[self.owner])

    def kept(self, motors: Mask) -> "SolvedStations":
        """Those of some of the motors (N,), which are numbered anew."""
        rows = np.flatnonzero(motors[self.owner])
        number = np.cumsum(motors) - 1
        return SolvedStations(
            number[self.owner[rows]],
            self.column[rows],
            self.flow.take(rows),
            self.solved[rows],
            self.found.take(rows),
            self.enthalpy[rows],
            self.entropy[rows],
        )


@dataclass(frozen=True)
class Sweep:
    """The stations of one box of motors, ready to be solved in any number."""

    products: ProductSpecies
    species: ProductSpecies
    """The same with only those condensed phases that are looked for."""
    phases: Places
    """Where those stand among all phases of the products."""
    line: Line
    box: Box
    borders: Array
    """Positions on the line between which the fits of a patch hold."""
    closure: Closure
    is_fine: bool
    seed: Flow
    """A chamber with all phases of the products, from which others can be reached."""
    chamber: Station
    throat: Station
    exit: Station

    def holds(self, motors: Motors, slack: tuple[float, ...]) -> Mask:
        """(N,): which motors lie on the line and within the box or a little beyond, all their exits too."""
        position, is_on = self.line.place(motors.mixtures)
        if not is_on.any():
            return is_on
        nearest, farthest = (
            self.box.holds(np.stack([position, motors.log_pressure, exit_place]), np.array(slack))
            for exit_place in (motors.exits.min(axis=1), motors.exits.max(axis=1))
        )
        return np.asarray(is_on & nearest & farthest)

    def solve(self, motors: Motors) -> Iterator[SolvedStations]:
        """Chamber, throat and the exits, column by column."""
        position, _ = self.line.place(motors.mixtures)
        plane = np.stack([position, motors.log_pressure])
        if len(position) > FEW or not self.is_fine:
            yield from self._solve_many(motors, plane)
            return
        rest = []
        for patch, places in enumerate(self._patches(position)):
            few = self._solve_few(patch, motors.take(places), plane[:, places]) if len(places) else None
            if few is None:
                rest.append(places)
            else:
                yield few.of(places)
        left = np.concatenate(rest) if rest else position[:0].astype(np.intp)
        if len(left):
            for solved in self._solve_many(motors.take(left), plane[:, left]):
                yield solved.of(left)

    def _solve_many(self, motors: Motors, plane: Array) -> Iterator[SolvedStations]:
        upstream = self.upstream(plane, motors.mixtures)
        yield SolvedStations.all_at(0, *upstream.chamber, upstream.wanted)
        yield SolvedStations.all_at(1, *upstream.throat, upstream.wanted)
        wanted, (throat, reached, _) = upstream.wanted, upstream.throat
        flux, patches = wanted.log_flux, self._patches(plane[0])
        for number, exit_place in enumerate(motors.exits.T):
            wanted.log_flux = flux + log_area(exit_place)
            given = motors.log_pressure - exit_place if motors.closure is Closure.SP else None
            column = np.concatenate([plane, exit_place[None]])
            flow, solved, found = self.exit.solve(self.species, column, patches, wanted, given)
            solved &= reached & path.is_beyond(flow, throat, motors.closure)
            yield SolvedStations.all_at(2 + number, flow, solved, found, wanted)

    def _patches(self, position: Array) -> list[Places]:
        """The cases in each patch, by their positions (N,)."""
        if not len(self.borders):
            return [np.arange(len(position))]
        patch = np.searchsorted(self.borders, position, side="right")
        return [np.flatnonzero(patch == number) for number in range(len(self.borders) + 1)]

    @cached_property
    def _together(self) -> list[Together | None]:
        """For each patch, where all its stations can be solved side by side."""
        stations = (self.chamber, self.throat, self.exit)
        patches = range(len(self.borders) + 1)
        return [Together.of(self.species, self.closure, stations, patch) for patch in patches]

    def _solve_few(self, patch: int, motors: Motors, plane: Array) -> SolvedStations | None:
        """All stations side by side; None where they have to be solved one by one."""
        together = self._together[patch]
        if together is None:
            return None
        wanted = wanted_of(motors.mixtures)
        done = together.solve(plane, motors.exits, wanted, log_area(motors.exits.T))
        if done is None:
            return None
        flow, found, repeated = done
        cases, columns = motors.exits.shape
        owner, column = np.tile(np.arange(cases), 2 + columns), np.repeat(np.arange(2 + columns), cases)
        solved = np.ones(len(owner), dtype=bool)
        if motors.closure is Closure.AREA:
            solved[2 * cases :] = (
                flow.log_pressure[2 * cases :] < flow.log_pressure[cases + owner[2 * cases :]]
            )
        heats = (enthalpy(flow, repeated), repeated.entropy)
        return SolvedStations(owner, column, flow, solved, found, *heats)

    def chambers(self, coordinates: Array, mixtures: Mixtures | None = None) -> tuple[Wanted, "Found"]:
        """Chambers at `coordinates` (2, N) of mixture and pressure, and what the stations downstream have to meet.

        `mixtures` are those at the coordinates, where they are known to more digits.
        """
        wanted = wanted_of(mixtures or self.line.at(coordinates[0]))
        patches = self._patches(coordinates[0])
        found = self.chamber.solve(self.species, coordinates, patches, wanted, coordinates[1])
        wanted.entropy = entropy(found[0], wanted)
        return wanted, found

    def upstream(self, coordinates: Array, mixtures: Mixtures | None = None) -> "Upstream":
        """Chamber and throat at `coordinates` (2, N) of mixture and pressure."""
        wanted, chamber = self.chambers(coordinates, mixtures)
        patches = self._patches(coordinates[0])
        flow, solved, found = self.throat.solve(self.species, coordinates, patches, wanted, None)
        wanted.log_flux = log_flux(flow, wanted)
        solved &= chamber[1] & path.is_first(flow, chamber[0])
        return Upstream(wanted, chamber, (flow, solved, found))


Found = tuple[Flow, Mask, Correction]
"""States, which of them are solved, and what the last step found."""


@dataclass
class Upstream:
    """Chambers and throats, and what the exits have to meet: entropy, and the flux of sonic flow."""

    wanted: Wanted
    chamber: Found
    throat: Found
