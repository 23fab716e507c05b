"""How what is given of two propellants moves the mixture that burns."""

from dataclasses import dataclass

import numpy as np

from engine.thermo.catalogue import Propellant, Reactant
from engine.thermo.constants import GAS_CONSTANT
from engine.thermo.nasa_polynomials import Array, basis, heat_capacity_row
from engine.thermo.reactants import ReactantMixture, mix


@dataclass(frozen=True)
class MixtureSlopes:
    """Derivatives of N mixtures per kg: `elements` (N, E) mol/kg and `enthalpy` (N,) J/kg by mixture ratio.

    The others (N,) are the enthalpy's by the temperatures of fuel and oxidizer.
    """

    elements: Array
    enthalpy: Array
    by_fuel_temperature: Array
    by_oxidizer_temperature: Array


def mixture_slopes(
    fuel: Propellant,
    oxidizer: Propellant,
    mixture_ratio: Array,
    fuel_temperature: Array,
    oxidizer_temperature: Array,
) -> MixtureSlopes:
    """The derivatives at `mixture_ratio` (N,) of what `mix` gives; temperatures (N,) K, or NaN for their own."""
    pure = [
        mix(fuel, oxidizer, np.full(len(mixture_ratio), ratio), fuel_temperature, oxidizer_temperature)
        for ratio in (0.0, np.inf)
    ]
    share = 1.0 / (1.0 + mixture_ratio)
    return MixtureSlopes(
        elements=_difference(pure, "element_moles") * (share**2)[:, None],
        enthalpy=_difference(pure, "enthalpy") * share**2,
        by_fuel_temperature=share * heat_capacity(fuel, fuel_temperature),
        by_oxidizer_temperature=(1.0 - share) * heat_capacity(oxidizer, oxidizer_temperature),
    )


def _difference(pure: list[ReactantMixture], name: str) -> Array:
    fuel, oxidizer = (getattr(mixture, name) for mixture in pure)
    return np.asarray(oxidizer - fuel)


def heat_capacity(propellant: Propellant, temperature: Array) -> Array:
    """J/(kg K) (N,) at `temperature` (N,) K, NaN standing for the propellant's own.

    NaN where NASA's data has the enthalpy of a component at one temperature only.
    """
    result = np.zeros(len(temperature))
    for fraction, reactant in propellant.components:
        result += fraction / reactant.molar_mass * _molar_heat_capacity(reactant, temperature)
    return result


def _molar_heat_capacity(reactant: Reactant, temperature: Array) -> Array:
    if not reactant.intervals:
        return np.full(len(temperature), np.nan)
    given = np.where(np.isnan(temperature), reactant.temperature, temperature)
    starts = np.array([low for low, _, _ in reactant.intervals])
    place = np.clip(np.searchsorted(starts, given, side="right") - 1, 0, None)
    rows = heat_capacity_row(np.array([values for _, _, values in reactant.intervals]))[place]
    return np.asarray(np.einsum("nk,nk->n", rows, basis(given)) * GAS_CONSTANT)
