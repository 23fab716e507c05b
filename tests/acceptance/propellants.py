"""Mixtures of any number of substances, as ours and as NASA's wheel take them."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.thermo.catalogue import Reactant, find
from engine.thermo.nasa_polynomials import Array
from engine.thermo.species import ProductSpecies, product_species
from engine.validation.cea import CEA_GAS_CONSTANT, mixtures

LIQUIDS = {
    ("LH2", "LOX"): (3.0, 8.0),
    ("RP-1", "LOX"): (1.8, 4.0),
    ("MMH", "N2O4"): (1.2, 3.0),
    ("HTPB", "N2O"): (3.0, 9.0),
}
"""Mass of oxidizer per mass of fuel."""
ALUMINISED = {"NH4CLO4(I)": 0.70, "HTPB": 0.12, "AL(cr)": 0.18}
"""A composite solid propellant; mass fractions."""


@dataclass
class Recipe:
    """Cases of the same substances: `weights` (N, R) of each in a kilogram."""

    reactants: list[Reactant]
    weights: Array

    @property
    def products(self) -> ProductSpecies:
        return product_species(self.elements)

    @property
    def elements(self) -> tuple[str, ...]:
        return tuple(sorted({element for part in self.reactants for element, _ in part.formula}))

    @property
    def element_moles(self) -> Array:
        atoms = [
            [dict(part.formula).get(element, 0.0) for element in self.elements] for part in self.reactants
        ]
        return np.asarray(self.weights / self._molar_mass @ np.array(atoms))

    @property
    def enthalpy(self) -> Array:
        return np.asarray(
            self.weights / self._molar_mass @ np.array([part.enthalpy for part in self.reactants])
        )

    @property
    def _molar_mass(self) -> Array:
        return np.array([part.molar_mass for part in self.reactants])

    def reference(self) -> "Reference":
        return Reference(self)


class Reference:
    """The wheel's solver for a recipe."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.library, mixture, products = mixtures(recipe.reactants)
        self.solver = self.library.RocketSolver(products, reactants=mixture)

    def solve(self, case: int, pressure: float, **how: Any) -> Any:
        """The wheel's solution of one case at `pressure` (Pa)."""
        solution = self.library.RocketSolution(self.solver)
        enthalpy = self.recipe.enthalpy[case] / CEA_GAS_CONSTANT
        self.solver.solve(solution, self.recipe.weights[case], pressure / 1e5, hc=enthalpy, **how)
        return solution


def liquid(pair: tuple[str, str], ratios: Array) -> Recipe:
    """A fuel and an oxidizer at each of the mixture ratios."""
    sides = [find(name) for name in pair]
    shares = np.stack([1.0 / (1.0 + ratios), ratios / (1.0 + ratios)])
    columns = [shares[side] * part for side in range(2) for part, _ in sides[side].components]
    return Recipe([reactant for side in sides for _, reactant in side.components], np.stack(columns, axis=1))


def aluminised(cases: int) -> Recipe:
    """The solid propellant, `cases` times."""
    reactants = [find(name).components[0][1] for name in ALUMINISED]
    return Recipe(reactants, np.tile(list(ALUMINISED.values()), (cases, 1)))
