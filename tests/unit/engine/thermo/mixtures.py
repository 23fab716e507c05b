"""Mixtures that tests of the equilibrium start from, and what holds for any of their compositions."""

import numpy as np

from engine.thermo.catalogue import find
from engine.thermo.constants import GAS_CONSTANT, STANDARD_PRESSURE
from engine.thermo.equilibrium import EquilibriumState, Problem, solve_equilibrium
from engine.thermo.nasa_polynomials import Array
from engine.thermo.reactants import ReactantMixture, mix
from engine.thermo.species import ProductSpecies, product_species

RANGES = {
    ("LH2", "LOX"): (1.0, 30.0),
    ("RP-1", "LOX"): (0.6, 12.0),
    ("MMH", "N2O4"): (0.4, 8.0),
    ("NH3", "LF2"): (0.8, 10.0),
}
"""Mass of oxidizer per mass of fuel, from far too rich to far too lean."""


def mixture(
    pair: tuple[str, str], mixture_ratio: Array | list[float]
) -> tuple[ProductSpecies, ReactantMixture]:
    """The products of a pair of propellants, and the pair mixed at each ratio."""
    mixed = mix(find(pair[0]), find(pair[1]), np.asarray(mixture_ratio, dtype=np.float64))
    return product_species(mixed.elements), mixed


class Batch:
    """Random mixtures of one pair of propellants at random pressures and temperatures."""

    def __init__(
        self,
        pair: tuple[str, str],
        seed: int,
        cases: int = 12,
        coldest: float = 700.0,
        hottest: float = 5000.0,
    ) -> None:
        random = np.random.default_rng(seed)
        low, high = np.log(RANGES[pair])
        self.products, mixed = mixture(pair, np.exp(random.uniform(low, high, cases)))
        self.elements, self.enthalpy = mixed.element_moles, mixed.enthalpy
        self.pressure = np.exp(random.uniform(np.log(1e4), np.log(4e7), cases))
        self.temperature = random.uniform(coldest, hottest, cases)

    def solve(self, problem: Problem, given: Array, **changes: Array) -> EquilibriumState:
        condition = {"TP": "temperature", "HP": "enthalpy", "SP": "entropy"}[problem]
        return solve_equilibrium(
            problem,
            self.products,
            changes.get("elements", self.elements),
            pressure=changes.get("pressure", self.pressure),
            **{condition: given},
        )

    def flames(self) -> EquilibriumState:
        return self.solve("HP", self.enthalpy)

    def settled(self) -> EquilibriumState:
        return self.solve("TP", self.temperature)


def moles(products: ProductSpecies, state: EquilibriumState) -> Array:
    """(N, S + C) mol/kg of every species."""
    return np.asarray(state.mole_fractions / state.molar_mass_mixture[:, None])


def chemical_potentials(
    products: ProductSpecies, amounts: Array, temperature: Array, pressure: Array
) -> Array:
    """(N, S + C) in units of RT, of the species in a mixture of `amounts` (N, S + C) mol/kg."""
    gases = len(products.gases.names)
    gas = amounts[:, :gases]
    partial = gas / gas.sum(axis=1, keepdims=True) * (pressure / STANDARD_PRESSURE)[:, None]
    everything = np.arange(len(products.phases.names))
    return np.concatenate(
        [
            products.gases.properties(temperature).gibbs + np.log(np.maximum(partial, 1e-300)),
            products.phases.properties(temperature, everything).gibbs,
        ],
        axis=1,
    )


def molar_enthalpies(products: ProductSpecies, temperature: Array) -> Array:
    """(N, S + C) J/mol."""
    everything = np.arange(len(products.phases.names))
    scaled = np.concatenate(
        [
            products.gases.properties(temperature).enthalpy,
            products.phases.properties(temperature, everything).enthalpy,
        ],
        axis=1,
    )
    return np.asarray(scaled * GAS_CONSTANT * temperature[:, None])
