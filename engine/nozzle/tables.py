"""What the answers of many motors are read from: columns of plain numbers, made for all motors at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.outputs import STATIONS
from engine.result import Station
from engine.thermo.nasa_polynomials import Array
from engine.thermo.rocket_results import RocketStations
from engine.thermo.species import ProductSpecies

SMALLEST_FRACTION = 1e-8


@dataclass(frozen=True)
class StationTables:
    """Stations and compositions of N motors, by the station's name: a list with one entry a motor."""

    stations: dict[str, list[dict[str, float | None]]]
    compositions: dict[str, list[dict[str, float]]]

    @classmethod
    def of(cls, flow: RocketStations, products: ProductSpecies) -> "StationTables":
        """Those of all motors that burn the same propellants."""
        names = station_names(flow)
        return cls(
            {name: _stations(flow, place) for place, name in enumerate(names)},
            {name: _compositions(flow, products, place) for place, name in enumerate(names)},
        )


def station_names(flow: RocketStations) -> tuple[str, ...]:
    """Those of the columns of `flow`: from the injector where the combustor is of finite area."""
    return STATIONS[-flow.temperature.shape[1] :]


def at_station(flow: RocketStations, products: ProductSpecies, path: str) -> Array | float:
    """(N,): a quantity or a mole fraction at a station, by its path; NaN where these motors have no such thing."""
    room, _, rest = path.partition(".")
    place, _, name = rest.partition(".")
    names = station_names(flow)
    if place not in names:
        return np.nan
    if room == "stations":
        quantity: Array = getattr(flow, name)[:, names.index(place)]
        return quantity
    if name not in products.names:
        return 0.0
    fraction: Array = flow.mole_fractions[:, names.index(place), products.names.index(name)]
    return fraction


def numbers(values: Array) -> list[float | None]:
    """Plain numbers, None for what has no meaning."""
    found: list[float | None] = values.tolist()
    if np.isfinite(values).all():
        return found
    return [value if finite else None for value, finite in zip(found, np.isfinite(values), strict=True)]


def rows_of(columns: Mapping[str, Array]) -> list[dict[str, float | None]]:
    """The columns as an object for every row."""
    rows = zip(*(numbers(values) for values in columns.values()), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _stations(flow: RocketStations, place: int) -> list[dict[str, float | None]]:
    return rows_of({name: getattr(flow, name)[:, place] for name in Station.model_fields})


def _compositions(flow: RocketStations, products: ProductSpecies, place: int) -> list[dict[str, float]]:
    """Mole fractions above 1e-8, the largest first."""
    fractions = flow.mole_fractions[:, place]
    motor, species = np.nonzero(fractions > SMALLEST_FRACTION)
    order = np.lexsort((-fractions[motor, species], motor))
    motor, species = motor[order], species[order]
    ends = np.searchsorted(motor, np.arange(len(fractions) + 1)).tolist()
    values = fractions[motor, species].tolist()
    names = np.array(products.names, dtype=object)[species].tolist()
    return [dict(zip(names[start:end], values[start:end], strict=True)) for start, end in pairwise(ends)]
