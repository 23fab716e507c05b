"""Rocket motors that differ by few numbers: some are solved step by step, all others start from fits to those."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from engine.thermo.blocks import Mask
from engine.thermo.conditions import SLOWEST
from engine.thermo.expansion import first_log_pressure
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure
from engine.thermo.species import ProductSpecies
from engine.thermo.sweeps import path
from engine.thermo.sweeps.coordinates import Line, Mixtures
from engine.thermo.sweeps.fits import Box
from engine.thermo.sweeps.flow import Flow, Places
from engine.thermo.sweeps.iteration import Correction, Wanted
from engine.thermo.sweeps.station import Station, rough_station, sharpened
from engine.thermo.sweeps.tables import gas_tables
from engine.thermo.sweeps.watch import watched_phases, with_phases

ROUGH_COUNTS = (7, 3, 4)
"""Nodes along mixtures, pressures and exits that are solved step by step."""
GAMMA = 1.2
"""The isentropic exponent by which a throat's pressure is guessed."""


class Counts(NamedTuple):
    """Numbers of nodes: of chamber and throat, and of the exits."""

    plane: tuple[int, int]
    exits: tuple[int, int, int]


MANY = 4000
"""Cases for which fine fits pay."""
FINE, COARSE = Counts((17, 7), (25, 5, 9)), Counts((9, 5), (11, 4, 6))
"""The fine ones such that the first Newton step is nearly the last."""
FEW = 40
ROOM, ROOM_OF_FEW, SLACK = 0.01, 0.25, 0.02
"""Of their range: by how much fits reach beyond the motors they are made for (more where few are known yet), and
serve beyond their nodes' range.
"""


@dataclass(frozen=True)
class Motors:
    """N motors: `mixtures`, `log_pressure` of the chamber (N,), and `exits` (N, K).

    Exits are coordinates of the area where the closure is AREA, else ln of chamber pressure over exit pressure.
    """

    mixtures: Mixtures
    log_pressure: Array
    exits: Array
    closure: Closure

    def take(self, places: Places) -> "Motors":
        """The motors at `places`."""
        mixtures = Mixtures(self.mixtures.elements[:, places], self.mixtures.enthalpy[places])
        return Motors(mixtures, self.log_pressure[places], self.exits[places], self.closure)

    def is_like(self, other: "Motors") -> bool:
        """Whether the other ones have as many exits of the same kind."""
        return self.closure is other.closure and self.exits.shape[1] == other.exits.shape[1]

    def joined(self, other: "Motors") -> "Motors":
        """These and the other ones, of the same elements and as many exits."""
        mixtures = Mixtures(
            np.concatenate([self.mixtures.elements, other.mixtures.elements], axis=1),
            np.concatenate([self.mixtures.enthalpy, other.mixtures.enthalpy]),
        )
        pressures = np.concatenate([self.log_pressure, other.log_pressure])
        return Motors(mixtures, pressures, np.concatenate([self.exits, other.exits]), self.closure)


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
        """With the enthalpy that belongs to the entropy wanted."""
        return cls(flow, solved, found, enthalpy(flow, wanted), wanted.entropy)

    def take(self, places: Places) -> "SolvedStation":
        """The motors at `places`."""
        heats = (self.enthalpy[places], self.entropy[places])
        return SolvedStation(self.flow.take(places), self.solved[places], self.found.take(places), *heats)


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
    closure: Closure
    is_fine: bool
    seed: Flow
    """A chamber with all phases of the products, from which others can be reached."""
    chamber: Station
    throat: Station
    exit: Station

    def holds(self, motors: Motors) -> Mask:
        """(N,): which motors lie on the line and within the box, all their exits too."""
        position, is_on = self.line.place(motors.mixtures)
        if not is_on.any():
            return is_on
        nearest, farthest = (
            self.box.holds(np.stack([position, motors.log_pressure, exit_place]), SLACK)
            for exit_place in (motors.exits.min(axis=1), motors.exits.max(axis=1))
        )
        return np.asarray(is_on & nearest & farthest)

    def solve(self, motors: Motors) -> Iterator[SolvedStation]:
        """Chamber, throat and the exits, column by column."""
        position, _ = self.line.place(motors.mixtures)
        plane = np.stack([position, motors.log_pressure])
        upstream = self.upstream(plane, motors.mixtures)
        yield SolvedStation.of(*upstream.chamber, upstream.wanted)
        yield SolvedStation.of(*upstream.throat, upstream.wanted)
        wanted, (throat, reached, _) = upstream.wanted, upstream.throat
        flux = wanted.log_flux
        for exit_place in motors.exits.T:
            wanted.log_flux = flux + log_area(exit_place)
            given = motors.log_pressure - exit_place if motors.closure is Closure.SP else None
            column = np.concatenate([plane, exit_place[None]])
            flow, solved, found = self.exit.solve(self.species, column, wanted, given)
            solved &= reached & path.is_beyond(flow, throat, motors.closure)
            yield SolvedStation.of(flow, solved, found, wanted)

    def chambers(self, coordinates: Array, mixtures: Mixtures | None = None) -> tuple[Wanted, "Found"]:
        """Chambers at `coordinates` (2, N) of mixture and pressure, and what the stations downstream have to meet.

        `mixtures` are those at the coordinates, where they are known to more digits.
        """
        wanted = wanted_of(mixtures or self.line.at(coordinates[0]))
        found = self.chamber.solve(self.species, coordinates, wanted, coordinates[1])
        wanted.entropy = entropy(found[0], wanted)
        return wanted, found

    def upstream(self, coordinates: Array, mixtures: Mixtures | None = None) -> "Upstream":
        """Chamber and throat at `coordinates` (2, N) of mixture and pressure."""
        wanted, chamber = self.chambers(coordinates, mixtures)
        flow, solved, found = self.throat.solve(self.species, coordinates, wanted, None)
        wanted.log_flux = log_flux(flow, wanted)
        return Upstream(wanted, chamber, (flow, solved & chamber[1], found))


