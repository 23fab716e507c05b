"""Reactants mixed for many cases at once: element moles and enthalpy per kg of propellant."""

from dataclasses import dataclass

import numpy as np

from engine.errors import Problem, SpecError
from engine.thermo.blends import Blend, blend_of, composition
from engine.thermo.catalogue import Propellant, Reactant, temperature_problem
from engine.thermo.constants import GAS_CONSTANT
from engine.thermo.nasa_polynomials import Array, basis, enthalpy_row


@dataclass(frozen=True)
class ReactantMixture:
    """N mixtures of the same substances: `element_moles` (N, E) mol/kg and `enthalpy` (N,) J/kg.

    `reactants` are the substances, oxidizers first; `mass_fractions` (N, R) are their shares of the whole.
    """

    elements: tuple[str, ...]
    element_moles: Array
    enthalpy: Array
    reactants: tuple[Reactant, ...]
    mass_fractions: Array


def mix(
    fuel: Propellant,
    oxidizer: Propellant,
    mixture_ratio: Array,
    fuel_temperature: Array | None = None,
    oxidizer_temperature: Array | None = None,
) -> ReactantMixture:
    """Mix at `mixture_ratio` (N,), mass of oxidizer per mass of fuel (NASA RP-1311 part I, eqs. 9.3-9.14).

    The temperatures (N,) K are those at which the propellants enter; NaN, or None for all, stands for the
    temperature of the catalogue. They have to be ones that `check_temperature` lets through.
    """
    sides = blend_of(fuel, fuel_temperature), blend_of(oxidizer, oxidizer_temperature)
    return mix_blends(sides[0], sides[1], 1.0 / (1.0 + mixture_ratio))


def mix_blends(fuel: Blend, oxidizer: Blend, fuel_share: Array) -> ReactantMixture:
    """Mix two blends so that `fuel_share` (N,) of the mass is the fuel's."""
    share = fuel_share[:, None]
    fractions = np.concatenate([(1.0 - share) * oxidizer.mass_fractions, share * fuel.mass_fractions], axis=1)
    heat = None
    if fuel.temperatures is not None or oxidizer.temperatures is not None:
        shape = (len(share), 1)
        heat = np.concatenate([_temperatures(side) * np.ones(shape) for side in (oxidizer, fuel)], axis=1)
    return premix(Blend((*oxidizer.reactants, *fuel.reactants), fractions, heat))


def premix(blend: Blend) -> ReactantMixture:
    """The mixture that a blend is by itself, per kg (NASA RP-1311 part I, eqs. 9.3 and 9.7)."""
    substances = composition(blend.reactants)
    moles = blend.mass_fractions @ substances.element_moles
    enthalpy = blend.mass_fractions @ substances.enthalpy
    if blend.temperatures is not None:
        for place, reactant in enumerate(blend.reactants):
            rise = molar_enthalpy(reactant, blend.temperatures[:, place]) - reactant.enthalpy
            enthalpy = enthalpy + blend.mass_fractions[:, place] * rise / reactant.molar_mass
    return ReactantMixture(substances.elements, moles, enthalpy, blend.reactants, blend.mass_fractions)


def molar_enthalpy(reactant: Reactant, temperature: Array | None) -> Array:
    """J/mol at `temperature` (N,) K, where NaN stands for the reactant's own; (1,) where all do."""
    own = np.array([reactant.enthalpy])
    if temperature is None or not reactant.intervals:
        return own
    given = np.where(np.isnan(temperature), reactant.temperature, temperature)
    starts = np.array([low for low, _, _ in reactant.intervals])
    place = np.clip(np.searchsorted(starts, given, side="right") - 1, 0, None)
    rows = enthalpy_row(np.array([values for _, _, values in reactant.intervals]))[place]
    with np.errstate(invalid="ignore"):
        corrected = np.einsum("nk,nk->n", rows, basis(given)) * GAS_CONSTANT * given
    return np.where(np.isnan(temperature), own, corrected)


def check_temperature(propellant: Propellant, temperature: float | None, field: str) -> None:
    """Raises SpecError, naming `field` and what is allowed, where the enthalpy at `temperature` is not known.

    Parts of the propellant that have a temperature of their own are passed over.
    """
    if temperature is not None:
        message = temperature_problem(propellant, temperature)
        if message is not None:
            raise SpecError([Problem(field, message, temperature)], code="temperature_outside_data")


def _temperatures(blend: Blend) -> Array:
    return np.full((1, len(blend.reactants)), np.nan) if blend.temperatures is None else blend.temperatures
