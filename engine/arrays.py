"""The engine for notebooks and studies: arrays in, arrays out, broadcast like numpy."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.errors import Problem, SpecError
from engine.parsing import parse_propellant
from engine.spec import FlowModel
from engine.thermo.catalogue import Propellant
from engine.thermo.equilibrium import solve_equilibrium
from engine.thermo.performance import FLOW_MODELS, rocket_stations
from engine.thermo.reactants import ReactantMixture, check_temperature, mix
from engine.thermo.species import product_species

Array = NDArray[np.float64]
CHAMBER, THROAT, EXIT = range(3)


@dataclass(frozen=True)
class RocketPerformance:
    """Ideal performance; every array has the broadcast shape of the inputs, SI, specific impulse in s.

    Where a case has no answer its numbers are NaN and `status` says why (`engine.thermo.status.Status`, 0 is
    converged). Specific impulse and thrust coefficient without a further word are at matched exit pressure.
    """

    c_star: Array
    specific_impulse: Array
    specific_impulse_vacuum: Array
    thrust_coefficient: Array
    chamber_temperature: Array
    chamber_gamma: Array
    chamber_molar_mass: Array
    chamber_density: Array
    throat_temperature: Array
    throat_pressure: Array
    throat_gamma: Array
    throat_molar_mass: Array
    exit_temperature: Array
    exit_pressure: Array
    exit_gamma: Array
    exit_molar_mass: Array
    exit_mach: Array
    exit_velocity: Array
    status: NDArray[np.int8]


def rocket_performance(
    *,
    fuel: str | dict[str, Any],
    oxidizer: str | dict[str, Any],
    mixture_ratio: ArrayLike,
    chamber_pressure: ArrayLike,
    area_ratio: ArrayLike,
    flow_model: FlowModel = "equilibrium",
    fuel_temperature: ArrayLike | None = None,
    oxidizer_temperature: ArrayLike | None = None,
) -> RocketPerformance:
    """Chamber, throat and exit for arrays of mixture ratio, chamber pressure (Pa) and area ratio.

    Propellants are named as in a specification, or given in full; `flow_model` is "equilibrium", "frozen" (from
    the chamber) or "frozen_at_throat"; temperatures are in K. Raises SpecError for an unknown propellant or flow model
    and for shapes that do not broadcast.

    >>> performance = rocket_performance(
    ...     fuel="LH2", oxidizer="LOX", mixture_ratio=[5.0, 6.0], chamber_pressure=7e6, area_ratio=40.0
    ... )
    >>> performance.c_star.round(0)
    array([2372., 2305.])
    """
    if flow_model not in FLOW_MODELS:
        message = f"{flow_model!r} is not a flow model; give one of {', '.join(FLOW_MODELS)}"
        raise SpecError([Problem("flow_model", message, flow_model)])
    given = (mixture_ratio, chamber_pressure, area_ratio, fuel_temperature, oxidizer_temperature)
    shape, (ratio, pressure, area, fuel_heat, oxidizer_heat) = _broadcast(*given)
    mixture = _mixture(fuel, oxidizer, ratio, fuel_heat, oxidizer_heat)
    flow = rocket_stations(
        product_species(mixture.elements),
        mixture.element_moles,
        mixture.enthalpy,
        pressure,
        area_ratio=area[:, None],
        flow_model=flow_model,
        with_composition=False,
    )
    stations = {"chamber": CHAMBER, "throat": THROAT, "exit": EXIT}
    values: dict[str, Array] = {"c_star": flow.c_star}
    for name in RocketPerformance.__dataclass_fields__:
        station, _, quantity = name.partition("_")
        if station in stations:
            values[name] = getattr(flow, quantity)[:, stations[station]]
        elif name not in ("c_star", "status"):
            values[name] = getattr(flow, name)[:, EXIT]
    shaped = {name: value.reshape(shape) for name, value in values.items()}
    return RocketPerformance(**shaped, status=flow.status.reshape(shape))


@dataclass(frozen=True)
class Equilibrium:
    """A mixture in chemical equilibrium; arrays of the broadcast shape, SI (see `engine.thermo.properties`).

    `mole_fractions` has one more axis at its end, along `species`.
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
    status: NDArray[np.int8]
    mole_fractions: Array
    species: tuple[str, ...]