Found = tuple[Flow, Mask, Correction]
"""States, which of them are solved, and what the last step found."""


@dataclass
class Upstream:
    """Chambers and throats, and what the exits have to meet: entropy, and the flux of sonic flow."""

    wanted: Wanted
    chamber: Found
    throat: Found


def prepare(species: ProductSpecies, line: Line, motors: Motors, seed: Flow | None = None) -> Sweep | None:
    """Fits for the range of `motors`, which lie on `line`; None where too few nodes can be solved.

    `seed` is a chamber of the same products to start from.
    """
    sweep = _rough(species, line, _range(line, motors), motors.closure, seed)
    if sweep is None:
        return None
    if len(motors.log_pressure) >= MANY:
        return _sharpened(sweep, is_fine=True)
    # for some hundred cases more steps from rough fits cost less than better fits, where those cover the box
    is_whole = all(station.is_whole for station in (sweep.chamber, sweep.throat, sweep.exit))
    return sweep if is_whole else _sharpened(sweep, is_fine=False)


def refined(sweep: Sweep) -> Sweep:
    """The sweep with the fits that pay for many cases."""
    return _sharpened(sweep, is_fine=True)


def _range(line: Line, motors: Motors) -> Box:
    """The box of mixtures, pressures and exits that encloses the motors, with some room for others like them."""
    position, _ = line.place(motors.mixtures)
    axes = (position, motors.log_pressure, motors.exits)
    low, high = (np.array([float(limit(axis)) for axis in axes]) for limit in (np.min, np.max))
    room = (ROOM if len(position) >= FEW else ROOM_OF_FEW) * (high - low)
    # mixtures beyond the pure propellants do not exist, and areas below the throat's neither
    room[0] = min(room[0], line.room(low[0], high[0]))
    room[2] = min(room[2], 0.5 * low[2])
    return Box(low - room, high + room)


