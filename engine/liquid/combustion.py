"""The ideal flow of liquid engines: specifications grouped by what burns, each group in one call of the core."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.errors import AnalysisError
from engine.liquid.mixing import kind_of_mixture, mix_specs
from engine.spec import FlowModel, LiquidSpec
from engine.thermo.performance import RocketStations, rocket_stations
from engine.thermo.species import ProductSpecies, product_species


@dataclass(frozen=True)
class Combustion:
    """Specifications that burn the same propellants, where they stand in the list, and their flow."""

    places: list[int]
    products: ProductSpecies
    stations: RocketStations


def burn(specs: Sequence[LiquidSpec | AnalysisError]) -> Iterator[Combustion]:
    """Chamber, throat and exit of all specifications; those that are errors already are passed over."""
    groups: dict[tuple[Any, FlowModel], list[int]] = {}
    for place, spec in enumerate(specs):
        if isinstance(spec, LiquidSpec):
            groups.setdefault((kind_of_mixture(spec), spec.flow_model), []).append(place)
    for (_, flow_model), places in groups.items():
        members = [spec for place in places if isinstance(spec := specs[place], LiquidSpec)]
        yield _burn_group(flow_model, places, members)


def _burn_group(flow_model: FlowModel, places: list[int], specs: list[LiquidSpec]) -> Combustion:
    mixture = mix_specs(specs)
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
