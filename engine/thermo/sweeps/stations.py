"""Which of many motors can be solved as sweeps, and their stations with all properties."""

from collections.abc import Iterator

import numpy as np

from engine.thermo.blocks import Mask, support_groups
from engine.thermo.constants import GAS_CONSTANT, STANDARD_PRESSURE
from engine.thermo.expansion import Station
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure
from engine.thermo.properties import Properties, add_slopes, assemble
from engine.thermo.species import ProductSpecies
from engine.thermo.state import State
from engine.thermo.status import Status
from engine.thermo.sweeps.coordinates import Line, line_through
from engine.thermo.sweeps.flow import Flow, Places
from engine.thermo.sweeps.rocket import (
    BLOCK,
    SMALLEST,
    Motors,
    SolvedStation,
    Sweep,
    area_coordinate,
    prepare,
)
from engine.thermo.sweeps.station import log_fractions

Solved = tuple[Places, ProductSpecies, list[tuple[Station, Properties]]]


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
    for rows, columns, species in support_groups(products, element_moles, usable):
        if len(rows) < SMALLEST:
            continue
        found = line_through(element_moles[np.ix_(rows, columns)], enthalpy[rows] / GAS_CONSTANT)
        if found is None:
            continue
        line, position = found
        coordinate = area_coordinate(exits[rows]) if closure is Closure.AREA else np.log(exits[rows])
        motors = Motors(
            line, position, np.log(chamber_pressure[rows] / STANDARD_PRESSURE), coordinate, closure
        )
        for part in _boxes(line, position, species):
            yield from _solve_box(species, motors.take(part), rows[part], with_composition)


def _boxes(line: Line, position: Array, species: ProductSpecies) -> list[Places]:
    """The cases on either side of stoichiometry, where the composition of a cold gas changes sharply."""
    lean = position < line.stoichiometric(species.elements)
    return [part for part in (np.flatnonzero(lean), np.flatnonzero(~lean)) if len(part) >= SMALLEST]


def _solve_box(
    species: ProductSpecies, motors: Motors, rows: Places, with_composition: bool
) -> Iterator[Solved]:
    sweep = prepare(species, motors)
    if sweep is None:
        return
    for start in range(0, len(rows), BLOCK):
        part = np.arange(start, min(len(rows), start + BLOCK))
        solved = list(sweep.solve(motors.take(part)))
        good = np.flatnonzero(np.all([station.solved for station in solved], axis=0))
        stations = []
        for station in solved:
            found = _station(species, sweep, station.flow.take(good), with_composition)
            at = _properties(sweep, station, good)
            if with_composition:
                add_slopes(at, species, found.state, found.active)
            stations.append((found, at))
        yield rows[part[good]], species, stations


def _station(species: ProductSpecies, sweep: Sweep, flow: Flow, with_composition: bool) -> Station:
    """The station as the careful path knows it: with all phases, and with the gases where they are asked for."""
    condensed = np.zeros((flow.cases, len(species.phases.names)))
    condensed[:, sweep.phases] = flow.condensed.T
    active = np.zeros(condensed.shape, dtype=bool)
    active[:, sweep.phases] = flow.active.T
    gas = np.empty((flow.cases, 0))
    if with_composition:
        gas = (log_fractions(species, flow) + flow.log_total).T
    logs = (flow.log_temperature, flow.log_pressure)
    state = State(flow.potentials.T, gas, flow.log_total, condensed, *logs)
    return Station(state, active, np.full(flow.cases, Status.CONVERGED, dtype=np.int8))


def _properties(sweep: Sweep, station: SolvedStation, good: Places) -> Properties:
    flow, found = station.flow.take(good), station.found
    siblings = sweep.species.phases.siblings
    pinned = (flow.active.astype(float).T @ siblings * flow.active.T).any(axis=1)
    return assemble(
        log_pressure=flow.log_pressure,
        log_temperature=flow.log_temperature,
        moles=np.exp(flow.log_total),
        condensed=flow.condensed.sum(axis=0),
        enthalpy=station.enthalpy[good],
        entropy=station.entropy[good],
        heat_capacity=np.where(pinned, np.nan, found.capacity[good]),
        heat_capacity_frozen=found.capacity_frozen[good],
        gamma=found.gamma[good],
    )
