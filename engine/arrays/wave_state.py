"""What detonations and shocks share: the gas before and behind them, and the gases that are given."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays.ingredients import sides_of
from engine.arrays.inputs import PropellantArguments, mixture_of
from engine.errors import Problem, SpecError
from engine.thermo.catalogue import vapour
from engine.thermo.nasa_polynomials import Array
from engine.thermo.settling import TEMPERATURE_LIMITS
from engine.thermo.waves.gas import NO_GAS, FrozenGas, unburned_gas
from engine.thermo.waves.results import GasState


@dataclass(frozen=True)
class WaveState:
    """A gas at one side of a wave; arrays of the broadcast shape, SI (see `engine.thermo.properties`).

    `velocity` is that of the gas relative to the wave, `mach` its Mach number; `mole_fractions` has one more axis
    at its end, along `species`.
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
    velocity: Array
    mach: Array
    mole_fractions: Array
    species: tuple[str, ...]

    @classmethod
    def of(cls, state: GasState, shape: tuple[int, ...]) -> "WaveState":
        """The state of N cases in the `shape` that has as many."""
        names = [item.name for item in fields(cls) if item.name != "species"]
        values = {name: getattr(state, name) for name in names}
        shaped = {name: value.reshape(shape + value.shape[1:]) for name, value in values.items()}
        return cls(**shaped, species=state.species.names)


def gases_of(
    propellant: PropellantArguments, **others: ArrayLike | None
) -> tuple[tuple[int, ...], FrozenGas, dict[str, Array]]:
    """The common shape of all inputs, the gases of its N cases, and `others` flat at that length (None is NaN).

    Raises SpecError as `engine.arrays.inputs.mixture_of` does, for a substance that is no gas of NASA's data, and
    for temperatures other than that of the whole gas.
    """
    _check_temperatures(propellant)
    shape, mixture, flat = mixture_of(propellant, **others)
    _check_gases(propellant)
    _check_temperature(flat["temperature"])
    molar_mass = np.array([reactant.molar_mass for reactant in mixture.reactants])
    return shape, unburned_gas(mixture.reactants, mixture.mass_fractions / molar_mass), flat


def _check_temperature(temperature: Array) -> None:
    """Refuses temperatures (N,) K that NASA's data of gases has in no case."""
    low, high = TEMPERATURE_LIMITS
    if len(temperature) and not ((temperature >= low) & (temperature <= high)).any():
        shown = f"{temperature[0]:g} K is not" if len(temperature) == 1 else "none of the values is"
        message = (
            f"{shown} possible: NASA's data of gases reaches from {low:g} to {high:g} K; give one between"
        )
        raise SpecError([Problem("temperature", message)])


def _check_temperatures(propellant: PropellantArguments) -> None:
    """Refuses what mixtures have elsewhere: parts that enter at temperatures of their own."""
    sides = ("fuel", "oxidizer", "reactants")
    own = [f"{side}_temperature" for side in sides if propellant.get(f"{side}_temperature") is not None]
    for side in sides:
        parts = propellant.get(side)
        if isinstance(parts, list | tuple):
            own += [
                f"{side}.{place}.temperature"
                for place, part in enumerate(parts)
                if isinstance(part, Mapping) and "temperature" in part and "formula" not in part
            ]
    if own:
        message = (
            "has no place here: the gas before a wave has one temperature; leave it out, give temperature"
        )
        raise SpecError([Problem(name, message) for name in own])


def _check_gases(propellant: PropellantArguments) -> None:
    """Refuses substances that are no gases, by the fields in which they are given."""
    given = {name: value for name, value in propellant.items() if value is not None}
    problems = []
    for side in sides_of(given):
        for place, part in enumerate(side.parts):
            field = f"{side.name}.{place}" if side.fractions else side.name
            strange = [reactant.name for _, reactant in part.components if vapour(reactant) is None]
            problems += [Problem(field, f"{name!r} {NO_GAS}", name) for name in strange]
    if problems:
        raise SpecError(problems, code="not_a_gas")
