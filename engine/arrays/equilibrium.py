"""Chemical equilibrium for arrays of conditions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.arrays.inputs import PropellantArguments, mixture_of
from engine.arrays.options import names_in, products_of, refuse_unmade, require_switches
from engine.errors import Problem, SpecError
from engine.thermo.equilibrium import CONDITIONS, solve_equilibrium
from engine.thermo.nasa_polynomials import Array


@dataclass(frozen=True)
class Equilibrium:
    """A mixture in chemical equilibrium; arrays of the broadcast shape, SI (see `engine.thermo.properties`).

    `mole_fractions` has one more axis at its end, along `species`. Where a case has no answer its numbers are NaN
    and `status` says why (`engine.thermo.status.Status`, 0 is converged). Viscosity (Pa s), conductivity (W/(m K)) and
    Prandtl number are NaN unless they were asked for.
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

    @property
    def internal_energy(self) -> Array:
        """J/kg, h - p/rho."""
        return np.asarray(self.enthalpy - self.pressure / self.density)


def equilibrium(
    problem: str = "",
    *,
    pressure: ArrayLike | None = None,
    density: ArrayLike | None = None,
    temperature: ArrayLike | None = None,
    enthalpy: ArrayLike | None = None,
    internal_energy: ArrayLike | None = None,
    entropy: ArrayLike | None = None,
    only: Sequence[str] | None = None,
    omit: Sequence[str] = (),
    ions: bool = False,
    insert: Sequence[str] = (),
    transport: bool = False,
    **propellant: Unpack[PropellantArguments],
) -> Equilibrium:
    """Chemical equilibrium of a propellant under two conditions, which `problem` names.

    `propellant` are the arguments of `engine.arrays.inputs.PropellantArguments`, such as `fuel`, `oxidizer` and
    `mixture_ratio`. "TP", "HP", "SP" take `pressure` (Pa), "TV", "UV", "SV" `density` (kg/m3), and beside it
    `temperature` (K), `enthalpy`, `internal_energy` (J/kg) or `entropy` (J/(kg K)); an enthalpy left out is that of
    the propellants as they enter. `only`, `omit` and `ions` choose among NASA's product species
    (`engine.thermo.species.product_species`), `insert` names condensed phases to start with, `transport` asks for
    viscosity, conductivity and Prandtl number. Raises SpecError for an unknown problem, propellant or species, for a
    missing condition or one that the problem does not take, and for shapes that do not broadcast.
    """
    available = {
        "temperature": temperature,
        "enthalpy": enthalpy,
        "internal_energy": internal_energy,
        "entropy": entropy,
        "pressure": pressure,
        "density": density,
    }
    thermal, mechanical = _conditions(problem, available)
    require_switches(transport=transport)
    given = {name: available[name] for name in (mechanical, thermal)}
    shape, mixture, flat = mixture_of(propellant, **given)
    wanted = mixture.enthalpy if available[thermal] is None else flat[thermal]
    products = products_of(mixture.elements, mixture.element_moles, only=only, omit=omit, ions=ions)
    state = solve_equilibrium(
        problem,  # type: ignore[arg-type]
        products,
        mixture.element_moles,
        insert=names_in("insert", insert),
        with_transport=transport,
        **{thermal: wanted, mechanical: flat[mechanical]},
    )
    refuse_unmade(products, mixture.element_moles, state.status)
    values = {key: value.reshape(shape + value.shape[1:]) for key, value in vars(state).items()}
    return Equilibrium(**values, species=products.names)


def _conditions(problem: str, available: dict[str, ArrayLike | None]) -> tuple[str, str]:
    """The names of the two conditions; refuses what is missing and what the problem does not take."""
    if not isinstance(problem, str) or problem not in CONDITIONS:
        what = "is missing" if problem == "" else f"{problem!r} is no problem"
        message = f"{what}; give one of {', '.join(CONDITIONS)}"
        raise SpecError([Problem("problem", message, problem)])
    names = CONDITIONS[problem]
    problems = [
        Problem(name, f"is missing; a {problem} problem needs it")
        for name in names
        if available[name] is None and name != "enthalpy"
    ]
    problems += [
        Problem(
            name, f"is not taken by a {problem} problem; leave it out, it is given by {' and '.join(names)}"
        )
        for name, value in available.items()
        if value is not None and name not in names
    ]
    if problems:
        raise SpecError(problems)
    return names
