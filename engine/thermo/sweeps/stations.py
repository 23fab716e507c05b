"""Which of many motors can be solved as sweeps, and their stations with all properties."""

from collections.abc import Iterator

import numpy as np

from engine.thermo.blocks import support_groups
from engine.thermo.constants import GAS_CONSTANT, STANDARD_PRESSURE
from engine.thermo.expansion import Station
from engine.thermo.nasa_polynomials import Array
from engine.thermo.properties import Properties
from engine.thermo.species import ProductSpecies
from engine.thermo.state import State
from engine.thermo.status import Status
from engine.thermo.sweeps.coordinates import Line, line_through
from engine.thermo.sweeps.flow import Flow, Mask, Places
from engine.thermo.sweeps.iteration import Condition
from engine.thermo.sweeps.rocket import (
    BLOCK,
    SMALLEST,
    Motors,
    SolvedStation,
    Sweep,
    area_coordinate,
    prepare,
    wanted_at,
)
from engine.thermo.sweeps.station import log_fractions

Solved = tuple[Places, ProductSpecies, list[tuple[Station, Properties]]]


def sweep_stations(
    products: ProductSpecies,
    element_moles: Array,
    enthalpy: Array,
    chamber_pressure: Array,
    exits: Array,
    condition: Condition,
    usable: Mask,
    with_composition: bool,
) -> Iterator[Solved]:
    """Rows, species and stations of the cases that sweeps solve; what is not among them is for the careful path.

    `element_moles` (N, E) mol/kg, `enthalpy` (N,) J/kg, `chamber_pressure` (N,) Pa, `exits` (N, K) area ratios (AREA)
    or ratios of chamber to exit pressure (ENTROPY).
    """
    for rows, columns, species in support_groups(products, element_moles, usable):
        if len(rows) < SMALLEST:
            continue
        found = line_through(element_moles[np.ix_(rows, columns)], enthalpy[rows] / GAS_CONSTANT)
        if found is None:
            continue
        line, position = found
        coordinate = area_coordinate(exits[rows]) if condition is Condition.AREA else np.log(exits[rows])
        motors = Motors(
            line, position, np.log(chamber_pressure[rows] / STANDARD_PRESSURE), coordinate, condition
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
        chosen = motors.take(part)
        solved = list(sweep.solve(chosen))
        good = np.flatnonzero(_all_solved(solved))
        stations = [
            (
                _station(species, sweep, station.flow.take(good), with_composition),
                _properties(sweep, chosen, station, good),
            )
            for station in solved
        ]
        yield rows[part[good]], species, stations


def _all_solved(stations: list[SolvedStation]) -> Mask:
    return np.asarray(np.all([station.solved for station in stations], axis=0))


def _station(species: ProductSpecies, sweep: Sweep, flow: Flow, with_composition: bool) -> Station:
    """The station as the careful path knows it: with all phases, and with the gases where they are asked for."""
    places = [species.phases.names.index(name) for name in sweep.species.phases.names]
    condensed = np.zeros((flow.cases, len(species.phases.names)))
    condensed[:, places] = flow.condensed.T
    active = np.zeros(condensed.shape, dtype=bool)
    active[:, places] = flow.active.T
    gas = np.empty((flow.cases, 0))
    if with_composition:
        gas = (log_fractions(species, flow) + flow.log_total).T
    logs = (flow.log_temperature, flow.log_pressure)
    state = State(flow.potentials.T, gas, flow.log_total, condensed, *logs)
    return Station(state, active, np.full(flow.cases, Status.CONVERGED, dtype=np.int8))


def _properties(sweep: Sweep, motors: Motors, station: SolvedStation, good: Places) -> Properties:
    flow, found = station.flow.take(good), station.found
    wanted = wanted_at(motors.line, motors.position[good])
    temperature, moles = flow.temperature, np.exp(flow.log_total)
    specific = moles * GAS_CONSTANT * temperature
    pressure = np.exp(flow.log_pressure) * STANDARD_PRESSURE
    potential = np.einsum("en,en->n", flow.potentials, wanted.elements)
    entropy = station.entropy[good]
    gamma, frozen = found.gamma[good], found.capacity_frozen[good]
    pinned = (flow.active.astype(float).T @ sweep.species.phases.siblings * flow.active.T).any(axis=1)
    return Properties(
        pressure=pressure,
        temperature=temperature,
        enthalpy=temperature * (entropy + potential) * GAS_CONSTANT,
        entropy=entropy * GAS_CONSTANT,
        density=pressure / specific,
        molar_mass=1.0 / moles,
        molar_mass_mixture=1.0 / (moles + flow.condensed.sum(axis=0)),
        heat_capacity=np.where(pinned, np.nan, found.capacity[good] * GAS_CONSTANT),
        heat_capacity_frozen=frozen * GAS_CONSTANT,
        gamma=gamma,
        gamma_frozen=frozen / (frozen - moles),
        sound_speed=np.sqrt(gamma * specific),
    )
