"""The fits of a sweep: some motors are solved step by step, finer grids start from fits to those."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from engine.thermo.blocks import Mask
from engine.thermo.expansion import first_log_pressure
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure
from engine.thermo.species import ProductSpecies
from engine.thermo.sweeps import path
from engine.thermo.sweeps.coordinates import Line
from engine.thermo.sweeps.fits import Box
from engine.thermo.sweeps.flow import Flow
from engine.thermo.sweeps.grids import sharpened
from engine.thermo.sweeps.iteration import Wanted
from engine.thermo.sweeps.motors import Motors, entropy, log_area, log_flux, wanted_of
from engine.thermo.sweeps.rocket import Sweep
from engine.thermo.sweeps.station import Branch, Station, log_fractions, rough_station
from engine.thermo.sweeps.tables import GasTables, gas_tables
from engine.thermo.sweeps.watch import watched_phases, with_phases

ROUGH_COUNTS = (6, 3, 3)
"""Nodes along mixtures, pressures and exits that are solved step by step."""
PRESENT_IN_CHAMBER = np.log(1e-10)
"""ln of a mole fraction: gases above it are carried for the rough stations downstream."""
GAMMA = 1.2
"""The isentropic exponent by which a throat's pressure is guessed."""


class Counts(NamedTuple):
    """Numbers of nodes: of chamber and throat, and of the exits."""

    plane: tuple[int, int]
    exits: tuple[int, int, int]


MANY = 4000
"""Cases for which fine fits pay."""
FINE, COARSE = Counts((21, 7), (29, 7, 9)), Counts((9, 4), (9, 4, 5))
"""The fine ones such that the first Newton step is nearly the last."""
FEW = 40
FRINGE = 0.08
"""Of a range of mixtures: what is left of it beyond stoichiometry gets no patch of its own."""
ROOM, ROOM_OF_FEW = 0.01, 0.25
"""Of their range: by how much fits reach beyond the motors they are made for; more where few are known yet."""


def prepare(
    species: ProductSpecies, line: Line, box: Box, closure: Closure, cases: int, seed: Flow | None
) -> Sweep | None:
    """Fits for so many `cases` on `line` within `box`; None where too few nodes are solved.

    `seed` is a chamber of the same products to start from.
    """
    sweep = _rough(species, line, box, closure, seed)
    return None if sweep is None else _sharpened(sweep, is_fine=cases >= MANY)


def refined(sweep: Sweep) -> Sweep:
    """The sweep with the fits that pay for many cases."""
    return _sharpened(sweep, is_fine=True)


def _borders(species: ProductSpecies, line: Line, box: Box) -> Array:
    """Where patches meet: at stoichiometry, where a cold gas changes sharply, unless little lies beyond it."""
    border = line.stoichiometric(species.elements)
    fringe = FRINGE * (box.high[0] - box.low[0])
    return np.array([border] if box.low[0] + fringe < border < box.high[0] - fringe else [])


def range_of(line: Line, motors: Motors) -> Box:
    """The box of mixtures, pressures and exits that encloses motors on `line`, with some room for others like them."""
    position, _ = line.place(motors.mixtures)
    axes = (position, motors.log_pressure, motors.exits)
    low, high = (np.array([float(limit(axis)) for axis in axes]) for limit in (np.min, np.max))
    room = (ROOM if len(position) >= FEW else ROOM_OF_FEW) * (high - low)
    # mixtures beyond the pure propellants do not exist, and areas below the throat's neither
    room[0] = min(room[0], line.room(low[0], high[0]))
    room[2] = min(room[2], 0.5 * low[2])
    return Box(low - room, high + room)


def _sharp_end(box: Box, border: float) -> int:
    """The end of mixtures, -1 or 1, that is near stoichiometry; 0 where neither is."""
    room = FRINGE * (box.high[0] - box.low[0])
    return int(abs(box.high[0] - border) < room) - int(abs(box.low[0] - border) < room)


