"""How a mixture of two propellants moves with its mixture ratio and their temperatures."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.arrays.ingredients import Side, sides_of
from engine.arrays.inputs import PropellantArguments
from engine.arrays.numbers import numbers
from engine.thermo.blends import Blend
from engine.thermo.catalogue import Reactant
from engine.thermo.constants import GAS_CONSTANT
from engine.thermo.nasa_polynomials import Array, basis, heat_capacity_row
from engine.thermo.reactants import ReactantMixture, mix_blends

ABSENT = -1.0
"""K; stands for a temperature that is looked for."""


@dataclass(frozen=True)
class MixtureSlopes:
    """Derivatives of N mixtures per kg: `elements` (N, E) mol/kg and `enthalpy` (N,) J/kg by mixture ratio.

    `by_temperature` are the enthalpy's (N,) by fuel_temperature and oxidizer_temperature. Nothing is there, and the
    rest zero, where the propellant is mixed beforehand.
    """

    elements: Array
    enthalpy: Array
    by_temperature: dict[str, Array]

    @property
    def has_ratio(self) -> bool:
        """Whether there is a mixture ratio to move."""
        return bool(self.by_temperature)

    def take(self, rows: slice) -> "MixtureSlopes":
        """The mixtures at `rows`."""
        heat = {name: value[rows] for name, value in self.by_temperature.items()}
        return MixtureSlopes(self.elements[rows], self.enthalpy[rows], heat)


def mixture_slopes(
    propellant: PropellantArguments, mixture: ReactantMixture, shape: tuple[int, ...]
) -> MixtureSlopes:
    """Of the `mixture` that `engine.arrays.inputs.mixture_of` made of the arguments, of that shape.

    A temperature has no derivative (NaN) where NASA's data has the enthalpy of what it heats at one temperature only.
    """
    cases = len(mixture.enthalpy)
    if "reactants" in propellant:
        return MixtureSlopes(np.zeros_like(mixture.element_moles), np.zeros(cases), {})
    sides = sides_of({name: value for name, value in propellant.items() if value is not None})
    flat = {
        name: np.broadcast_to(numbers(name, value), shape).reshape(-1)
        for side in sides
        for name, value in side.arrays.items()
    }
    fuel, oxidizer = (side.blend(flat) for side in sides)
    alone = [mix_blends(fuel, oxidizer, np.full(cases, share)) for share in (1.0, 0.0)]
    share = mixture.mass_fractions[:, len(oxidizer.reactants) :].sum(axis=1)
    heat = {
        side.temperature: part * _heat_capacity(side, blend, flat, cases)
        for side, blend, part in ((sides[0], fuel, share), (sides[1], oxidizer, 1.0 - share))
    }
    return MixtureSlopes(
        elements=(alone[1].element_moles - alone[0].element_moles) * share[:, None] ** 2,
        enthalpy=(alone[1].enthalpy - alone[0].enthalpy) * share**2,
        by_temperature=heat,
    )


def _heat_capacity(side: Side, blend: Blend, flat: Mapping[str, Array], cases: int) -> Array:
    """J/(kg K) (N,) of the side's mass, of those of its substances that the temperature of the side heats."""
    heated = side.blend({**flat, side.temperature: np.full(cases, ABSENT)}).temperatures
    result = np.zeros(cases)
    if heated is None:
        return result
    for place, reactant in enumerate(blend.reactants):
        temperature = np.full(cases, np.nan)
        if blend.temperatures is not None:
            temperature[:] = blend.temperatures[:, place]
        share = blend.mass_fractions[:, place] / reactant.molar_mass
        is_heated = (heated[:, place] == ABSENT) & (share > 0.0)
        result += np.where(is_heated, share * _molar_heat_capacity(reactant, temperature), 0.0)
    return result


def _molar_heat_capacity(reactant: Reactant, temperature: Array) -> Array:
    """J/(mol K) (N,) at temperatures (N,) K, NaN standing for the reactant's own."""
    if not reactant.intervals:
        return np.full(len(temperature), np.nan)
    given = np.where(np.isnan(temperature), reactant.temperature, temperature)
    starts = np.array([low for low, _, _ in reactant.intervals])
    place = np.clip(np.searchsorted(starts, given, side="right") - 1, 0, None)
    rows = heat_capacity_row(np.array([values for _, _, values in reactant.intervals]))[place]
    with np.errstate(invalid="ignore"):
        return np.asarray(np.einsum("nk,nk->n", rows, basis(given)) * GAS_CONSTANT)
