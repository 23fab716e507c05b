"""Theoretical rocket performance of many cases at once, with an infinite-area combustor."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.thermo.blocks import element_groups, species_places
from engine.thermo.conditions import sonic_log_flux
from engine.thermo.constants import GAS_CONSTANT, STANDARD_GRAVITY, STANDARD_PRESSURE
from engine.thermo.expansion import (
    Station,
    exit_by_area,
    exit_by_pressure,
    first_log_pressure,
    properties,
    throat,
)
from engine.thermo.frozen import (
    FrozenFlow,
    freeze,
    frozen_exit_by_area,
    frozen_exit_by_pressure,
    frozen_properties,
    frozen_throat,
)
from engine.thermo.halving import settle_surely
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure
from engine.thermo.properties import Properties, add_slopes, mole_fractions
from engine.thermo.settling import check_range
from engine.thermo.species import ProductSpecies
from engine.thermo.state import Targets, cold_state, joined
from engine.thermo.status import Status
from engine.thermo.sweeps.stations import sweep_stations
from engine.thermo.transport.mixture import Transport, no_transport, transport_properties

FlowModel = Literal["equilibrium", "frozen", "frozen_at_throat"]
STATES_TOGETHER = 4096
"""Whose transport properties are found in one call: few enough to be held, many enough to be worth a call."""
FLOW_MODELS: tuple[FlowModel, ...] = ("equilibrium", "frozen", "frozen_at_throat")


@dataclass
class RocketStations(Properties, Transport):
    """The stations [chamber, throat, exits by pressure ratio, exits by area ratio] of N cases; arrays (N, K).

    Beside the properties: `velocity` m/s, `mach`, `area_ratio` to the throat, `thrust_coefficient` and
    `specific_impulse` (s) at matched exit pressure, `specific_impulse_vacuum` (s), `mole_fractions` (N, K, S + C).
    The transport properties are NaN unless they were asked for.
    Per case: `c_star` (N,) m/s and `status` (N,). NaN in a case that failed, and at the chamber where a quantity has no
    meaning there.
    """

    velocity: Array
    mach: Array
    area_ratio: Array
    thrust_coefficient: Array
    specific_impulse: Array
    specific_impulse_vacuum: Array
    mole_fractions: Array
    c_star: Array
    status: NDArray[np.int8]


def rocket_stations(
    products: ProductSpecies,
    element_moles: Array,
    enthalpy: Array,
    chamber_pressure: Array,
    *,
    area_ratio: Array | None = None,
    pressure_ratio: Array | None = None,
    flow_model: FlowModel = "equilibrium",
    with_composition: bool = True,
    with_transport: bool = False,
) -> RocketStations:
    """Chamber, throat and exits of N rocket motors (NASA RP-1311 part I, chapter 6).

    `element_moles` (N, E) mol/kg in the order of `products.elements`; `enthalpy` (N,) J/kg of the reactants;
    `chamber_pressure` (N,) Pa; `area_ratio` (N, K1) exit to throat, supersonic, above 1; `pressure_ratio` (N, K2)
    chamber to exit, above 1. `flow_model`: "equilibrium", or a composition frozen from the chamber ("frozen") or from
    the throat on ("frozen_at_throat"). Without `with_composition` there are no mole fractions (S + C = 0), and slopes
    of volume only where they cost nothing. `with_transport` asks for viscosity, conductivity and Prandtl number; at
    stations of frozen composition the conductivity is the frozen one. A case that cannot be solved has a status that
    says why and NaN for numbers, and does not disturb the others. Raises ValueError for an unknown flow model.
    """
    if flow_model not in FLOW_MODELS:
        raise ValueError(f"flow_model '{flow_model}' is not known; choose one of {', '.join(FLOW_MODELS)}")
    cases = len(chamber_pressure)
    areas = np.empty((cases, 0)) if area_ratio is None else area_ratio
    ratios = np.empty((cases, 0)) if pressure_ratio is None else pressure_ratio
    usable = np.isfinite(enthalpy) & np.isfinite(chamber_pressure) & (chamber_pressure > 0)
    usable &= np.isfinite(element_moles).all(axis=1) & (element_moles >= 0).all(axis=1)
    usable &= (np.isfinite(areas) & (areas > 1)).all(axis=1) & (np.isfinite(ratios) & (ratios > 1)).all(
        axis=1
    )
    named = len(products.names) if with_composition else 0
    result = _empty(cases, 2 + ratios.shape[1] + areas.shape[1], named, with_transport)
    detailed = with_composition or with_transport
    element_moles = products.complete(element_moles)
    sweepable = flow_model == "equilibrium" and not products.is_electron.any()
    if sweepable and (ratios.shape[1] > 0) != (areas.shape[1] > 0):
        exits, closure = (areas, Closure.AREA) if areas.shape[1] else (ratios, Closure.SP)
        given = (element_moles, enthalpy, chamber_pressure, exits, closure, usable, detailed)
        with np.errstate(all="ignore"):
            for rows, subset, stations in sweep_stations(products, *given):
                if detailed:
                    for station, at in stations:
                        add_slopes(at, subset, station.state, station.active)
                _store(result, rows, species_places(products, subset), stations)
                if with_transport:
                    _store_transport(result, rows, subset, stations, flow_model)
                usable[rows] = False
    for rows, columns, subset in element_groups(products, element_moles, usable):
        motor = _Motors(
            subset, element_moles[np.ix_(rows, columns)], enthalpy[rows], chamber_pressure[rows], flow_model
        )
        with np.errstate(all="ignore"):
            stations = list(motor.stations(ratios[rows], areas[rows]))
            _store(result, rows, species_places(products, subset), stations)
            if with_transport:
                _store_transport(result, rows, subset, stations, flow_model)
    return result


class _Motors:
    """One block of motors on their way through the nozzle."""

    def __init__(
        self,
        species: ProductSpecies,
        elements: Array,
        enthalpy: Array,
        pressure: Array,
        flow_model: FlowModel,
    ) -> None:
        self.species, self.flow_model = species, flow_model
        nothing = np.zeros(len(pressure))
        self.targets = Targets(elements, enthalpy / GAS_CONSTANT, nothing, nothing)
        state = cold_state(species, pressure / STANDARD_PRESSURE, None)
        status = np.zeros(len(pressure), dtype=np.int8)
        self.chamber = Station(
            state, np.zeros((len(pressure), len(species.phases.names)), dtype=bool), status
        )
        self.frozen: FrozenFlow | None = None

    def stations(self, ratios: Array, areas: Array) -> Iterator[tuple[Station, Properties]]:
        """Chamber, throat and exits in their order, each with its properties."""
        chamber = self.chamber
        chamber.status = settle_surely(self.species, chamber.state, self.targets, Closure.HP, chamber.active)
        at_chamber = properties(self.species, self.chamber)
        self.targets.entropy = at_chamber.entropy / GAS_CONSTANT
        if self.flow_model == "frozen":
            self.frozen = freeze(self.species, self.chamber, self.targets)
        yield self.chamber, self._properties(self.chamber)
        sonic = self._throat(at_chamber)
        at_throat = self._properties(sonic)
        yield sonic, at_throat
        if self.flow_model == "frozen_at_throat":
            self.frozen = freeze(self.species, sonic, self.targets)
        chamber_log = self.chamber.state.log_pressure
        for ratio in ratios.T:
            station = self._exit_by_pressure(sonic, chamber_log - np.log(ratio))
            yield station, self._properties(station)
        stream = np.log(at_throat.temperature / at_throat.molar_mass)
        flux = sonic_log_flux(stream, sonic.state.log_pressure, at_throat.gamma)
        for area in areas.T:
            guess = first_log_pressure(chamber_log, sonic.state.log_pressure, at_throat.gamma, area)
            station = self._exit_by_area(sonic, guess, flux + np.log(area))
            yield station, self._properties(station)

    def _throat(self, at_chamber: Properties) -> Station:
        if self.frozen is None:
            return throat(self.species, self.chamber, self.targets, at_chamber.gamma)
        return frozen_throat(self.frozen, self.chamber)

    def _exit_by_pressure(self, sonic: Station, log_pressure: Array) -> Station:
        if self.frozen is None:
            return exit_by_pressure(self.species, sonic, self.targets, log_pressure)
        return frozen_exit_by_pressure(self.frozen, sonic, log_pressure)

    def _exit_by_area(self, sonic: Station, guess: Array, log_flux: Array) -> Station:
        if self.frozen is None:
            return exit_by_area(self.species, sonic, self.targets, guess, log_flux)
        return frozen_exit_by_area(self.frozen, sonic, guess, log_flux)

    def _properties(self, station: Station) -> Properties:
        if self.frozen is None:
            return properties(self.species, station)
        return frozen_properties(self.frozen, station, station.status == Status.CONVERGED)


def _empty(cases: int, stations: int, species: int, with_transport: bool) -> RocketStations:
    shapes = {"c_star": (cases,), "mole_fractions": (cases, stations, species)}
    carried = vars(no_transport((cases, stations), asked=with_transport))
    names = {item.name for item in fields(RocketStations)} - {"status", *carried}
    plane = carried | {name: np.full(shapes.get(name, (cases, stations)), np.nan) for name in names}
    return RocketStations(**plane, status=np.full(cases, Status.INVALID_INPUT, dtype=np.int8))


def _store(
    result: RocketStations,
    rows: NDArray[np.intp],
    places: NDArray[np.intp],
    stations: list[tuple[Station, Properties]],
) -> None:
    """Put a block of solved stations into the result; a case that failed anywhere has no numbers at all."""
    for station, _ in stations:
        check_range(station.state, station.status)
    failures = np.stack([station.status for station, _ in stations])
    first = (failures != Status.CONVERGED).argmax(axis=0)
    result.status[rows] = failures[first, np.arange(len(rows))]
    good = np.flatnonzero(result.status[rows] == Status.CONVERGED)
    kept = rows[good]
    for number, (station, at) in enumerate(stations):
        for item in fields(Properties):
            getattr(result, item.name)[kept, number] = getattr(at, item.name)[good]
        if not result.mole_fractions.shape[-1]:
            continue
        result.mole_fractions[kept, number] = 0.0
        result.mole_fractions[kept[:, None], number, places] = mole_fractions(station.state.take(good))
    _add_performance(result, kept)


def _store_transport(
    result: RocketStations,
    rows: NDArray[np.intp],
    species: ProductSpecies,
    stations: list[tuple[Station, Properties]],
    flow_model: FlowModel,
) -> None:
    """Put the transport properties of a block of solved stations into the result, some stations at a time."""
    good = np.flatnonzero(result.status[rows] == Status.CONVERGED)
    first_frozen = {"equilibrium": len(stations), "frozen": 0, "frozen_at_throat": 2}[flow_model]
    together = max(1, STATES_TOGETHER // max(1, len(good)))
    for start in range(0, len(stations), together):
        states = [station.state.take(good) for station, _ in stations[start : start + together]]
        columns = np.repeat(np.arange(start, start + len(states)), len(good))
        found = transport_properties(species, joined(states), reacting=columns < first_frozen)
        result.put_transport((np.tile(rows[good], len(states)), columns), found)


def _add_performance(result: RocketStations, rows: NDArray[np.intp]) -> None:
    """Velocities, areas and impulses from the stations' properties (NASA RP-1311 part I, eqs. 6.1-6.14)."""
    enthalpy, density = result.enthalpy[rows], result.density[rows]
    velocity = np.sqrt(np.maximum(2.0 * (enthalpy[:, :1] - enthalpy), 0.0))
    velocity[:, 1] = result.sound_speed[rows, 1]
    flux = density[:, 1:] * velocity[:, 1:]
    c_star = result.pressure[rows, 0] / flux[:, 0]
    result.velocity[rows] = velocity
    result.mach[rows] = velocity / result.sound_speed[rows]
    result.c_star[rows] = c_star
    result.area_ratio[rows, 1:] = flux[:, :1] / flux
    result.thrust_coefficient[rows, 1:] = velocity[:, 1:] / c_star[:, None]
    result.specific_impulse[rows, 1:] = velocity[:, 1:] / STANDARD_GRAVITY
    pressure_term = result.pressure[rows, 1:] / flux
    result.specific_impulse_vacuum[rows, 1:] = (velocity[:, 1:] + pressure_term) / STANDARD_GRAVITY
