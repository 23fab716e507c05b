"""The ideal flow of liquid engines: specifications grouped by what burns, each group in one call of the core."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.errors import AnalysisError
from engine.liquid.mixing import kind_of_mixture, mix_specs
from engine.spec import FlowModel, LiquidSpec
from engine.thermo.nasa_polynomials import Array
from engine.thermo.performance import rocket_stations
from engine.thermo.rocket_results import RocketStations
from engine.thermo.species import ProductSpecies, product_species


@dataclass(frozen=True)
class Combustion:
    """Specifications that burn the same propellants, where they stand in the list, and their flow."""

    places: list[int]
    products: ProductSpecies
    stations: RocketStations


def burn(
    specs: Sequence[LiquidSpec | AnalysisError],
    *,
    with_composition: bool = True,
    with_transport: bool = True,
) -> Iterator[Combustion]:
    """Chamber, throat and exit of all specifications; those that are errors already are passed over."""
    groups: dict[tuple[Any, FlowModel, str], list[int]] = {}
    for place, spec in enumerate(specs):
        if isinstance(spec, LiquidSpec):
            kind = kind_of_mixture(spec), spec.flow_model, spec.combustor.type
            groups.setdefault(kind, []).append(place)
    for (_, flow_model, _), places in groups.items():
        members = [spec for place in places if isinstance(spec := specs[place], LiquidSpec)]
        yield _burn_group(flow_model, places, members, with_composition, with_transport)


def _burn_group(
    flow_model: FlowModel,
    places: list[int],
    specs: list[LiquidSpec],
    with_composition: bool,
    with_transport: bool,
) -> Combustion:
    mixture = mix_specs(specs)
    products = product_species(mixture.elements)
    stations = rocket_stations(
        products,
        mixture.element_moles,
        mixture.enthalpy,
        np.array([spec.chamber_pressure for spec in specs], dtype=np.float64),
        area_ratio=np.array([[spec.nozzle.area_ratio] for spec in specs], dtype=np.float64),
        flow_model=flow_model,
        contraction_ratio=_of_combustors(specs, "contraction_ratio"),
        mass_flux=_of_combustors(specs, "mass_flux"),
        with_composition=with_composition,
        with_transport=with_transport,
    )
    return Combustion(places, products, stations)


def _of_combustors(specs: list[LiquidSpec], name: str) -> Array | None:
    """One of the numbers that say how wide the chambers are; None where they all have no width."""
    if specs[0].combustor.type == "infinite_area":  # as in the whole group
        return None
    values = [getattr(spec.combustor, name) for spec in specs]
    return np.array(values, dtype=np.float64)  # None becomes NaN