def _rough(
    species: ProductSpecies, line: Line, box: Box, closure: Closure, seed: Flow | None
) -> Sweep | None:
    """Fits to a few nodes, whose chambers are reached from the seed or the one in the middle."""
    borders = _borders(species, line, box)
    boxes = box.cut(borders)
    counts = _on(box, ROUGH_COUNTS)
    planes = [Box(part.low[:2], part.high[:2]) for part in boxes]
    nodes = np.concatenate([plane.nodes(counts[:2]) for plane in planes], axis=1)
    tables = gas_tables(species.gases, np.arange(len(species.gases.names)))
    wanted = wanted_of(line.at(nodes[0]))
    scaled = Box(box.low[:2], box.high[:2]).scaled(nodes)
    chamber, solved = path.chambers_of_nodes(species, tables, seed, scaled, wanted, nodes[1])
    if not solved.any():
        return None
    seed = chamber.take(np.flatnonzero(solved)[np.count_nonzero(solved) // 2 :][:1])
    wanted.entropy = entropy(chamber, wanted)
    tables = _tables_of_present(species, chamber.take(np.flatnonzero(solved)))
    throat, reached, at = path.throats(species, tables, chamber, wanted, np.full(chamber.cases, GAMMA))
    at_throat = solved & reached
    wanted.log_flux = log_flux(throat, wanted)
    exit_nodes = np.concatenate([part.nodes(counts) for part in boxes], axis=1)
    end, at_exit = _rough_exits(species, tables, throat, box, wanted, at.gamma, exit_nodes, closure)
    at_exit &= np.repeat(at_throat, counts[2])
    if not at_exit.any():
        return None
    ends = ((chamber, solved), (throat, at_throat), (end, at_exit))
    places = np.flatnonzero(np.any([watched_phases(species, *found) for found in ends], axis=0))
    for flow, _ in ends:
        flow.condensed, flow.active = flow.condensed[places], flow.active[places]
    kept = with_phases(species, places)
    smooth, sharp = (
        [0] * len(boxes),
        [_sharp_end(part, line.stoichiometric(species.elements)) for part in boxes],
    )
    stations = (
        rough_station(kept, Closure.HP, planes, counts[:2], nodes, chamber, solved, smooth),
        rough_station(kept, Closure.THROAT, planes, counts[:2], nodes, throat, at_throat, smooth),
        rough_station(kept, closure, boxes, counts, exit_nodes, end, at_exit, sharp),
    )
    return Sweep(species, kept, places, line, box, borders, closure, False, seed, *stations)


def _tables_of_present(species: ProductSpecies, chamber: Flow) -> GasTables:
    """The gases that matter in the chambers: enough for rough stations downstream, whose potentials tell of all."""
    fractions = log_fractions(species, chamber).max(axis=1)
    return gas_tables(species.gases, np.flatnonzero(fractions > PRESENT_IN_CHAMBER))


def _rough_exits(
    species: ProductSpecies,
    tables: GasTables,
    throat: Flow,
    box: Box,
    wanted: Wanted,
    gamma: Array,
    nodes: Array,
    closure: Closure,
) -> tuple[Flow, Mask]:
    """The exits of `nodes` (3, M), which stand in groups of one throat, and which of them were reached."""
    owner = np.repeat(np.arange(throat.cases), nodes.shape[1] // throat.cases)
    start, here = throat.take(owner), wanted.take(owner)
    here.log_flux = here.log_flux + log_area(nodes[2])
    target = nodes[1] - nodes[2]
    if closure is Closure.AREA:
        area = np.exp(log_area(nodes[2]))
        target = first_log_pressure(nodes[1], start.log_pressure, gamma[owner], area)
    return path.exits_of_nodes(species, tables, start, box.scaled(nodes), here, target, closure)


def _sharpened(sweep: Sweep, is_fine: bool) -> Sweep:
    """The sweep with fits on finer grids, station after station, each started from the rougher ones.

    For some hundred cases more steps from rough fits cost less than better fits, where those cover the box.
    """

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
    chosen = _to_sharpen(sweep.chamber, is_fine)
    if chosen:
        sweep = replace(sweep, chamber=sharpened(species, sweep.chamber, plane, chosen, at_chamber))
    chosen = _to_sharpen(sweep.throat, is_fine)
    if chosen:
        sweep = replace(sweep, throat=sharpened(species, sweep.throat, plane, chosen, at_throat))
    chosen = _to_sharpen(sweep.exit, is_fine)
    if chosen:
        sweep = replace(sweep, exit=sharpened(species, sweep.exit, counts, chosen, at_exit))
    return replace(sweep, is_fine=is_fine)


def _to_sharpen(station: Station, is_fine: bool) -> list[Branch]:
    """The branches for which finer grids pay: all for fine fits, else those that share a patch."""
    return [branch for branch in station.branches if is_fine or station.only_branch(branch.patch) is None]


def _on(box: Box, counts: tuple[int, int, int]) -> tuple[int, int, int]:
    """The counts, one on an axis without extent."""
    mixtures, pressures, exits = (
        count if high > low else 1 for count, low, high in zip(counts, box.low, box.high, strict=True)
    )
    return mixtures, pressures, exits
