"""What many rocket motors come to, station by station, and how solved stations are put there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from engine.thermo.blocks import PartPlaces
from engine.thermo.constants import STANDARD_GRAVITY, STANDARD_PRESSURE
from engine.thermo.exits import SolvedRows
from engine.thermo.nasa_polynomials import Array
from engine.thermo.properties import Properties, mole_fractions
from engine.thermo.settling import check_range
from engine.thermo.species import ProductSpecies
from engine.thermo.station import Places, joined
from engine.thermo.status import Status
from engine.thermo.transport.mixture import Transport, no_transport, transport_properties

PORTION = 4096
"""States whose transport properties are found in one call."""
PROPERTIES = tuple(item.name for item in fields(Properties))
SONIC_TOLERANCE = 1e-6
"""Of Mach numbers that are 1 at the throat; where the speed of sound jumps there they are not."""


@dataclass
class RocketStations(Properties, Transport):
    """The stations of N cases, arrays (N, K): chamber, throat, exits, or injector, chamber, throat, exits.

    The latter are those of a combustor of finite area, whose chamber is its end. Exits are in CEA's order: by pressure
    ratio, by subsonic, by supersonic area ratio. Beside the properties: `velocity` m/s, `mach`, `area_ratio` to the
    throat, `thrust_coefficient` and `specific_impulse` (s) at matched exit pressure, `specific_impulse_vacuum` (s),
    `mole_fractions` (N, K, S + C); and the transport properties, NaN unless they were asked for. A station without an
    answer has NaN, and a `station_status` (N, K) that says why; NaN is also at rest, for what has no meaning there.
    Per case: `c_star` (N,) m/s; `stagnation_pressure` (N,) Pa, of the gas that c* refers to, at rest (CEA's p_inf); and
    `status` (N,), the first of its stations' that is not converged. `potentials` (N, K, E) of the elements over RT
    (downstream of where the composition froze, those it had there) and `condensed_moles` (N, K, C) per kg are there
    where they are asked for; E and C are 0 elsewhere.
    """

    velocity: Array
    mach: Array
    area_ratio: Array
    thrust_coefficient: Array
    specific_impulse: Array
    specific_impulse_vacuum: Array
    mole_fractions: Array
    potentials: Array
    condensed_moles: Array
    c_star: Array
    stagnation_pressure: Array
    station_status: NDArray[np.int8]
    status: NDArray[np.int8]


def empty_results(
    cases: int, stations: int, species: int, with_transport: bool, elements: int = 0, phases: int = 0
) -> RocketStations:
    """No numbers, and inputs without a meaning, until a case is put there."""
    shapes = {
        "c_star": (cases,),
        "stagnation_pressure": (cases,),
        "mole_fractions": (cases, stations, species),
        "potentials": (cases, stations, elements),
        "condensed_moles": (cases, stations, phases),
    }
    carried = vars(no_transport((cases, stations), asked=with_transport))
    names = {item.name for item in fields(RocketStations) if not item.name.endswith("status")}
    common = names - set(carried) - set(shapes)
    plane = dict(zip(common, np.full((len(common), cases, stations), np.nan), strict=True)) | carried
    plane |= {name: np.full(extents, np.nan) for name, extents in shapes.items()}
    status = np.full((cases, stations), Status.INVALID_INPUT, dtype=np.int8)
    return RocketStations(**plane, station_status=status, status=status[:, 0].copy())


def put_rows(result: RocketStations, rows: Places, places: PartPlaces, solved: SolvedRows) -> None:
    """Put stations of a block into the result; the cases of the block are at `rows`, its species at `places`."""
    station = solved.station
    check_range(station.state, station.status)
    owner, column = rows[solved.owner], solved.column
    result.station_status[owner, column] = station.status
    is_good = station.status == Status.CONVERGED
    good = np.flatnonzero(is_good)
    if not is_good.all():
        owner, column = owner[good], column[good]
    for name in PROPERTIES:
        values = getattr(solved.properties, name)
        getattr(result, name)[owner, column] = values if len(good) == len(values) else values[good]
    if result.potentials.shape[-1]:
        state = station.state.take(good)
        _put_part(result.potentials, owner, column, places.elements, state.potentials)
        _put_part(result.condensed_moles, owner, column, places.phases, state.condensed)
    if result.mole_fractions.shape[-1]:
        fractions = mole_fractions(station.state.take(good))
        _put_part(result.mole_fractions, owner, column, places.species, fractions)


def _put_part(plane: Array, owner: Places, column: Places, places: Places, values: Array) -> None:
    """Values at `places` of the last axis, and zero elsewhere on it."""
    plane[owner, column] = 0.0
    plane[owner[:, None], column[:, None], places] = values


def in_portions(stations: Iterable[SolvedRows]) -> Iterator[list[SolvedRows]]:
    """The stations, as many together as are worth a call of their own and are still few enough to be held."""
    portion: list[SolvedRows] = []
    for solved in stations:
        portion.append(solved)
        if sum(len(part.owner) for part in portion) >= PORTION:
            yield portion
            portion = []
    if portion:
        yield portion


def put_transport(
    result: RocketStations, rows: Places, species: ProductSpecies, portion: list[SolvedRows]
) -> None:
    """Put the transport properties of stations that `put_rows` has put into the result."""
    whole = joined([solved.station for solved in portion])
    owner = rows[np.concatenate([solved.owner for solved in portion])]
    column = np.concatenate([solved.column for solved in portion])
    reacts = np.repeat([solved.reacts for solved in portion], [len(solved.owner) for solved in portion])
    good = np.flatnonzero(whole.status == Status.CONVERGED)
    found = transport_properties(species, whole.state.take(good), reacting=reacts[good])
    result.put_transport((owner[good], column[good]), found)


def finish(result: RocketStations, rows: Places, throat: int, log_stagnation: Array) -> None:
    """Status, velocities, areas and impulses of the cases at `rows`; `throat` is the throat's column.

    `log_stagnation` (N',) is ln of the pressure at rest in standard pressures (NASA RP-1311 part I, eqs. 6.1-6.14).
    """
    statuses = result.station_status[rows]
    first = (statuses != Status.CONVERGED).argmax(axis=1)
    result.status[rows] = statuses[np.arange(len(rows)), first]
    enthalpy = result.enthalpy[rows]
    velocity = np.sqrt(np.maximum(2.0 * (enthalpy[:, :1] - enthalpy), 0.0))
    sound = result.sound_speed[rows, throat]
    # the flux of the velocity that belongs to the enthalpy is stationary there; that of the speed of sound is not
    is_sonic = np.abs(velocity[:, throat] / sound - 1.0) < SONIC_TOLERANCE
    flux = result.density[rows, 1:] * velocity[:, 1:]
    stagnation = np.exp(log_stagnation) * STANDARD_PRESSURE
    stagnation[np.isnan(enthalpy[:, throat])] = np.nan
    c_star = stagnation / flux[:, throat - 1]
    result.velocity[rows] = velocity
    mach = velocity / result.sound_speed[rows]
    mach[is_sonic, throat] = 1.0
    result.mach[rows] = mach
    result.c_star[rows], result.stagnation_pressure[rows] = c_star, stagnation
    result.area_ratio[rows, 1:] = flux[:, [throat - 1]] / flux
    result.thrust_coefficient[rows, 1:] = velocity[:, 1:] / c_star[:, None]
    result.specific_impulse[rows, 1:] = velocity[:, 1:] / STANDARD_GRAVITY
    pressure_term = result.pressure[rows, 1:] / flux
    result.specific_impulse_vacuum[rows, 1:] = (velocity[:, 1:] + pressure_term) / STANDARD_GRAVITY
