"""Detonations for arrays of gas mixtures and conditions before them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.arrays.inputs import Array, broadcast
from engine.arrays.wave_state import WaveState, gas_of
from engine.thermo.species import product_species
from engine.thermo.waves.detonation import solve_detonation


@dataclass(frozen=True)
class Detonation:
    """Chapman-Jouguet detonations: the gas before them (`initial`) and behind (`burned`), in the broadcast shape.

    The velocity and Mach number of `initial` are those of the detonation. Where a case has no answer its numbers are
    NaN and `status` says why (`engine.thermo.status.Status`, 0 is converged).
    """

    initial: WaveState
    burned: WaveState
    status: NDArray[np.int8]

    @property
    def velocity(self) -> Array:
        """m/s, of the detonation in the gas at rest."""
        return self.initial.velocity

    @property
    def mach(self) -> Array:
        """The velocity over the speed of sound of the gas before it."""
        return self.initial.mach

    @property
    def pressure_ratio(self) -> Array:
        """Behind over before."""
        return self.burned.pressure / self.initial.pressure

    @property
    def temperature_ratio(self) -> Array:
        """Behind over before."""
        return self.burned.temperature / self.initial.temperature

    @property
    def density_ratio(self) -> Array:
        """Behind over before."""
        return self.burned.density / self.initial.density


def detonation(
    *,
    fuel: str | dict[str, Any],
    oxidizer: str | dict[str, Any],
    mixture_ratio: ArrayLike,
    temperature: ArrayLike,
    pressure: ArrayLike,
) -> Detonation:
    """The Chapman-Jouguet detonations of gas mixtures at `temperature` (K) and `pressure` (Pa).

    Propellants that are liquids are taken as their vapour; `temperature` is that of the mixture. Raises SpecError for
    an unknown propellant, for one that is no gas of NASA's data, and for shapes that do not broadcast.

    >>> wave = detonation(fuel="H2", oxidizer="O2", mixture_ratio=7.937, temperature=298.15, pressure=1e5)
    >>> wave.velocity.round(0)
    array(2836.)
    """
    shape, (ratio, heat, at_pressure) = broadcast(mixture_ratio, temperature, pressure)
    gas = gas_of(fuel, oxidizer, ratio)
    found = solve_detonation(product_species(gas.species.elements), gas, heat, at_pressure)
    return Detonation(
        WaveState.of(found.initial, shape), WaveState.of(found.burned, shape), found.status.reshape(shape)
    )
