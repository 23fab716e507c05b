"""Theoretical rocket performance of many cases at once."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.thermo.blocks import element_groups, part_places
from engine.thermo.combustor import Combustor
from engine.thermo.constants import STANDARD_PRESSURE
from engine.thermo.exits import Exits
from engine.thermo.motors import Motors
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure
from engine.thermo.properties import add_slopes
from engine.thermo.rocket_results import (
    RocketStations,
    empty_results,
    finish,
    in_portions,
    put_rows,
    put_transport,
)
from engine.thermo.species import ProductSpecies
from engine.thermo.station import Places
from engine.thermo.sweeps.stations import sweep_stations

FlowModel = Literal["equilibrium", "frozen", "frozen_at_throat"]
FLOW_MODELS: tuple[FlowModel, ...] = ("equilibrium", "frozen", "frozen_at_throat")
MOST_SWEPT = 16
"""Stations of a case, up to which each is one more sweep over the cases."""


def rocket_stations(
    products: ProductSpecies,
    element_moles: Array,
    enthalpy: Array,
    chamber_pressure: Array,
    *,
    pressure_ratio: Array | None = None,
    subsonic_area_ratio: Array | None = None,
    area_ratio: Array | None = None,
    flow_model: FlowModel = "equilibrium",
    frozen_from: int | None = None,
    contraction_ratio: Array | None = None,
    mass_flux: Array | None = None,
    with_composition: bool = True,
    with_transport: bool = False,
    with_states: bool = False,
) -> RocketStations:
    """Chamber, throat and any number of further stations of N rocket motors (NASA RP-1311 part I, chapter 6).

    `element_moles` (N, E) mol/kg in the order of `products.elements`; `enthalpy` (N,) J/kg of the reactants;
    `chamber_pressure` (N,) Pa. Further stations by `pressure_ratio` (N, K1), chamber to station, above 1 (below the
    throat's they are subsonic); `subsonic_area_ratio` (N, K2) and `area_ratio` (N, K3), station to throat, above 1.

    `flow_model`: "equilibrium", or a composition frozen from the chamber ("frozen") or from the throat on
    ("frozen_at_throat"); or `frozen_from` the station of that number, counted from 1 as in the result: it, and what is
    upstream of it, is in equilibrium. A subsonic station beside the chamber cannot be the one.

    With `contraction_ratio` (N,), chamber over throat area, or `mass_flux` (N,) kg/(s m2) in the chamber, the combustor
    is of finite area and `chamber_pressure` that of the injector face; where both are given, each case has NaN in one.
    The gas burns in equilibrium there, and "frozen" holds from the combustor's end on.

    Without `with_composition` there are no mole fractions (S + C = 0), and slopes of volume only where they cost
    nothing; only `with_states` there are potentials and condensed moles. `with_transport` asks for viscosity,
    conductivity and Prandtl number; of a frozen composition the conductivity is the frozen one. What cannot be solved
    has a status that says why and NaN for numbers, and does not disturb the others. Raises ValueError for an unknown
    flow model and for a `frozen_from` that is no station.
    """
    cases = len(chamber_pressure)
    nothing = np.empty((cases, 0))
    given = (pressure_ratio, subsonic_area_ratio, area_ratio)
    exits = Exits(*(nothing if ratios is None else ratios for ratios in given))
    combustor = _combustor(cases, contraction_ratio, mass_flux)
    throat = 1 if combustor is None else 2
    frozen_station = _frozen_station(flow_model, frozen_from, throat, exits.count)
    usable = _usable(element_moles, enthalpy, chamber_pressure)
    if frozen_station > throat + 1:
        usable &= exits.is_possible[:, frozen_station - throat - 2]
    if combustor is not None:
        usable &= combustor.is_possible
    named = len(products.names) if with_composition else 0
    kept = (len(products.elements), len(products.phases.names)) if with_states else (0, 0)
    result = empty_results(cases, throat + 1 + exits.count, named, with_transport, *kept)
    element_moles = products.complete(element_moles)
    with np.errstate(all="ignore"):
        if frozen_station == 0 and combustor is None and not products.is_electron.any():
            mixtures = (element_moles, enthalpy, chamber_pressure)
            _sweep(result, products, mixtures, exits, usable, with_transport)
        for rows, columns, subset in element_groups(products, element_moles, usable):
            motors = Motors(
                subset,
                element_moles[np.ix_(rows, columns)],
                enthalpy[rows],
                chamber_pressure[rows],
                exits.take(rows),
                None if combustor is None else combustor.take(rows),
                frozen_station,
            )
            _follow(result, products, rows, motors, with_transport)
            finish(result, rows, throat, motors.log_stagnation)
    return result


def _follow(
    result: RocketStations, products: ProductSpecies, rows: Places, motors: Motors, with_transport: bool
) -> None:
    """Put all stations of the `motors`, which are the cases at `rows`, into the result."""
    places = part_places(products, motors.species)
    for portion in in_portions(motors.stations()):
        for solved in portion:
            put_rows(result, rows, places, solved)
        if with_transport:
            put_transport(result, rows, motors.species, portion)


def _usable(element_moles: Array, enthalpy: Array, chamber_pressure: Array) -> NDArray[np.bool_]:
    usable = np.isfinite(enthalpy) & np.isfinite(chamber_pressure) & (chamber_pressure > 0)
    return usable & np.isfinite(element_moles).all(axis=1) & (element_moles >= 0).all(axis=1)


def _combustor(cases: int, contraction_ratio: Array | None, mass_flux: Array | None) -> Combustor | None:
    if contraction_ratio is None and mass_flux is None:
        return None
    nothing = np.full(cases, np.nan)
    return Combustor(*(nothing if value is None else value for value in (contraction_ratio, mass_flux)))


def _frozen_station(flow_model: str, frozen_from: int | None, throat: int, exits: int) -> int:
    """Counted from 1; 0 where nothing freezes."""
    if flow_model not in FLOW_MODELS:
        raise ValueError(f"flow_model '{flow_model}' is not known; choose one of {', '.join(FLOW_MODELS)}")
    if frozen_from is None:
        return {"equilibrium": 0, "frozen": 1, "frozen_at_throat": throat + 1}[flow_model]
    if flow_model != "equilibrium":
        raise ValueError(
            f"frozen_from {frozen_from} and flow_model '{flow_model}' exclude each other; keep one"
        )
    last = throat + 1 + exits
    if not 1 <= frozen_from <= last:
        raise ValueError(f"frozen_from {frozen_from} is no station; choose one of 1 to {last}")
    return frozen_from


def _sweep(
    result: RocketStations,
    products: ProductSpecies,
    mixtures: tuple[Array, Array, Array],
    exits: Exits,
    usable: NDArray[np.bool_],
    with_transport: bool,
) -> None:
    """What the sweeps can solve; the cases that they have solved are no longer `usable`, which is changed in place."""
    kinds = list(exits.kinds())
    if len(kinds) != 1 or kinds[0][0] is Closure.SUBSONIC or exits.count > MOST_SWEPT:
        return
    closure, _, ratios = kinds[0]
    whole = usable & exits.is_possible.all(axis=1)
    detailed = with_transport or bool(result.mole_fractions.shape[-1])
    log_pressure = np.log(mixtures[2] / STANDARD_PRESSURE)
    for rows, subset, portion in sweep_stations(products, *mixtures, ratios, closure, whole, detailed):
        places = part_places(products, subset)
        for solved in portion:
            if detailed:
                add_slopes(solved.properties, subset, solved.station.state, solved.station.active)
            put_rows(result, rows, places, solved)
        if with_transport:
            put_transport(result, rows, subset, portion)
        finish(result, rows, 1, log_pressure[rows])
        usable[rows] = False
