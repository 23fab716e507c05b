"""Detonations for arrays of gas mixtures and conditions before them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.arrays.inputs import PropellantArguments
from engine.arrays.options import products_of, require
from engine.arrays.wave_state import WaveState, gases_of
from engine.thermo.nasa_polynomials import Array
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

    @property
    def molar_mass_ratio(self) -> Array:
        """Behind over before."""
        return self.burned.molar_mass / self.initial.molar_mass


def detonation(
    *,
    temperature: ArrayLike | None = None,
    pressure: ArrayLike | None = None,
    only: Sequence[str] | None = None,
    omit: Sequence[str] = (),
    ions: bool = False,
    **propellant: Unpack[PropellantArguments],
) -> Detonation:
    """The Chapman-Jouguet detonations of gas mixtures at `temperature` (K) and `pressure` (Pa).

    `propellant` are the arguments of `engine.arrays.inputs.PropellantArguments`, such as `fuel`, `oxidizer` and
    `equivalence_ratio`, or `reactants` with their `mole_fraction`; liquids are taken as their vapour. `only`, `omit`
    and `ions` choose among the products (`engine.thermo.species.product_species`). Raises SpecError for an unknown
    propellant or product, for a propellant that is no gas of NASA's data, and for shapes that do not broadcast.

    >>> wave = detonation(fuel="H2", oxidizer="O2", equivalence_ratio=1.0, temperature=298.15, pressure=1e5)
    >>> wave.velocity.round(0)
    array(2836.)
    """
    require(temperature=temperature, pressure=pressure)
    shape, gas, flat = gases_of(propellant, temperature=temperature, pressure=pressure)
    products = products_of(gas.species.elements, gas.element_moles, only=only, omit=omit, ions=ions)
    found = solve_detonation(products, gas, flat["temperature"], flat["pressure"])
    return Detonation(
        WaveState.of(found.initial, shape), WaveState.of(found.burned, shape), found.status.reshape(shape)
    )
