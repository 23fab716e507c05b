"""Chemical equilibrium for arrays of conditions."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.arrays.inputs import Array, broadcast, mixture_of
from engine.errors import Problem, SpecError
from engine.thermo.equilibrium import solve_equilibrium
from engine.thermo.species import product_species


@dataclass(frozen=True)
class Equilibrium:
    """A mixture in chemical equilibrium; arrays of the broadcast shape, SI (see `engine.thermo.properties`).

    `mole_fractions` has one more axis at its end, along `species`. Viscosity (Pa s), conductivity
    (W/(m K)) and Prandtl number are NaN unless they were asked for.
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
    transport: bool = False,
) -> Equilibrium:
    """Chemical equilibrium of a fuel and an oxidizer at `pressure` (Pa) and one more condition.

    `problem` is "TP" with `temperature` (K), "HP" with `enthalpy` (J/kg; left out: that of the propellants as they
    enter), or "SP" with `entropy` (J/(kg K)). `transport` asks for viscosity, conductivity and Prandtl number as well.
    Raises SpecError for an unknown problem or propellant, for a missing condition and for shapes that do not broadcast.
    """
    if problem not in ("TP", "HP", "SP"):
        message = f"{problem!r} is not available in this version; give one of TP, HP, SP"
        raise SpecError([Problem("problem", message, problem)])
    condition = {"TP": temperature, "HP": enthalpy, "SP": entropy}[problem]
    if condition is None and problem != "HP":
        name = {"TP": "temperature", "SP": "entropy"}[problem]
        raise SpecError([Problem(name, f"is missing; a {problem} problem needs it")])
    given = (mixture_ratio, pressure, condition, fuel_temperature, oxidizer_temperature)
    shape, (ratio, at_pressure, wanted, fuel_heat, oxidizer_heat) = broadcast(*given)
    mixture = mixture_of(fuel, oxidizer, ratio, fuel_heat, oxidizer_heat)
    if condition is None:
        wanted = mixture.enthalpy
    products = product_species(mixture.elements)
    name = {"TP": "temperature", "HP": "enthalpy", "SP": "entropy"}[problem]
    state = solve_equilibrium(
        problem,  # type: ignore[arg-type]
        products,
        mixture.element_moles,
        pressure=at_pressure,
        with_transport=transport,
        **{name: wanted},
    )
    values = {key: value.reshape(shape + value.shape[1:]) for key, value in vars(state).items()}
    return Equilibrium(**values, species=products.names)
