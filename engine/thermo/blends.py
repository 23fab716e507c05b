"""Substances put together in many proportions: one side of a bipropellant, or all of a premixed propellant."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.thermo.catalogue import Propellant, Reactant
from engine.thermo.nasa_polynomials import Array


@dataclass(frozen=True)
class Blend:
    """R substances in N proportions; what is the same for all may have a first axis of one.

    `mass_fractions` (N, R) add to one in each row. `temperatures` (N, R) K are those at which the substances enter;
    NaN stands for the temperature of the catalogue, None for NaN throughout.
    """

    reactants: tuple[Reactant, ...]
    mass_fractions: Array
    temperatures: Array | None = None


def blend_of(propellant: Propellant, temperature: Array | None = None) -> Blend:
    """One propellant as a blend in its own proportions; `temperature` (N,) K holds where its parts have none."""
    fractions = np.array([[fraction for fraction, _ in propellant.components]])
    reactants = tuple(reactant for _, reactant in propellant.components)
    own = np.array([[np.nan if value is None else value for value in propellant.entering(None)]])
    if temperature is None:
        return Blend(reactants, fractions, None if np.isnan(own).all() else own)
    return Blend(reactants, fractions, np.where(np.isnan(own), temperature[:, None], own))


def blend_parts(
    parts: Sequence[Propellant], amounts: Array, temperatures: Array | None, *, is_by_mole: bool
) -> Blend:
    """A blend of P parts that may be blends themselves, in the proportions `amounts` (N, P) by mass or by mole.

    The amounts need not add to one. `temperatures` (N, P) K as in `Blend`. A row with a negative amount, or of zeros
    alone, has no proportions and becomes NaN.
    """
    weights = amounts * np.array([part.molar_mass for part in parts]) if is_by_mole else amounts
    with np.errstate(all="ignore"):
        proper = (weights >= 0.0).all(axis=1, keepdims=True)
        shares = np.where(proper, weights, np.nan) / weights.sum(axis=1, keepdims=True)
    place = np.repeat(np.arange(len(parts)), [len(part.components) for part in parts])
    inner = np.array([fraction for part in parts for fraction, _ in part.components])
    reactants = tuple(reactant for part in parts for _, reactant in part.components)
    heat = None if temperatures is None else temperatures[:, place]
    return Blend(reactants, shares[:, place] * inner, heat)


@dataclass(frozen=True)
class Composition:
    """What a kilogram of each of R substances holds: `element_moles` (R, E) mol/kg and `enthalpy` (R,) J/kg."""

    elements: tuple[str, ...]
    element_moles: Array
    enthalpy: Array


@lru_cache(maxsize=256)
def composition(reactants: tuple[Reactant, ...]) -> Composition:
    """The elements of all substances, by their symbols' order, and how much of them each holds."""
    elements = tuple(sorted({element for reactant in reactants for element, _ in reactant.formula}))
    formulas = [dict(reactant.formula) for reactant in reactants]
    atoms = np.array([[formula.get(element, 0.0) for element in elements] for formula in formulas])
    masses = np.array([reactant.molar_mass for reactant in reactants])
    enthalpy = np.array([reactant.enthalpy for reactant in reactants])
    return Composition(elements, atoms / masses[:, None], enthalpy / masses)
