"""One station of many motors, started from fits to a few that were solved step by step."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from engine.thermo.blocks import Mask
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure
from engine.thermo.settling import RANGE_TOLERANCE
from engine.thermo.species import ProductSpecies
from engine.thermo.sweeps.fits import Box, Fit, fit
from engine.thermo.sweeps.flow import Effort, Flow, Places, as_flow, phase_groups, settle_flow
from engine.thermo.sweeps.iteration import Assembly, Block, Correction, Wanted
from engine.thermo.sweeps.tables import GasTables, gas_tables
from engine.thermo.sweeps.transitions import assembly_of
from engine.thermo.sweeps.watch import is_watched

PRESENT = np.log(1e-15)
"""ln of a mole fraction: gases that stay below it at all nodes are left out; they change no digit that is compared."""
FINE = 1e-7
"""The last step, whose square is what is left. Gamma and heat capacities are those of the state before it."""
LONGEST = 12
CHANGES = 5
SLACK = 0.05
"""Of its extent: how far outside its range a fit is still trusted as a start."""
FOLLOWED = 4
"""Rounds in which nodes that were not reached are tried again from the nearest one that was."""
NEIGHBOURHOOD = 0.2
"""Of the box: how far beyond its own nodes an assembly of phases is followed, so that its fit reaches the border."""


@dataclass(frozen=True)
class Branch:
    """One assembly of phases: the fit to its states, the range of it, and those of its states that were solved.

    `region` reaches a little beyond where the assembly is stable; `nodes` (D, M) and `states` (m, M) are of the fit.
    """

    assembly: Assembly
    fit: Fit
    region: Box
    nodes: Array
    states: Array

    def nearest(self, coordinates: Array) -> Array:
        """(m, N): the states at the nodes nearest to `coordinates` (D, N)."""
        here, there = self.region.scaled(coordinates), self.region.scaled(self.nodes)
        distance = (there**2).sum(axis=0) - 2.0 * here.T @ there
        return self.states[:, distance.argmin(axis=1)]


@dataclass(frozen=True)
class Station:
    """What is known about one station before the sweep: branches, those of most phases first, and gases.

    `watches` says whether phases have to be looked for.
    """

    closure: Closure
    branches: tuple[Branch, ...]
    gases: Places
    tables: GasTables
    watches: bool

    @property
    def is_whole(self) -> bool:
        """Whether one assembly of phases was found at all nodes."""
        return len(self.branches) == 1 and self.branches[0].fit.chosen is None

    def solve(
        self, species: ProductSpecies, coordinates: Array, wanted: Wanted, log_pressure: Array | None
    ) -> tuple[Flow, Mask, Correction]:
        """All cases at `coordinates` (D, N); `log_pressure` (N,) where it is given."""
        cases = coordinates.shape[1]
        starts = [branch.fit(coordinates) for branch in self.branches]
        if log_pressure is not None:
            for values in starts:
                values[-1] = log_pressure
        if len(starts) == 1 and not self.watches:
            return self._solve_gas(species, starts[0], wanted)
        flow = Flow.empty(len(wanted.elements), len(species.phases.names), cases)
        for branch, places in self._likely(species, coordinates, starts):
            flow.active[np.array(branch.assembly.phases, dtype=np.intp)[:, None], places] = True
        known = {branch.assembly.phases: values for branch, values in zip(self.branches, starts, strict=True)}

        def start(assembly: Assembly, now: Flow, places: Places) -> Array:
            values = known.get(assembly.phases)
            if values is not None:
                return values if len(places) == cases else values[:, places]
            result = now.unknowns(assembly, places)
            fresh = np.isnan(result[-1])
            if fresh.any():
                result[: len(wanted.elements), fresh] = starts[0][: len(wanted.elements), places[fresh]]
                result[-3:, fresh] = starts[0][-3:, places[fresh]]
            return result

        effort = Effort(((self.tables, FINE),), LONGEST, CHANGES if self.watches else 1)
        solved, found = settle_flow(species, flow, wanted, self.closure, effort, start, self.watches)
        return flow, solved, found

    def _solve_gas(
        self, species: ProductSpecies, start: Array, wanted: Wanted
    ) -> tuple[Flow, Mask, Correction]:
        """The same where no phase is near: without a search for them."""
        block = Block(species, self.tables, self.branches[0].assembly, self.closure)
        unknowns, found, converged = block.iterate(start, wanted, FINE, LONGEST)
        flow = as_flow(species, self.branches[0].assembly, unknowns)
        return flow, converged, found

    def _likely(
        self, species: ProductSpecies, coordinates: Array, starts: list[Array]
    ) -> list[tuple[Branch, Places]]:
        """The branches with the cases that each is the most plausible for, by the fits."""
        if len(self.branches) == 1:
            return [(self.branches[0], np.arange(starts[0].shape[1]))]
        faults = np.stack(
            [
                np.where(branch.region.holds(coordinates, SLACK), _fault(species, branch, values), np.inf)
                for branch, values in zip(self.branches, starts, strict=True)
            ]
        )
        best = faults.argmin(axis=0)
        return [(branch, np.flatnonzero(best == place)) for place, branch in enumerate(self.branches)]


def _fault(species: ProductSpecies, branch: Branch, values: Array) -> Array:
    """(N,): by how much phases are negative or beyond their range, relative to all moles or in ln T; 0 where fine."""
    assembly = branch.assembly
    if not assembly.phases:
        return np.zeros(values.shape[1])
    count = len(assembly.phases)
    worst = -values[-3 - count : -3].min(axis=0) / np.exp(values[-3])
    if assembly.pinned is None:
        phases, temperature = list(assembly.phases), np.exp(values[-2])
        cold = species.phases.lowest_entry[phases].max() - RANGE_TOLERANCE
        hot = species.phases.highest[phases].min() + RANGE_TOLERANCE
        worst = np.maximum(worst, np.maximum(temperature - hot, cold - temperature) / temperature)
    return np.asarray(np.maximum(worst, 0.0))


def rough_station(
    species: ProductSpecies,
    closure: Closure,
    box: Box,
    counts: tuple[int, ...],
    nodes: Array,
    flow: Flow,
    solved: Mask,
) -> Station:
    """Fits through the solved nodes (D, M) of the grid, each assembly's through its own."""
    places = np.flatnonzero(solved)
    good, nodes = flow.take(places), nodes[:, places]
    branches = []
    for phases, chosen in phase_groups(good.active, np.arange(len(places))):
        assembly = assembly_of(species, phases)
        if assembly is not None:
            here, states = nodes[:, chosen], good.unknowns(assembly, chosen)
            known = fit(box, counts, here, states)
            branches.append(Branch(assembly, known, box.around(here, NEIGHBOURHOOD), here, states))
    return _station(species, closure, branches, log_fractions(species, good), is_watched(species, good))


