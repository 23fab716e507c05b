"""Rocket motors that differ by few numbers: some are solved step by step, all others start from fits to those."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.thermo.blocks import Mask
from engine.thermo.conditions import sonic_log_flux
from engine.thermo.expansion import first_log_pressure
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure
from engine.thermo.species import ProductSpecies
from engine.thermo.sweeps import path
from engine.thermo.sweeps.coordinates import Line
from engine.thermo.sweeps.fits import Box
from engine.thermo.sweeps.flow import Flow, Places, settle_flow
from engine.thermo.sweeps.iteration import Correction, Wanted
from engine.thermo.sweeps.station import Station, prepare_station
from engine.thermo.sweeps.tables import gas_tables
from engine.thermo.sweeps.watch import watched_phases, with_phases

BLOCK = 1024
"""Cases whose arrays stay in the second-level cache."""
SMALLEST = 60
"""Cases; below, fits do not pay."""
GRIDS = ((4000, (9, 5, 6)), (300, (7, 4, 5)), (SMALLEST, (5, 3, 4)))
"""From how many cases on which numbers of nodes along mixtures, pressures and exits."""


@dataclass
class Motors:
    """N motors of one line of mixtures: `position` on it, `log_pressure` of the chamber, and `exits` (N, K).

    Exits are coordinates of the area where the closure is AREA, else ln of chamber pressure over exit pressure.
    """

    line: Line
    position: Array
    log_pressure: Array
    exits: Array
    closure: Closure

    def take(self, places: Places) -> "Motors":
        """The motors at `places`."""
        return Motors(
            self.line, self.position[places], self.log_pressure[places], self.exits[places], self.closure
        )


@dataclass
class SolvedStation:
    """One station of n motors: `flow`, which are `solved`, what the last step found, enthalpy and entropy over R."""

    flow: Flow
    solved: Mask
    found: Correction
    enthalpy: Array
    entropy: Array

    @classmethod
    def of(cls, flow: Flow, solved: Mask, found: Correction, wanted: Wanted) -> "SolvedStation":
        """With the enthalpy that belongs to the entropy wanted: h = T (s + sum pi_i b_i)."""
        enthalpy = flow.temperature * (wanted.entropy + potential(flow, wanted))
        return cls(flow, solved, found, enthalpy, wanted.entropy)


@dataclass
class Sweep:
    """The stations of one box of motors, ready to be solved in any number."""

    species: ProductSpecies
    """With the condensed phases that are looked for."""
    phases: Places
    """Where those stand among all phases of the products."""
    chamber: Station
    throat: Station
    exit: Station

    def solve(self, motors: Motors) -> Iterator[SolvedStation]:
        """Chamber, throat and the exits, column by column."""
        wanted = wanted_at(motors.line, motors.position)
        coordinates = np.stack([motors.position, motors.log_pressure])
        flow, solved, found = self.chamber.solve(self.species, coordinates, wanted, motors.log_pressure)
        wanted.entropy = entropy(flow, wanted)
        yield SolvedStation.of(flow, solved, found, wanted)
        sonic, reached, found = self.throat.solve(self.species, coordinates, wanted, None)
        solved = solved & reached
        yield SolvedStation.of(sonic, solved, found, wanted)
        flux = sonic_flux(sonic, found.gamma)
        for exit_place in motors.exits.T:
            column = np.concatenate([coordinates, exit_place[None]])
            wanted.log_flux = flux + log_area(exit_place)
            given = motors.log_pressure - exit_place if motors.closure is Closure.SP else None
            flow, reached, found = self.exit.solve(self.species, column, wanted, given)
            yield SolvedStation.of(flow, solved & reached, found, wanted)


def prepare(species: ProductSpecies, motors: Motors) -> Sweep | None:
    """Solve the nodes for the range of `motors` and fit them; None where too few nodes can be solved."""
    counts = _counts(motors)
    low = np.array([motors.position.min(), motors.log_pressure.min(), motors.exits.min()])
    high = np.array([motors.position.max(), motors.log_pressure.max(), motors.exits.max()])
    box, inner = Box(low[:2], high[:2]), Box(low, high)
    nodes, exit_nodes = box.nodes(counts[:2]), inner.nodes(counts)
    wanted = wanted_at(motors.line, nodes[0])
    chamber, solved = path.chambers(species, wanted, nodes[1])
    tables = gas_tables(species.gases, np.arange(len(species.gases.names)))
    again, found = settle_flow(species, chamber, wanted, Closure.HP, path.thorough(tables))
    solved &= again
    wanted.entropy = entropy(chamber, wanted)
    throat, reached, found = path.throats(species, tables, chamber, wanted, found.gamma)
    at_throat = solved & reached
    # the exits' grid has the axis of exits last: nodes of the inner box stand in groups of it
    owner = np.repeat(np.arange(chamber.cases), counts[2])
    start = throat.take(owner)
    exit_wanted = wanted.take(owner)
    exit_wanted.log_flux = sonic_flux(throat, found.gamma)[owner] + log_area(exit_nodes[2])
    if motors.closure is Closure.AREA:
        area = np.exp(log_area(exit_nodes[2]))
        target = first_log_pressure(exit_nodes[1], start.log_pressure, found.gamma[owner], area)
    else:
        target = exit_nodes[1] - exit_nodes[2]
    end, reached = path.exits(species, tables, start, exit_wanted, target, motors.closure)
    at_exit = at_throat[owner] & reached
    if not at_exit.any():
        return None
    watched = watched_phases(species, chamber, solved) | watched_phases(species, throat, at_throat)
    watched |= watched_phases(species, end, at_exit)
    places = np.flatnonzero(watched)
    for flow in (chamber, throat, end):
        flow.condensed, flow.active = flow.condensed[places], flow.active[places]
    kept = with_phases(species, places)
    plane = counts[:2]
    return Sweep(
        kept,
        places,
        prepare_station(kept, Closure.HP, box, plane, nodes, chamber, solved),
        prepare_station(kept, Closure.THROAT, box, plane, nodes, throat, at_throat),
        prepare_station(kept, motors.closure, inner, counts, exit_nodes, end, at_exit),
    )


def entropy(flow: Flow, wanted: Wanted) -> Array:
    """s/R (N,) of equilibrium states with the enthalpy wanted, by their Gibbs energy: s = h/T - sum pi_i b_i."""
    return np.asarray(wanted.enthalpy / flow.temperature - potential(flow, wanted))


def potential(flow: Flow, wanted: Wanted) -> Array:
    """G/RT (N,) of equilibrium states in mol/kg: sum pi_i b_i."""
    return np.asarray(np.einsum("en,en->n", flow.potentials, wanted.elements))


def sonic_flux(throat: Flow, gamma: Array) -> Array:
    """ln(n T/(p u)) (N,) at sonic stations, u in units of the root of R."""
    return sonic_log_flux(throat.log_total + throat.log_temperature, throat.log_pressure, gamma)


def area_coordinate(area_ratio: Array) -> Array:
    """The square root of ln(A/At): pressure is a smooth function of it down to the throat."""
    return np.sqrt(np.log(area_ratio))


def log_area(coordinate: Array) -> Array:
    """Its inverse, the logarithm of the area ratio."""
    return np.asarray(coordinate**2)


def wanted_at(line: Line, position: Array) -> Wanted:
    """What the motors at `position` (N,) have to meet, entropy and area left open."""
    elements, enthalpy = line.at(position)
    nothing = np.zeros(len(position))
    return Wanted(elements, enthalpy, nothing, nothing)


def _counts(motors: Motors) -> tuple[int, int, int]:
    extents = [float(np.ptp(axis)) for axis in (motors.position, motors.log_pressure, motors.exits)]
    grid = next((counts for least, counts in GRIDS if len(motors.position) >= least), GRIDS[-1][1])
    mixtures, pressures, exits = (
        count if extent > 0 else 1 for count, extent in zip(grid, extents, strict=True)
    )
    return mixtures, pressures, exits
