"""One station of many motors, started from fits to a few that were solved step by step."""

from dataclasses import dataclass

import numpy as np

from engine.thermo.blocks import Mask
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure
from engine.thermo.species import ProductSpecies
from engine.thermo.sweeps.fits import Box, Fit, fit
from engine.thermo.sweeps.flow import Effort, Flow, Places, phase_groups, settle_flow
from engine.thermo.sweeps.iteration import Assembly, Correction, Wanted
from engine.thermo.sweeps.tables import gas_tables
from engine.thermo.sweeps.transitions import assembly_of

NARROW, WIDE = np.log(1e-8), np.log(1e-20)
"""ln of mole fractions anywhere among the nodes: gases above the first are iterated with, the second is for the end."""
ROUGH, FINE = 1e-3, 1e-8
LONGEST = 12
CHANGES = 5


@dataclass
class Station:
    """What is known about one station before the sweep: fits per assembly of phases, and the tables to iterate with."""

    closure: Closure
    box: Box
    nodes: Array
    node_active: Mask
    fits: dict[tuple[int, ...], Fit]
    effort: Effort

    def solve(
        self, species: ProductSpecies, coordinates: Array, wanted: Wanted, log_pressure: Array | None
    ) -> tuple[Flow, Mask, Correction]:
        """All cases at `coordinates` (D, N); `log_pressure` (N,) where it is given."""
        cases = coordinates.shape[1]
        flow = Flow.empty(len(wanted.elements), len(species.phases.names), cases)
        flow.active = self._nearest(coordinates)

        def start(assembly: Assembly, now: Flow, places: Places) -> Array:
            known = self.fits.get(assembly.phases)
            result = now.unknowns(assembly, places) if known is None else known(coordinates[:, places])
            if log_pressure is not None:
                result[-1] = log_pressure[places]
            return result

        solved, found = settle_flow(species, flow, wanted, self.closure, self.effort, start)
        return flow, solved, found

    def _nearest(self, coordinates: Array) -> Mask:
        """(C, N): the phases at the node next to each case."""
        if len(self.fits) == 1:
            phases = next(iter(self.fits))
            active = np.zeros((len(self.node_active), coordinates.shape[1]), dtype=bool)
            active[list(phases)] = True
            return active
        here, there = self.box.scaled(coordinates), self.box.scaled(self.nodes)
        distance = (here**2).sum(axis=0)[:, None] + (there**2).sum(axis=0) - 2.0 * here.T @ there
        return self.node_active[:, distance.argmin(axis=1)]


def prepare_station(
    species: ProductSpecies,
    closure: Closure,
    box: Box,
    counts: tuple[int, ...],
    nodes: Array,
    flow: Flow,
    solved: Mask,
) -> Station:
    """Fits through the solved nodes (D, M)."""
    places = np.flatnonzero(solved)
    good, nodes = flow.take(places), nodes[:, places]
    fits: dict[tuple[int, ...], Fit] = {}
    for phases, chosen in phase_groups(good.active, np.arange(len(places))):
        assembly = assembly_of(species, phases)
        if assembly is not None:
            fits[assembly.phases] = fit(box, nodes[:, chosen], good.unknowns(assembly, chosen), counts)
    fractions = log_fractions(species, good).max(axis=1, initial=-np.inf)
    narrow = gas_tables(species.gases, np.flatnonzero(fractions > NARROW))
    wide = gas_tables(species.gases, np.flatnonzero(fractions > WIDE))
    effort = Effort(((narrow, ROUGH), (wide, FINE)), LONGEST, CHANGES)
    return Station(closure, box, nodes, good.active, fits, effort)


def log_fractions(species: ProductSpecies, flow: Flow) -> Array:
    """(S, N): logarithms of the mole fractions of all gases in the gas."""
    gibbs = species.gases.properties(flow.temperature).gibbs.T
    return np.asarray(species.gases.formula @ flow.potentials - gibbs - flow.log_pressure)
