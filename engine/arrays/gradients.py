"""Rocket performance with its exact derivatives, for optimisers and for the spread of uncertain inputs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays.inputs import PropellantArguments, mixture_of
from engine.arrays.mixture_slopes import MixtureSlopes, mixture_slopes
from engine.arrays.options import products_of, refuse_unmade, require
from engine.arrays.rocket import RocketPerformance, check_flow_model, performance_of
from engine.spec import FlowModel
from engine.thermo.gradients.motors import Directions, motor_slopes
from engine.thermo.nasa_polynomials import Array
from engine.thermo.performance import rocket_stations

PARAMETERS = ("mixture_ratio", "chamber_pressure", "enthalpy", "area_ratio")
BLOCK = 16_384
"""Cases solved together: what is held of their compositions stays below 100 MB."""


@dataclass(frozen=True)
class RocketGradients:
    """`values` and, as `derivatives[output][input]`, how each of them moves; arrays of the broadcast shape, SI.

    Outputs are the fields of `values` but for transport properties, which are not asked for; inputs are
    `mixture_ratio`, `chamber_pressure`, `enthalpy` (of the propellants together, J/kg), `area_ratio`,
    `fuel_temperature` and `oxidizer_temperature`, each with the others held; the mixture ratio with the temperatures
    held, whatever measure the mixture is given by. A propellant that is mixed beforehand has no mixture ratio and no
    such temperatures. NaN where a case has no answer, and by a temperature where NASA's data has no heat capacity of
    the propellant.
    """

    values: RocketPerformance
    derivatives: dict[str, dict[str, Array]]


def rocket_gradients(
    *,
    chamber_pressure: ArrayLike | None = None,
    area_ratio: ArrayLike | None = None,
    flow_model: FlowModel = "equilibrium",
    only: Sequence[str] | None = None,
    omit: Sequence[str] = (),
    ions: bool = False,
    **propellant: Unpack[PropellantArguments],
) -> RocketGradients:
    """What `engine.rocket_performance` answers, and the exact derivatives of it; arguments and errors are the same,
    but that the combustor is of infinite area and transport properties are not asked for.

    The derivatives come from the solved stations by implicit differentiation (docs/gradients.md).

    >>> gradients = rocket_gradients(
    ...     fuel="LH2", oxidizer="LOX", mixture_ratio=[4.0, 6.0], chamber_pressure=7e6, area_ratio=40.0
    ... )
    >>> gradients.derivatives["specific_impulse_vacuum"]["mixture_ratio"].round(2)
    array([ 4.12, -5.08])
    """
    check_flow_model(flow_model)
    require(chamber_pressure=chamber_pressure, area_ratio=area_ratio)
    shape, mixture, flat = mixture_of(propellant, chamber_pressure=chamber_pressure, area_ratio=area_ratio)
    pressure, area = flat["chamber_pressure"], flat["area_ratio"]
    slopes = mixture_slopes(propellant, mixture, shape)
    products = products_of(mixture.elements, mixture.element_moles, only=only, omit=omit, ions=ions)
    parts = []
    for start in range(0, max(len(pressure), 1), BLOCK):
        rows = slice(start, start + BLOCK)
        elements, at_pressure, at_area = mixture.element_moles[rows], pressure[rows], area[rows]
        heat = mixture.enthalpy[rows]
        flow = rocket_stations(
            products,
            elements,
            heat,
            at_pressure,
            area_ratio=at_area[:, None],
            flow_model=flow_model,
            with_composition=False,
            with_states=True,
        )
        directions = _directions(slopes.take(rows), at_pressure, at_area)
        found = motor_slopes(products, elements, flow, directions, flow_model)
        parts.append((performance_of(flow, (len(at_area),)), found))
    refuse_unmade(products, mixture.element_moles, np.concatenate([part.status for part, _ in parts]))
    names = RocketPerformance.__dataclass_fields__
    values = {
        name: np.concatenate([getattr(part, name) for part, _ in parts]).reshape(shape) for name in names
    }
    columns = {
        name: np.concatenate([found[name] for _, found in parts]) for name in names if name in parts[0][1]
    }
    derivatives = {name: _by_input(column, slopes, shape) for name, column in columns.items()}
    return RocketGradients(RocketPerformance(**values), derivatives)


def _directions(slopes: MixtureSlopes, pressure: Array, area: Array) -> Directions:
    """Those of PARAMETERS, for N motors."""
    zero, one = np.zeros(len(pressure)), np.ones(len(pressure))
    with np.errstate(divide="ignore"):
        by_pressure, by_area = 1.0 / pressure, 1.0 / area
    return Directions(
        elements=slopes.elements,
        composition=np.stack([one, zero, zero, zero], axis=1),
        enthalpy=np.stack([slopes.enthalpy, zero, one, zero], axis=1),
        log_pressure=np.stack([zero, by_pressure, zero, zero], axis=1),
        log_area=np.stack([zero, zero, zero, by_area], axis=1),
    )


def _by_input(column: Array, slopes: MixtureSlopes, shape: tuple[int, ...]) -> dict[str, Array]:
    found = dict(zip(PARAMETERS, column.T, strict=True))
    for name, heat in slopes.by_temperature.items():
        found[name] = found["enthalpy"] * heat
    if not slopes.has_ratio:
        del found["mixture_ratio"]
    return {name: value.reshape(shape) for name, value in found.items()}
