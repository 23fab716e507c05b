"""Finer grids of a station: each branch is followed from what is known of it roughly."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from engine.thermo.blocks import Mask
from engine.thermo.nasa_polynomials import Array
from engine.thermo.species import ProductSpecies
from engine.thermo.sweeps.fits import fit
from engine.thermo.sweeps.flow import as_flow
from engine.thermo.sweeps.iteration import Block, Wanted
from engine.thermo.sweeps.station import FINE, Branch, Station, log_fractions, station_of
from engine.thermo.sweeps.watch import is_watched

LONGEST = 8
"""Iterations after which a node is left for the next round, or left out."""
FOLLOWED = 2
"""Rounds in which nodes that were not reached are tried again from the nearest one that was."""

Conditions = Callable[[Array], tuple[Wanted, Array | None, Mask]]
"""From coordinates (D, M): what states there have to meet, ln p where it is given, and which can be reached at all."""


def sharpened(
    species: ProductSpecies,
    station: Station,
    counts: tuple[int, ...],
    chosen: Sequence[Branch],
    conditions: Conditions,
) -> Station:
    """The station with the branches `chosen` on finer grids, beyond the range in which they are stable."""
    nodes = [branch.region.nodes(counts) for branch in chosen]
    ends = np.cumsum([grid.shape[1] for grid in nodes])[:-1]
    wanted, log_pressure, reached = conditions(np.concatenate(nodes, axis=1))
    every = np.split(np.arange(len(reached)), ends)
    branches = [branch for branch in station.branches if not any(branch is other for other in chosen)]
    for assembly in dict.fromkeys(branch.assembly for branch in chosen):
        members = [number for number, branch in enumerate(chosen) if branch.assembly == assembly]
        places = np.concatenate([every[number] for number in members])
        grids = [_Grid(chosen[number], nodes[number]) for number in members]
        given = None if log_pressure is None else log_pressure[places]
        _follow(species, station, grids, wanted.take(places), given, reached[places])
        branches += [grid.branch(counts) for grid in grids]
    flows = [as_flow(species, branch.assembly, branch.states) for branch in branches]
    fractions = np.concatenate([log_fractions(species, flow) for flow in flows], axis=1)
    is_near = any(is_watched(species, flow) for flow in flows)
    return station_of(species, station.closure, branches, fractions, is_near)


class _Grid:
    """A branch on its way to a finer grid: `states` (m, M) at the `nodes` (D, M), and which are `solved`."""

    def __init__(self, rough: Branch, nodes: Array) -> None:
        self.rough, self.nodes = rough, nodes
        self.states = rough.fit(nodes) if rough.fit.chosen is None else rough.nearest(nodes)
        self.solved = np.zeros(nodes.shape[1], dtype=bool)

    def put(self, states: Array, good: Mask) -> None:
        """Keep the states (m, M) that are `good`, and start the rest anew from the nearest of them."""
        self.states[:, good] = states[:, good]
        self.solved |= good
        if self.solved.any() and not self.solved.all():
            self.states[:, ~self.solved] = self._known().nearest(self.nodes[:, ~self.solved])

    def _known(self) -> Branch:
        return replace(self.rough, nodes=self.nodes[:, self.solved], states=self.states[:, self.solved])

    def branch(self, counts: tuple[int, ...]) -> Branch:
        """The branch as far as it was followed."""
        if not self.solved.any():
            return self.rough
        known = self._known()
        return replace(known, fit=fit(known.region, counts, known.nodes, known.states))


def _follow(
    species: ProductSpecies,
    station: Station,
    grids: Sequence[_Grid],
    wanted: Wanted,
    log_pressure: Array | None,
    reached: Mask,
) -> None:
    """Solve the nodes of grids of one assembly, side by side, as far as they can be followed."""
    assembly = grids[0].rough.assembly
    block = Block(species, station.tables, assembly, station.closure)
    ends = np.cumsum([len(grid.solved) for grid in grids])[:-1]
    for _ in range(FOLLOWED):
        left = np.flatnonzero(reached & ~np.concatenate([grid.solved for grid in grids]))
        if not len(left):
            break
        states = np.concatenate([grid.states for grid in grids], axis=1)
        start = states[:, left]
        if log_pressure is not None:
            start[-1] = log_pressure[left]
        if assembly.pinned is not None:
            start[-2] = assembly.pinned
        found, _, good = block.iterate(start, wanted.take(left), FINE, LONGEST)
        if not good.any():
            break
        states[:, left] = found
        is_good = np.zeros(len(reached), dtype=bool)
        is_good[left] = good
        for grid, part, fresh in zip(
            grids, np.split(states, ends, axis=1), np.split(is_good, ends), strict=True
        ):
            grid.put(part, fresh)
