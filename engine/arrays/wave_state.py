"""What detonations and shocks share: the gas before and behind them, and the gases that are given."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays.inputs import PropellantArguments, mixture_of
from engine.errors import Problem, SpecError
from engine.thermo.nasa_polynomials import Array
from engine.thermo.waves.gas import FrozenGas, unburned_gas
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
    _check(propellant)
    shape, mixture, flat = mixture_of(propellant, **others)
    molar_mass = np.array([reactant.molar_mass for reactant in mixture.reactants])
    return shape, unburned_gas(mixture.reactants, mixture.mass_fractions / molar_mass), flat


def _check(propellant: PropellantArguments) -> None:
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
