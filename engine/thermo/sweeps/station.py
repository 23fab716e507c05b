"""One station of many motors, started from fits to a few that were solved step by step."""

from collections.abc import Sequence
from dataclasses import dataclass

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
NEIGHBOURHOOD = 0.2
"""Of the box: how far beyond its own nodes an assembly of phases is followed, so that its fit reaches the border."""


@dataclass(frozen=True)
class Branch:
    """One assembly of phases in one patch of a sweep: the fit to its states, the range of it, and those of its states
    that were solved.

    `region` reaches a little beyond where the assembly is stable; `nodes` (D, M) and `states` (m, M) are of the fit.
    """

    patch: int
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


Patches = Sequence[Places]
"""Which of the cases lie in each patch."""
Started = tuple[Branch, Places, Array]
"""A branch, the cases in its patch, and the unknowns that it starts those from."""


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

    def only_branch(self, patch: int) -> Branch | None:
        """The branch that was found at all nodes of a patch; None where there are several, or none is everywhere."""
        here = [branch for branch in self.branches if branch.patch == patch]
        return here[0] if len(here) == 1 and here[0].fit.chosen is None else None

    def solve(
        self,
        species: ProductSpecies,
        coordinates: Array,
        patches: Patches,
        wanted: Wanted,
        log_pressure: Array | None,
    ) -> tuple[Flow, Mask, Correction]:
        """All cases at `coordinates` (D, N); `log_pressure` (N,) where it is given."""
        cases = coordinates.shape[1]
        started = [
            (branch, patches[branch.patch], branch.fit(_part(coordinates, patches[branch.patch])))
            for branch in self.branches
            if len(patches[branch.patch])
        ]
        if log_pressure is not None:
            for _, places, values in started:
                values[-1] = _part(log_pressure, places)
        if not self.watches:
            start = _assembled(started, len(wanted.elements) + 3, cases)
            return self._solve_gas(species, start, wanted)
        flow = Flow.empty(len(wanted.elements), len(species.phases.names), cases)
        _choose(species, coordinates, started, flow.active)
        starts = _Starts(len(wanted.elements), cases, started)
        effort = Effort(((self.tables, FINE),), LONGEST, CHANGES)
        solved, found = settle_flow(species, flow, wanted, self.closure, effort, starts)
        return flow, solved, found

    def _solve_gas(
        self, species: ProductSpecies, start: Array, wanted: Wanted
    ) -> tuple[Flow, Mask, Correction]:
        """The same where no phase is near: without a search for them."""
        block = Block(species, self.tables, Assembly(), self.closure)
        unknowns, found, converged = block.iterate(start, wanted, FINE, LONGEST)
        return as_flow(species, Assembly(), unknowns), converged, found


class _Starts:
    """Unknowns from which assemblies start: those of their own branch, else where the case stands, else of another."""

    def __init__(self, elements: int, cases: int, started: Sequence[Started]) -> None:
        self.elements = elements
        self.known: dict[tuple[int, ...], Array] = {}
        self.gas = np.full((elements + 3, cases), np.nan)
        for branch, places, values in reversed(started):
            phases = branch.assembly.phases
            if phases not in self.known:
                self.known[phases] = np.full((len(values), cases), np.nan)
            self.known[phases][:, places] = values
            self.gas[:elements, places], self.gas[-3:, places] = values[:elements], values[-3:]

    def __call__(self, assembly: Assembly, flow: Flow, places: Places) -> Array:
        known = self.known.get(assembly.phases)
        if known is not None:
            known = _part(known, places)
            if not np.isnan(known[-1]).any():
                return known
        result = flow.unknowns(assembly, places)
        if known is not None:
            result = np.where(np.isnan(known[-1]), result, known)
        fresh = np.flatnonzero(np.isnan(result[-1]))
        result[: self.elements, fresh] = self.gas[: self.elements, places[fresh]]
        result[-3:, fresh] = self.gas[-3:, places[fresh]]
        return result


def _part(values: Array, places: Places) -> Array:
    """The columns at ascending `places`; without a copy where those are all."""
    return values if len(places) == values.shape[-1] else values[..., places]


def _assembled(started: Sequence[Started], unknowns: int, cases: int) -> Array:
    """(m, N): the `unknowns` of all cases, which have one branch each at most and no phases."""
    if len(started) == 1 and len(started[0][1]) == cases:
        return started[0][2]
    result = np.full((unknowns, cases), np.nan)
    for _, places, values in started:
        result[:, places] = values
    return result


def _choose(species: ProductSpecies, coordinates: Array, started: Sequence[Started], active: Mask) -> None:
    """Let the phases be `active` (C, N) of the branch that the fits make the most plausible for each case."""
    for patch in sorted({branch.patch for branch, _, _ in started}):
        here = [entry for entry in started if entry[0].patch == patch]
        places = here[0][1]
        best = np.zeros(len(places), dtype=np.intp)
        if len(here) > 1:
            inside = [branch.region.holds(_part(coordinates, places), SLACK) for branch, _, _ in here]
            faults = [_fault(species, branch, values) for branch, _, values in here]
            best = np.where(inside, faults, np.inf).argmin(axis=0)
        for number, (branch, _, _) in enumerate(here):
            phases = np.array(branch.assembly.phases, dtype=np.intp)
            active[phases[:, None], places[best == number]] = True


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
    boxes: Sequence[Box],
    counts: tuple[int, ...],
    nodes: Array,
    flow: Flow,
    solved: Mask,
    sharp: Sequence[int],
) -> Station:
    """Fits through the solved nodes (D, M) of the boxes' grids, one after the other, each assembly's through its own.

    `sharp` says of each box near which end of the mixtures finer grids have to crowd.
    """
    branches = []
    patches = np.repeat(np.arange(len(boxes)), nodes.shape[1] // len(boxes))
    for patch, box in enumerate(boxes):
        for phases, places in phase_groups(flow.active, np.flatnonzero(solved & (patches == patch))):
            assembly = assembly_of(species, phases)
            if assembly is not None:
                here, states = nodes[:, places], flow.unknowns(assembly, places)
                known = fit(box, counts, here, states)
                region = box.around(here, NEIGHBOURHOOD, sharp[patch])
                branches.append(Branch(patch, assembly, known, region, here, states))
    good = flow.take(np.flatnonzero(solved))
    return station_of(species, closure, branches, log_fractions(species, good), is_watched(species, good))


def station_of(
    species: ProductSpecies, closure: Closure, branches: list[Branch], fractions: Array, is_near: bool
) -> Station:
    """A station with these branches, and the gases that are present by the logarithms of their `fractions` (S, M)."""
    present = np.flatnonzero(fractions.max(axis=1, initial=-np.inf) > PRESENT)
    ordered = sorted(branches, key=lambda branch: -len(branch.assembly.phases))
    patches = {branch.patch for branch in branches}
    watches = is_near or len(branches) > len(patches) or any(branch.assembly.phases for branch in branches)
    return Station(closure, tuple(ordered), present, gas_tables(species.gases, present), watches)


def log_fractions(species: ProductSpecies, flow: Flow) -> Array:
    """(S, N): logarithms of the mole fractions of all gases in the gas."""
    gibbs = species.gases.properties(flow.temperature).gibbs.T
    return np.asarray(species.gases.formula @ flow.potentials - gibbs - flow.log_pressure)
