"""The flow through a nozzle, station by station, for arrays of operating points."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.arrays.inputs import PropellantArguments, mixture_of
from engine.arrays.limits import refuse_impossible
from engine.arrays.numbers import numbers, require_fewer
from engine.arrays.options import (
    products_of,
    refuse_unmade,
    require,
    require_one_width,
    require_switches,
)
from engine.arrays.rocket import check_flow_model
from engine.errors import Problem, SpecError
from engine.spec import FlowModel
from engine.thermo.nasa_polynomials import Array
from engine.thermo.performance import rocket_stations
from engine.thermo.rocket_results import RocketStations
from engine.thermo.status import Status

RATIOS = ("pressure_ratio", "subsonic_area_ratio", "area_ratio")
"""What stations are given by, in their order."""
PLACE = 2.0
"""A ratio that stands for those of a case where shapes are broadcast."""


@dataclass(frozen=True)
class NozzleFlow:
    """The stations of motors: arrays of the broadcast shape with one more axis at the end, along `stations`; SI.

    See `engine.thermo.rocket_results.RocketStations` for what the quantities mean. `c_star`, `stagnation_pressure` and
    `status` have the broadcast shape alone; `mole_fractions` has a further axis along `species`. A station without an
    answer has NaN, and a `station_status` that says why (`engine.thermo.status.Status`, 0 is converged).
    """

    pressure: Array
    temperature: Array
    enthalpy: Array
    entropy: Array
    density: Array
    molar_mass: Array
    molar_mass_mixture: Array
    heat_capacity: Array
    heat_capacity_frozen: Array
    gamma: Array
    gamma_frozen: Array
    sound_speed: Array
    volume_temperature_slope: Array
    volume_pressure_slope: Array
    viscosity: Array
    conductivity: Array
    conductivity_frozen: Array
    prandtl: Array
    prandtl_frozen: Array
    velocity: Array
    mach: Array
    area_ratio: Array
    thrust_coefficient: Array
    specific_impulse: Array
    specific_impulse_vacuum: Array
    mole_fractions: Array
    c_star: Array
    stagnation_pressure: Array
    station_status: NDArray[np.int8]
    status: NDArray[np.int8]
    stations: tuple[str, ...]
    species: tuple[str, ...]


def nozzle_flow(
    *,
    chamber_pressure: ArrayLike | None = None,
    pressure_ratio: ArrayLike | None = None,
    subsonic_area_ratio: ArrayLike | None = None,
    area_ratio: ArrayLike | None = None,
    flow_model: FlowModel = "equilibrium",
    frozen_from: int | None = None,
    contraction_ratio: ArrayLike | None = None,
    mass_flux: ArrayLike | None = None,
    with_composition: bool = False,
    transport: bool = False,
    only: Sequence[str] | None = None,
    omit: Sequence[str] = (),
    ions: bool = False,
    **propellant: Unpack[PropellantArguments],
) -> NozzleFlow:
    """Chamber, throat and any number of further stations, for arrays of mixtures and chamber pressure (Pa).

    `propellant` are the arguments of `engine.arrays.inputs.PropellantArguments`, such as `fuel`, `oxidizer` and
    `mixture_ratio`; `only`, `omit` and `ions` choose among NASA's product species. `transport` asks for viscosity,
    conductivity and Prandtl number, which else are NaN; so may be the slopes of volume without `with_composition`.

    `pressure_ratio` (chamber to station), `subsonic_area_ratio` and `area_ratio` (station to throat), all above 1, have
    the stations as last axis; what stands before it broadcasts with the other inputs. The stations of the result are
    chamber and throat (before them the injector face, where the combustor is of finite area), then these, in this
    order. `frozen_from` is the number of the one, counted from 1, from which on the composition is frozen, in place of
    a `flow_model`. `contraction_ratio` or `mass_flux` (kg/(s m2)) make the combustor one of finite area; where both are
    given, each case has NaN in one of them. Raises SpecError for an unknown propellant, species or flow model, for
    shapes that do not broadcast and for a `frozen_from` that is no station. Source: NASA RP-1311 part I, chapter 6.

    >>> flow = nozzle_flow(
    ...     fuel="LH2", oxidizer="LOX", mixture_ratio=6.0, chamber_pressure=7e6, area_ratio=[2.0, 10.0, 40.0]
    ... )
    >>> flow.stations, flow.temperature.round(0)
    (('chamber', 'throat', 'area_ratio', 'area_ratio', 'area_ratio'), array([3485., 3292., 2789., 2011., 1441.]))
    """
    require(chamber_pressure=chamber_pressure)
    require_one_width(contraction_ratio, mass_flux)
    require_switches(transport=transport, with_composition=with_composition)
    ratios = _ratios(pressure_ratio, subsonic_area_ratio, area_ratio)
    is_finite = contraction_ratio is not None or mass_flux is not None
    names = _station_names(ratios, is_finite)
    _check(flow_model, frozen_from, names)
    shape, mixture, flat = mixture_of(
        propellant,
        chamber_pressure=chamber_pressure,
        contraction_ratio=contraction_ratio,
        mass_flux=mass_flux,
        **{name: np.full(value.shape[:-1], PLACE) for name, value in ratios.items()},
    )
    products = products_of(mixture.elements, mixture.element_moles, only=only, omit=omit, ions=ions)
    flow = rocket_stations(
        products,
        mixture.element_moles,
        mixture.enthalpy,
        flat["chamber_pressure"],
        **{name: _by_case(name, value, shape) for name, value in ratios.items()},
        flow_model=flow_model,
        frozen_from=frozen_from,
        contraction_ratio=flat["contraction_ratio"] if is_finite else None,
        mass_flux=flat["mass_flux"] if is_finite else None,
        with_composition=with_composition,
        with_transport=transport,
        with_states=False,
    )
    refuse_unmade(products, mixture.element_moles, flow.station_status)
    _refuse_subsonic(flow, frozen_from, names)
    return _shaped(flow, shape, names, products.names if with_composition else ())


def _ratios(*given: ArrayLike | None) -> dict[str, Array]:
    """Those of RATIOS by name, each with the stations as last axis; refuses what is possible at no station."""
    found = {}
    for name, value in zip(RATIOS, given, strict=True):
        found[name] = np.atleast_1d(numbers(name, () if value is None else value))
        require_fewer(name, found[name].size)
    refuse_impossible({name: value.ravel() for name, value in found.items()}, found)
    return found


def _station_names(ratios: dict[str, Array], is_finite: bool) -> tuple[str, ...]:
    first = ("injector", "chamber", "throat") if is_finite else ("chamber", "throat")
    return (*first, *(name for name, value in ratios.items() for _ in range(value.shape[-1])))


def _shaped(
    flow: RocketStations, shape: tuple[int, ...], stations: tuple[str, ...], species: tuple[str, ...]
) -> NozzleFlow:
    """The N cases as arrays of `shape`, with the axes that they have beside it."""
    names = [item.name for item in fields(NozzleFlow) if item.name not in ("stations", "species")]
    values = {name: getattr(flow, name) for name in names}
    shaped = {name: value.reshape(shape + value.shape[1:]) for name, value in values.items()}
    return NozzleFlow(**shaped, stations=stations, species=species)


def _check(flow_model: str, frozen_from: int | None, names: tuple[str, ...]) -> None:
    check_flow_model(flow_model)
    if frozen_from is None:
        return
    if flow_model != "equilibrium":
        message = f"{frozen_from!r} and flow_model {flow_model!r} exclude each other; keep one of them"
        raise SpecError([Problem("frozen_from", message, frozen_from)])
    is_whole = isinstance(frozen_from, int | np.integer) and not isinstance(frozen_from, bool)
    if not is_whole or not 1 <= frozen_from <= len(names):
        message = f"{frozen_from!r} is no station; give 1 to {len(names)}, counted from the first one on"
        raise SpecError([Problem("frozen_from", message, frozen_from)])
    if names[frozen_from - 1] == "subsonic_area_ratio":
        others = ", ".join(str(place) for place, name in enumerate(names, 1) if name != "subsonic_area_ratio")
        message = (
            f"{frozen_from} is a station at a subsonic area ratio, from which no flow freezes; give {others}"
        )
        raise SpecError([Problem("frozen_from", message, frozen_from)])


def _refuse_subsonic(flow: RocketStations, frozen_from: int | None, names: tuple[str, ...]) -> None:
    """Raises SpecError where the pressure ratio from which the flow freezes is a subsonic one in every case."""
    if frozen_from is None:
        return
    throat, status = names.index("throat"), flow.station_status
    before = (status[:, throat] == Status.CONVERGED) & (status[:, frozen_from - 1] == Status.INVALID_INPUT)
    if len(status) and before.all():
        message = (
            f"{frozen_from} is a station upstream of the throat, from which no flow freezes; give one downstream, "
            f"or {throat + 1}, the throat"
        )
        raise SpecError([Problem("frozen_from", message, frozen_from)])


def _by_case(name: str, ratios: Array, shape: tuple[int, ...]) -> Array:
    """(N, K): the ratios of each of the N cases of `shape`."""
    cases, count = math.prod(shape), ratios.shape[-1]
    require_fewer(name, cases * count)
    return np.broadcast_to(ratios, (*shape, count)).reshape(cases, count)
