"""Which of many motors can be solved together, and their stations with all properties."""

from collections.abc import Iterator

import numpy as np

from engine.thermo.blocks import Mask, support_groups
from engine.thermo.constants import GAS_CONSTANT, STANDARD_PRESSURE
from engine.thermo.exits import SolvedRows
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure
from engine.thermo.properties import Properties, assemble
from engine.thermo.species import ProductSpecies
from engine.thermo.state import State
from engine.thermo.station import Station
from engine.thermo.status import Status
from engine.thermo.sweeps.coordinates import Mixtures, line_through
from engine.thermo.sweeps.direct import solve_directly
from engine.thermo.sweeps.flow import Flow, Places
from engine.thermo.sweeps.known import known
from engine.thermo.sweeps.motors import Motors, area_coordinate
from engine.thermo.sweeps.preparation import MANY, prepare, range_of
from engine.thermo.sweeps.rocket import SolvedStations, Sweep
from engine.thermo.sweeps.station import log_fractions

BLOCK = 10_000
"""Cases solved together: more do not gain anything, and take memory."""
WORKSPACE = 4_000_000
"""Numbers; the C library's allocator keeps what is freed once it has seen a piece of this size come and go."""
SMALLEST = 40
"""Cases; below, fits do not pay."""

Solved = tuple[Places, ProductSpecies, list[SolvedRows]]


def sweep_stations(
    products: ProductSpecies,
    element_moles: Array,
    enthalpy: Array,
    chamber_pressure: Array,
    exits: Array,
    closure: Closure,
    usable: Mask,
    with_composition: bool,
) -> Iterator[Solved]:
    """Rows, species and stations of the cases that sweeps solve; what is not among them is for the careful path.

    `element_moles` (N, E) mol/kg, `enthalpy` (N,) J/kg, `chamber_pressure` (N,) Pa, `exits` (N, K) area ratios (AREA)
    or ratios of chamber to exit pressure (SP).
    """
    if len(usable) >= MANY:
        np.empty(WORKSPACE)
    for rows, columns, species in support_groups(products, element_moles, usable):
        elements = np.ascontiguousarray(element_moles[np.ix_(rows, columns)].T)
        coordinate = area_coordinate(exits[rows]) if closure is Closure.AREA else np.log(exits[rows])
        motors = Motors(
            Mixtures(elements, enthalpy[rows] / GAS_CONSTANT),
            np.log(chamber_pressure[rows] / STANDARD_PRESSURE),
            coordinate,
            closure,
        )
        left = np.ones(len(rows), dtype=bool)
        for sweep, part in _shared_out(species, motors):
            for places in _blocks(part):
                solved = list(sweep.solve(motors.take(places)))
                good, stations = _as_rows(species, solved, sweep.phases, with_composition)
                left[places[good]] = False
                yield rows[places[good]], species, stations
        everything = np.arange(len(species.phases.names))
        for places in _blocks(np.flatnonzero(left)):
            solved = list(solve_directly(species, motors.take(places), known().seed(species)))
            good, stations = _as_rows(species, solved, everything, with_composition)
            yield rows[places[good]], species, stations


def _blocks(places: Places) -> list[Places]:
    return np.array_split(places, -(-len(places) // BLOCK)) if len(places) else []


def _shared_out(species: ProductSpecies, motors: Motors) -> Iterator[tuple[Sweep, Places]]:
    """Sweeps, known or new, with the motors that each is for; not all motors have one."""
    free = np.ones(len(motors.log_pressure), dtype=bool)
    for sweep, here in known().shared_out(species, motors):
        free[here] = False
        yield sweep, here
    if not free.any():
        return
    left = np.flatnonzero(free)
    found = line_through(motors.take(left).mixtures) if len(left) >= SMALLEST else None
    if found is not None:
        box = range_of(found[0], motors.take(left))
        made = prepare(species, found[0], box, motors.closure, len(left), known().seed(species))
        if made is not None:
            known().add(made)
            yield made, left
    if len(left) < SMALLEST:
        known().missed(species, motors.take(left))


def _as_rows(
    species: ProductSpecies, solved: list[SolvedStations], phases: Places, with_composition: bool
) -> tuple[Places, list[SolvedRows]]:
    """Which motors are solved at all stations, and those; `phases` are the ones that were looked for."""
    is_solved = np.ones(1 + max(int(part.owner.max()) for part in solved), dtype=bool)
    for part in solved:
        is_solved[part.owner[~part.solved]] = False
    if not is_solved.all():
        solved = [part.kept(is_solved) for part in solved]
    siblings = species.phases.siblings[np.ix_(phases, phases)]
    return np.flatnonzero(is_solved), [
        SolvedRows(
            part.owner,
            part.column,
            _station(species, part.flow, phases, with_composition),
            _properties(siblings, part),
            True,
        )
        for part in solved
    ]


def _station(species: ProductSpecies, flow: Flow, phases: Places, with_composition: bool) -> Station:
    """The station as the careful path knows it: with all phases, and with the gases where they are asked for."""
    condensed = np.zeros((flow.cases, len(species.phases.names)))
    active = np.zeros(condensed.shape, dtype=bool)
    if len(phases):
        condensed[:, phases], active[:, phases] = flow.condensed.T, flow.active.T
    gas = np.empty((flow.cases, 0))
    if with_composition:
        gas = (log_fractions(species, flow) + flow.log_total).T
    logs = (flow.log_temperature, flow.log_pressure)
    state = State(flow.potentials.T, gas, flow.log_total, condensed, *logs)
    return Station(state, active, np.full(flow.cases, Status.CONVERGED, dtype=np.int8))


def _properties(siblings: Mask, station: SolvedStations) -> Properties:
    flow, found, capacity = station.flow, station.found, station.found.capacity
    if flow.active.any():
        pinned = (flow.active.astype(float).T @ siblings * flow.active.T).any(axis=1)
        capacity = np.where(pinned, np.nan, capacity)
    return assemble(
        log_pressure=flow.log_pressure,
        log_temperature=flow.log_temperature,
        moles=np.exp(flow.log_total),
        condensed=flow.condensed.sum(axis=0),
        enthalpy=station.enthalpy,
        entropy=station.entropy,
        heat_capacity=capacity,
        heat_capacity_frozen=found.capacity_frozen,
        gamma=found.gamma,
    )
