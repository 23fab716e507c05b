"""What detonations and shocks share: the gas before and behind them, and the gases that are given."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from engine.arrays.inputs import Array
from engine.parsing import parse_propellant
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


def gas_of(fuel: str | dict[str, Any], oxidizer: str | dict[str, Any], ratio: Array) -> FrozenGas:
    """The two mixed at `ratio` (N,), oxidizer to fuel by mass, as the gases that they are or evaporate to.

    Raises SpecError for an unknown propellant and for one that is no gas of NASA's data.
    """
    share = 1.0 / (1.0 + np.where(ratio >= 0, ratio, np.nan))
    sides = [(parse_propellant(fuel, "fuel"), share), (parse_propellant(oxidizer, "oxidizer"), 1.0 - share)]
    parts = [(part, fraction * of) for side, of in sides for fraction, part in side.components]
    moles = np.stack([amount / part.molar_mass for part, amount in parts], axis=1)
    return unburned_gas(tuple(part for part, _ in parts), moles)
