"""Chapman-Jouguet detonations of many gas mixtures at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.thermo.blocks import element_groups
from engine.thermo.nasa_polynomials import Array
from engine.thermo.species import ProductSpecies
from engine.thermo.status import Status
from engine.thermo.waves.equilibrium import detonate
from engine.thermo.waves.fronts import DetonationFront
from engine.thermo.waves.gas import FrozenGas
from engine.thermo.waves.results import GasState


@dataclass
class Detonations:
    """N detonations: the gas before them, the burned gas, which flows off at its speed of sound, and each Status (N,).

    The velocity of `initial` is that of the detonation.
    """

    initial: GasState
    burned: GasState
    status: NDArray[np.int8]


def solve_detonation(
    products: ProductSpecies, gas: FrozenGas, temperature: Array, pressure: Array
) -> Detonations:
    """The detonations that run by themselves through `gas` at `temperature` (N,) K and `pressure` (N,) Pa.

    `products` are made of the elements of the gas, in the same order. A case that cannot be solved has a status that
    says why and NaN for numbers, and does not disturb the others.
    Source: NASA RP-1311 part I, chapter 8; the iteration is ours (docs/waves.md).
    """
    elements, cases = products.complete(gas.element_moles), len(pressure)
    result = Detonations(
        GasState.unknown(cases, gas.species),
        GasState.unknown(cases, products),
        np.full(cases, Status.INVALID_INPUT, dtype=np.int8),
    )
    usable = gas.is_usable(temperature, pressure)
    for rows, columns, subset in element_groups(products, elements, usable):
        with np.errstate(all="ignore"):
            before = gas.take(rows).properties(temperature[rows], pressure[rows])
            front = DetonationFront.before(before, elements[np.ix_(rows, columns)])
            behind = detonate(subset, front)
        result.status[rows] = behind.status
        good = behind.good
        before, behind, rows = before.take(good), behind.take(good), rows[good]
        burned = behind.properties
        flux = np.sqrt((burned.pressure - before.pressure) / (1.0 / before.density - 1.0 / burned.density))
        result.initial.fill(rows, gas.take(rows), before, flux / before.density)
        result.burned.fill(rows, behind.gas, burned, flux / burned.density)
    return result