Conditions = Callable[[Array], tuple[Wanted, Array | None, Mask]]
"""From coordinates (D, M): what states there have to meet, ln p where it is given, and which can be reached at all."""


def sharpened(
    species: ProductSpecies, station: Station, counts: tuple[int, ...], conditions: Conditions
) -> Station:
    """The station with fits on a finer grid, where each branch is followed beyond the range in which it is stable."""
    branches, fractions, is_near = [], [], False
    for rough in station.branches:
        branch = _followed(species, station, rough, counts, conditions)
        branches.append(branch)
        flow = as_flow(species, branch.assembly, branch.states)
        fractions.append(log_fractions(species, flow))
        is_near |= is_watched(species, flow)
    return _station(species, station.closure, branches, np.concatenate(fractions, axis=1), is_near)


def _followed(
    species: ProductSpecies, station: Station, rough: Branch, counts: tuple[int, ...], conditions: Conditions
) -> Branch:
    """The branch on a finer grid of its own region, as far as it can be followed."""
    nodes = rough.region.nodes(counts)
    wanted, log_pressure, reached = conditions(nodes)
    block = Block(species, station.tables, rough.assembly, station.closure)
    is_whole = rough.fit.chosen is None
    states = rough.fit(nodes) if is_whole else rough.nearest(nodes)
    solved = np.zeros(nodes.shape[1], dtype=bool)
    for _ in range(FOLLOWED):
        left = np.flatnonzero(reached & ~solved)
        if not len(left):
            break
        start = states[:, left]
        if log_pressure is not None:
            start[-1] = log_pressure[left]
        if rough.assembly.pinned is not None:
            start[-2] = rough.assembly.pinned
        found, _, good = block.iterate(start, wanted.take(left), FINE, LONGEST)
        if not good.any():
            break
        states[:, left[good]], solved[left[good]] = found[:, good], True
        known = replace(rough, nodes=nodes[:, solved], states=states[:, solved])
        states[:, ~solved] = known.nearest(nodes[:, ~solved])
    if not solved.any():
        return rough
    return replace(known, fit=fit(rough.region, counts, known.nodes, known.states))


def _station(
    species: ProductSpecies, closure: Closure, branches: list[Branch], fractions: Array, is_near: bool
) -> Station:
    present = np.flatnonzero(fractions.max(axis=1, initial=-np.inf) > PRESENT)
    ordered = sorted(branches, key=lambda branch: -len(branch.assembly.phases))
    watches = is_near or len(branches) > 1 or any(branch.assembly.phases for branch in branches)
    return Station(closure, tuple(ordered), present, gas_tables(species.gases, present), watches)


def log_fractions(species: ProductSpecies, flow: Flow) -> Array:
    """(S, N): logarithms of the mole fractions of all gases in the gas."""
    gibbs = species.gases.properties(flow.temperature).gibbs.T
    return np.asarray(species.gases.formula @ flow.potentials - gibbs - flow.log_pressure)
