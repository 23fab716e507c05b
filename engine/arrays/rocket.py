"""Theoretical rocket performance for arrays of operating points."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.arrays.inputs import PropellantArguments, mixture_of
from engine.arrays.options import (
    products_of,
    refuse_unmade,
    require,
    require_one_width,
    require_switches,
)
from engine.errors import Problem, SpecError
from engine.spec import FlowModel
from engine.thermo.nasa_polynomials import Array
from engine.thermo.performance import FLOW_MODELS, rocket_stations
from engine.thermo.rocket_results import RocketStations
from engine.thermo.status import Status

CHAMBER, THROAT, EXIT = -3, -2, -1
"""Counted from the last station: before the chamber there may be an injector."""


@dataclass(frozen=True)
class RocketPerformance:
    """Ideal performance; every array has the broadcast shape of the inputs, SI, specific impulse in s.

    Where a case has no answer its numbers are NaN and `status` says why (`engine.thermo.status.Status`, 0 is
    converged). Specific impulse and thrust coefficient without a further word are at matched exit pressure.
    Viscosity (Pa s), conductivity (W/(m K)) and Prandtl number are NaN unless they were asked for.
    """

    c_star: Array
    stagnation_pressure: Array
    specific_impulse: Array
    specific_impulse_vacuum: Array
    thrust_coefficient: Array
    chamber_temperature: Array
    chamber_gamma: Array
    chamber_molar_mass: Array
    chamber_density: Array
    chamber_viscosity: Array
    chamber_conductivity: Array
    chamber_prandtl: Array
    throat_temperature: Array
    throat_pressure: Array
    throat_gamma: Array
    throat_molar_mass: Array
    throat_viscosity: Array
    throat_conductivity: Array
    throat_prandtl: Array
    exit_temperature: Array
    exit_pressure: Array
    exit_gamma: Array
    exit_molar_mass: Array
    exit_mach: Array
    exit_velocity: Array
    exit_viscosity: Array
    exit_conductivity: Array
    exit_prandtl: Array
    status: NDArray[np.int8]


def rocket_performance(
    *,
    chamber_pressure: ArrayLike | None = None,
    area_ratio: ArrayLike | None = None,
    flow_model: FlowModel = "equilibrium",
    contraction_ratio: ArrayLike | None = None,
    mass_flux: ArrayLike | None = None,
    only: Sequence[str] | None = None,
    omit: Sequence[str] = (),
    ions: bool = False,
    transport: bool = False,
    **propellant: Unpack[PropellantArguments],
) -> RocketPerformance:
    """Chamber, throat and exit for arrays of mixtures, chamber pressure (Pa) and area ratio.

    `propellant` are the arguments of `engine.arrays.inputs.PropellantArguments`, such as `fuel`, `oxidizer` and
    `mixture_ratio`; `flow_model` is "equilibrium", "frozen" (from the chamber) or "frozen_at_throat". `only`, `omit`
    and `ions` choose among NASA's product species (`engine.thermo.species.product_species`), `transport` asks for
    viscosity, conductivity and Prandtl number. Raises SpecError for an unknown propellant, species or flow model and
    for shapes that do not broadcast.

    `contraction_ratio`, chamber over throat area, or `mass_flux` in the chamber, kg/(s m2), make the combustor one of
    finite area (where both are given, each case has NaN in one of them): `chamber_pressure` is then that of its
    injector face, c* and thrust coefficient refer to the `stagnation_pressure` behind it, and the chamber of the result
    is its end.

    >>> performance = rocket_performance(
    ...     fuel="LH2", oxidizer="LOX", mixture_ratio=[5.0, 6.0], chamber_pressure=7e6, area_ratio=40.0
    ... )
    >>> performance.c_star.round(0)
    array([2372., 2305.])
    """
    check_flow_model(flow_model)
    require(chamber_pressure=chamber_pressure, area_ratio=area_ratio)
    require_one_width(contraction_ratio, mass_flux)
    require_switches(transport=transport)
    shape, mixture, flat = mixture_of(
        propellant,
        chamber_pressure=chamber_pressure,
        area_ratio=area_ratio,
        contraction_ratio=contraction_ratio,
        mass_flux=mass_flux,
    )
    is_finite = contraction_ratio is not None or mass_flux is not None
    products = products_of(mixture.elements, mixture.element_moles, only=only, omit=omit, ions=ions)
    flow = rocket_stations(
        products,
        mixture.element_moles,
        mixture.enthalpy,
        flat["chamber_pressure"],
        area_ratio=flat["area_ratio"][:, None],
        flow_model=flow_model,
        contraction_ratio=flat["contraction_ratio"] if is_finite else None,
        mass_flux=flat["mass_flux"] if is_finite else None,
        with_composition=False,
        with_transport=transport,
    )
    refuse_unmade(products, mixture.element_moles, flow.status)
    return performance_of(flow, shape)


def check_flow_model(flow_model: str) -> None:
    """Raises SpecError for a name that is no flow model."""
    if not isinstance(flow_model, str) or flow_model not in FLOW_MODELS:
        message = f"{flow_model!r} is not a flow model; give one of {', '.join(FLOW_MODELS)}"
        raise SpecError([Problem("flow_model", message, flow_model)])


def performance_of(flow: RocketStations, shape: tuple[int, ...]) -> RocketPerformance:
    """The stations chamber, throat and exit of N cases by their names here, as arrays of `shape`."""
    stations = {"chamber": CHAMBER, "throat": THROAT, "exit": EXIT}
    per_case = ("c_star", "stagnation_pressure")
    values: dict[str, Array] = {name: getattr(flow, name) for name in per_case}
    for name in RocketPerformance.__dataclass_fields__:
        station, _, quantity = name.partition("_")
        if station in stations:
            values[name] = getattr(flow, quantity)[:, stations[station]]
        elif name not in (*per_case, "status"):
            values[name] = getattr(flow, name)[:, EXIT]
    together = np.stack(list(values.values()))
    together[:, flow.status != Status.CONVERGED] = np.nan
    shaped = dict(zip(values, together.reshape(len(values), *shape), strict=True))
    return RocketPerformance(**shaped, status=flow.status.reshape(shape))