def _rough(
    species: ProductSpecies, line: Line, box: Box, closure: Closure, seed: Flow | None
) -> Sweep | None:
    """Fits to a few nodes, whose chambers are reached from the seed or the one in the middle."""
    counts = _on(box, ROUGH_COUNTS)
    plane = Box(box.low[:2], box.high[:2])
    nodes, exit_nodes = plane.nodes(counts[:2]), box.nodes(counts)
    tables = gas_tables(species.gases, np.arange(len(species.gases.names)))
    wanted = wanted_of(line.at(nodes[0]))
    chamber, solved = path.chambers_of_nodes(species, tables, seed, plane.scaled(nodes), wanted, nodes[1])
    if not solved.any():
        return None
    seed = chamber.take(np.flatnonzero(solved)[np.count_nonzero(solved) // 2 :][:1])
    wanted.entropy = entropy(chamber, wanted)
    throat, reached, at = path.throats(species, tables, chamber, wanted, np.full(chamber.cases, GAMMA))
    at_throat = solved & reached
    # the exits' grid has the axis of exits last: its nodes stand in groups of one chamber
    owner = np.repeat(np.arange(chamber.cases), counts[2])
    start, exit_wanted = throat.take(owner), wanted.take(owner)
    exit_wanted.log_flux = log_flux(throat, wanted)[owner] + log_area(exit_nodes[2])
    target = exit_nodes[1] - exit_nodes[2]
    if closure is Closure.AREA:
        area = np.exp(log_area(exit_nodes[2]))
        target = first_log_pressure(exit_nodes[1], start.log_pressure, at.gamma[owner], area)
    end, reached, _ = path.exits(species, tables, start, exit_wanted, target, closure)
    at_exit = at_throat[owner] & reached
    if not at_exit.any():
        return None
    watched = watched_phases(species, chamber, solved) | watched_phases(species, throat, at_throat)
    watched |= watched_phases(species, end, at_exit)
    places = np.flatnonzero(watched)
    for flow in (chamber, throat, end):
        flow.condensed, flow.active = flow.condensed[places], flow.active[places]
    kept = with_phases(species, places)
    return Sweep(
        species,
        kept,
        places,
        line,
        box,
        closure,
        False,
        seed,
        rough_station(kept, Closure.HP, plane, counts[:2], nodes, chamber, solved),
        rough_station(kept, Closure.THROAT, plane, counts[:2], nodes, throat, at_throat),
        rough_station(kept, closure, box, counts, exit_nodes, end, at_exit),
    )


def _sharpened(sweep: Sweep, is_fine: bool) -> Sweep:
    """The sweep with fits on finer grids, station after station, each started from the rougher ones."""

    def at_chamber(nodes: Array) -> tuple[Wanted, Array | None, Mask]:
        return wanted_of(sweep.line.at(nodes[0])), nodes[1], np.ones(nodes.shape[1], dtype=bool)

    def at_throat(nodes: Array) -> tuple[Wanted, Array | None, Mask]:
        wanted, (_, solved, _) = sweep.chambers(nodes)
        return wanted, None, solved

    def at_exit(nodes: Array) -> tuple[Wanted, Array | None, Mask]:
        upstream = sweep.upstream(nodes[:2])
        upstream.wanted.log_flux += log_area(nodes[2])
        given = nodes[1] - nodes[2] if sweep.closure is Closure.SP else None
        return upstream.wanted, given, upstream.throat[1]

    species = sweep.species
    fine = FINE if is_fine else COARSE
    plane, counts = _on(sweep.box, (*fine.plane, 1))[:2], _on(sweep.box, fine.exits)
    sweep = replace(sweep, is_fine=is_fine, chamber=sharpened(species, sweep.chamber, plane, at_chamber))
    sweep = replace(sweep, throat=sharpened(species, sweep.throat, plane, at_throat))
    return replace(sweep, exit=sharpened(species, sweep.exit, counts, at_exit))


def entropy(flow: Flow, wanted: Wanted) -> Array:
    """s/R (N,) of equilibrium states with the enthalpy wanted, by their Gibbs energy: s = h/T - sum pi_i b_i."""
    return np.asarray(wanted.enthalpy / flow.temperature - potential(flow, wanted))


def enthalpy(flow: Flow, wanted: Wanted) -> Array:
    """h/R (N,) of equilibrium states with the entropy wanted: h = T (s + sum pi_i b_i)."""
    return np.asarray(flow.temperature * (wanted.entropy + potential(flow, wanted)))


def potential(flow: Flow, wanted: Wanted) -> Array:
    """G/RT (N,) of equilibrium states in mol/kg: sum pi_i b_i."""
    return np.asarray(np.einsum("en,en->n", flow.potentials, wanted.elements))


def log_flux(flow: Flow, wanted: Wanted) -> Array:
    """ln(n T/(p u)) (N,), u in units of the root of R, from the fall of the enthalpy.

    At the throat it has its least value along the isentrope, so that a small error of the throat does not show.
    """
    stream = np.exp(flow.log_total + flow.log_temperature)
    kinetic = np.maximum(2.0 * (wanted.enthalpy - enthalpy(flow, wanted)), SLOWEST * stream)
    return np.asarray(np.log(stream) - flow.log_pressure - 0.5 * np.log(kinetic))


def area_coordinate(area_ratio: Array) -> Array:
    """The square root of ln(A/At): pressure is a smooth function of it down to the throat."""
    return np.sqrt(np.log(area_ratio))


def log_area(coordinate: Array) -> Array:
    """Its inverse, the logarithm of the area ratio."""
    return np.asarray(coordinate**2)


def wanted_of(mixtures: Mixtures) -> Wanted:
    """What motors of these mixtures have to meet, entropy and area left open."""
    nothing = np.zeros_like(mixtures.enthalpy)
    return Wanted(mixtures.elements, mixtures.enthalpy, nothing, nothing)


def _on(box: Box, counts: tuple[int, int, int]) -> tuple[int, int, int]:
    """The counts, one on an axis without extent."""
    mixtures, pressures, exits = (
        count if high > low else 1 for count, low, high in zip(counts, box.low, box.high, strict=True)
    )
    return mixtures, pressures, exits
