"""Reactants mixed for many cases at once: element moles and enthalpy per kg of propellant."""

from dataclasses import dataclass

import numpy as np

from engine.errors import Problem, SpecError
from engine.thermo.catalogue import Propellant, Reactant
from engine.thermo.constants import GAS_CONSTANT
from engine.thermo.nasa_polynomials import Array, basis, enthalpy_row

TEMPERATURE_TOLERANCE = 10.0
"""K; CEA takes a reactant known at one temperature for any within 10 K of it, with the enthalpy it has there."""


@dataclass(frozen=True)
class ReactantMixture:
    """N mixtures of the same substances: `element_moles` (N, E) mol/kg and `enthalpy` (N,) J/kg."""

    elements: tuple[str, ...]
    element_moles: Array
    enthalpy: Array


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
    parts = [*oxidizer.components, *fuel.components]
    elements = tuple(sorted({element for _, reactant in parts for element, _ in reactant.formula}))
    fuel_share = 1.0 / (1.0 + mixture_ratio)
    moles = np.zeros((len(mixture_ratio), len(elements)))
    enthalpy = np.zeros(len(mixture_ratio))
    sides = ((fuel, fuel_share, fuel_temperature), (oxidizer, 1.0 - fuel_share, oxidizer_temperature))
    for propellant, share, temperature in sides:
        for fraction, reactant in propellant.components:
            amount = share * fraction / reactant.molar_mass
            atoms = dict(reactant.formula)
            moles += amount[:, None] * np.array([atoms.get(element, 0.0) for element in elements])
            enthalpy += amount * molar_enthalpy(reactant, temperature)
    return ReactantMixture(elements, moles, enthalpy)


def molar_enthalpy(reactant: Reactant, temperature: Array | None) -> Array:
    """J/mol at `temperature` (N,) K, where NaN stands for the reactant's own; (1,) where all do."""
    own = np.array([reactant.enthalpy])
    if temperature is None or not reactant.intervals:
        return own
    given = np.where(np.isnan(temperature), reactant.temperature, temperature)
    starts = np.array([low for low, _, _ in reactant.intervals])
    place = np.clip(np.searchsorted(starts, given, side="right") - 1, 0, None)
    rows = enthalpy_row(np.array([values for _, _, values in reactant.intervals]))[place]
    corrected = np.einsum("nk,nk->n", rows, basis(given)) * GAS_CONSTANT * given
    return np.where(np.isnan(temperature), own, corrected)


def check_temperature(propellant: Propellant, temperature: float | None, field: str) -> None:
    """Raises SpecError, naming `field` and what is allowed, where the enthalpy at `temperature` is not known."""
    if temperature is None:
        return
    for _, reactant in propellant.components:
        if reactant.intervals:
            low, high = reactant.intervals[0][0], reactant.intervals[-1][1]
            allowed = f"the data of {reactant.name} reaches from {low:g} to {high:g} K"
        else:
            low = reactant.temperature - TEMPERATURE_TOLERANCE
            high = reactant.temperature + TEMPERATURE_TOLERANCE
            allowed = f"the enthalpy of {reactant.name} is known at {reactant.temperature:g} K only"
        if not low <= temperature <= high:
            message = f"{temperature:g} K is not possible: {allowed}; leave it out, or define the propellant in full"
            raise SpecError([Problem(field, message, temperature)], code="temperature_outside_data")