def equilibrium(
    problem: str,
    *,
    fuel: str | dict[str, Any],
    oxidizer: str | dict[str, Any],
    mixture_ratio: ArrayLike,
    pressure: ArrayLike,
    temperature: ArrayLike | None = None,
    enthalpy: ArrayLike | None = None,
    entropy: ArrayLike | None = None,
    fuel_temperature: ArrayLike | None = None,
    oxidizer_temperature: ArrayLike | None = None,
) -> Equilibrium:
    """Chemical equilibrium of a fuel and an oxidizer at `pressure` (Pa) and one more condition.

    `problem` is "TP" with `temperature` (K), "HP" with `enthalpy` (J/kg; left out: that of the propellants as they
    enter), or "SP" with `entropy` (J/(kg K)). Raises SpecError for an unknown problem or propellant, for a missing
    condition and for shapes that do not broadcast.
    """
    if problem not in ("TP", "HP", "SP"):
        message = f"{problem!r} is not available in this version; give one of TP, HP, SP"
        raise SpecError([Problem("problem", message, problem)])
    condition = {"TP": temperature, "HP": enthalpy, "SP": entropy}[problem]
    if condition is None and problem != "HP":
        name = {"TP": "temperature", "SP": "entropy"}[problem]
        raise SpecError([Problem(name, f"is missing; a {problem} problem needs it")])
    given = (mixture_ratio, pressure, condition, fuel_temperature, oxidizer_temperature)
    shape, (ratio, at_pressure, wanted, fuel_heat, oxidizer_heat) = _broadcast(*given)
    mixture = _mixture(fuel, oxidizer, ratio, fuel_heat, oxidizer_heat)
    if condition is None:
        wanted = mixture.enthalpy
    products = product_species(mixture.elements)
    name = {"TP": "temperature", "HP": "enthalpy", "SP": "entropy"}[problem]
    state = solve_equilibrium(
        problem,  # type: ignore[arg-type]
        products,
        mixture.element_moles,
        pressure=at_pressure,
        **{name: wanted},
    )
    values = {key: value.reshape(shape + value.shape[1:]) for key, value in vars(state).items()}
    return Equilibrium(**values, species=products.names)


def _broadcast(*given: ArrayLike | None) -> tuple[tuple[int, ...], list[Array]]:
    """The common shape, and each input flat at full length; None becomes NaN."""
    arrays = [np.asarray(np.nan if value is None else value, dtype=np.float64) for value in given]
    try:
        shaped = np.broadcast_arrays(*arrays)
    except ValueError:
        shapes = ", ".join(str(array.shape) for array in arrays)
        message = f"shapes {shapes} do not broadcast; make them equal, or of length one where they differ"
        raise SpecError([Problem("mixture_ratio", message)]) from None
    return shaped[0].shape, [np.ascontiguousarray(array).reshape(-1) for array in shaped]


def _mixture(
    fuel: str | dict[str, Any],
    oxidizer: str | dict[str, Any],
    ratio: Array,
    fuel_temperature: Array,
    oxidizer_temperature: Array,
) -> ReactantMixture:
    sides: list[Propellant] = [parse_propellant(fuel, "fuel"), parse_propellant(oxidizer, "oxidizer")]
    ratio = np.where(ratio >= 0, ratio, np.nan)
    for side, temperature, field in (
        (sides[0], fuel_temperature, "fuel_temperature"),
        (sides[1], oxidizer_temperature, "oxidizer_temperature"),
    ):
        _check_range(side, temperature, field)
    return mix(sides[0], sides[1], ratio, fuel_temperature, oxidizer_temperature)


def _check_range(propellant: Propellant, temperature: Array, field: str) -> None:
    given = temperature[np.isfinite(temperature)]
    for extreme in {float(given.min()), float(given.max())} if len(given) else set():
        check_temperature(propellant, extreme, field)
