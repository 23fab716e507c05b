"""The ideal flow of liquid engines: specifications grouped by what burns, each group in one call of the core."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.errors import AnalysisError
from engine.parsing import propellant
from engine.spec import FlowModel, LiquidSpec
from engine.thermo.catalogue import Propellant
from engine.thermo.nasa_polynomials import Array
from engine.thermo.performance import RocketStations, rocket_stations
from engine.thermo.reactants import check_temperature, mix
from engine.thermo.species import ProductSpecies, product_species


@dataclass(frozen=True)
class Combustion:
    """Specifications that burn the same propellants, where they stand in the list, and their flow."""

    places: list[int]
    products: ProductSpecies
    stations: RocketStations


def check_temperatures(spec: LiquidSpec) -> None:
    """Raises SpecError where a propellant's enthalpy is not known at the temperature it enters with."""
    given = spec.propellant
    check_temperature(propellant(given.fuel), given.fuel_temperature, "propellant.fuel_temperature")
    check_temperature(
        propellant(given.oxidizer), given.oxidizer_temperature, "propellant.oxidizer_temperature"
    )


def burn(specs: Sequence[LiquidSpec | AnalysisError]) -> Iterator[Combustion]:
    """Chamber, throat and exit of all specifications; those that are errors already are passed over."""
    groups: dict[tuple[Propellant, Propellant, FlowModel], list[int]] = {}
    for place, spec in enumerate(specs):
        if isinstance(spec, LiquidSpec):
            pair = propellant(spec.propellant.fuel), propellant(spec.propellant.oxidizer)
            groups.setdefault((*pair, spec.flow_model), []).append(place)
    for (fuel, oxidizer, flow_model), places in groups.items():
        members = [spec for place in places if isinstance(spec := specs[place], LiquidSpec)]
        yield _burn_group(fuel, oxidizer, flow_model, places, members)


def _burn_group(
    fuel: Propellant,
    oxidizer: Propellant,
    flow_model: FlowModel,
    places: list[int],
    specs: list[LiquidSpec],
) -> Combustion:
    mixture = mix(
        fuel,
        oxidizer,
        np.array([spec.propellant.mixture_ratio for spec in specs]),
        _optional([spec.propellant.fuel_temperature for spec in specs]),
        _optional([spec.propellant.oxidizer_temperature for spec in specs]),
    )
    products = product_species(mixture.elements)
    stations = rocket_stations(
        products,
        mixture.element_moles,
        mixture.enthalpy,
        np.array([spec.chamber_pressure for spec in specs], dtype=np.float64),
        area_ratio=np.array([[spec.nozzle.area_ratio] for spec in specs], dtype=np.float64),
        flow_model=flow_model,
        with_transport=True,
    )
    return Combustion(places, products, stations)


def _optional(values: list[float | None]) -> Array | None:
    if all(value is None for value in values):
        return None
    return np.array([np.nan if value is None else value for value in values])
