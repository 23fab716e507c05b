"""Chemical equilibrium for arrays of conditions."""

from dataclasses import dataclass
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.arrays.inputs import PropellantArguments, mixture_of
from engine.errors import Problem, SpecError
from engine.thermo.equilibrium import solve_equilibrium
from engine.thermo.nasa_polynomials import Array
from engine.thermo.species import product_species


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
    pressure: ArrayLike,
    temperature: ArrayLike | None = None,
    enthalpy: ArrayLike | None = None,
    entropy: ArrayLike | None = None,
    **propellant: Unpack[PropellantArguments],
) -> Equilibrium:
    """Chemical equilibrium of a propellant at `pressure` (Pa) and one more condition.

    `propellant` are the arguments of `engine.arrays.inputs.PropellantArguments`, such as `fuel`, `oxidizer` and
    `mixture_ratio`. `problem` is "TP" with `temperature` (K), "HP" with `enthalpy` (J/kg; left out: that of the
    propellants as they enter), or "SP" with `entropy` (J/(kg K)). Raises SpecError for an unknown problem or propellant, for a missing
    condition and for shapes that do not broadcast.
    """
    if problem not in ("TP", "HP", "SP"):
        message = f"{problem!r} is not available in this version; give one of TP, HP, SP"
        raise SpecError([Problem("problem", message, problem)])
    condition = {"TP": temperature, "HP": enthalpy, "SP": entropy}[problem]
    if condition is None and problem != "HP":
        name = {"TP": "temperature", "SP": "entropy"}[problem]
        raise SpecError([Problem(name, f"is missing; a {problem} problem needs it")])
    name = {"TP": "temperature", "HP": "enthalpy", "SP": "entropy"}[problem]
    shape, mixture, flat = mixture_of(propellant, pressure=pressure, **{name: condition})
    wanted = mixture.enthalpy if condition is None else flat[name]
    products = product_species(mixture.elements)
    state = solve_equilibrium(
        problem,  # type: ignore[arg-type]
        products,
        mixture.element_moles,
        pressure=flat["pressure"],
        **{name: wanted},
    )
    values = {key: value.reshape(shape + value.shape[1:]) for key, value in vars(state).items()}
    return Equilibrium(**values, species=products.names)
