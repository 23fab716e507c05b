"""Gases of a composition that is kept: before a wave, and behind one that is too quick for reactions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import AnalysisError
from engine.thermo.blocks import Mask
from engine.thermo.catalogue import Reactant, vapour
from engine.thermo.constants import STANDARD_PRESSURE
from engine.thermo.gases import INTERVAL_BOUNDS, Gases, continued
from engine.thermo.nasa_polynomials import TERMS, Array
from engine.thermo.phases import Phases
from engine.thermo.properties import Properties, assemble
from engine.thermo.settling import TEMPERATURE_LIMITS
from engine.thermo.species import ProductSpecies

NO_GAS = (
    "is not a gas of NASA's data; a wave runs through gases whose heat capacity is known: name them as "
    "'H2', 'CH4', 'O2', 'Air', 'Ar'"
)


@dataclass(frozen=True)
class FrozenGas:
    """N gases: moles per kg of the gases (N, S) and of the condensed phases (N, C) of `species`."""

    species: ProductSpecies
    gas: Array
    condensed: Array

    @property
    def moles(self) -> Array:
        """(N,) mol of gas per kg."""
        return np.asarray(self.gas.sum(axis=1))

    @property
    def element_moles(self) -> Array:
        """(N, E) mol/kg in the order of the elements of `species`."""
        return np.asarray(
            self.gas @ self.species.gases.formula + self.condensed @ self.species.phases.formula
        )

    def take(self, rows: NDArray[np.intp]) -> "FrozenGas":
        """The gases at `rows`, as copies."""
        return FrozenGas(self.species, self.gas[rows], self.condensed[rows])

    def sums(self, temperature: Array) -> tuple[Array, Array, Array]:
        """Enthalpy over RT, standard entropy over R and heat capacity over R, each (N,) mol/kg, at T (N,) K."""
        gases = self.species.gases.properties(temperature)
        chosen = np.flatnonzero((self.condensed > 0).any(axis=0))
        phases, solid = self.species.phases.properties(temperature, chosen), self.condensed[:, chosen]
        enthalpy = (self.gas * gases.enthalpy).sum(axis=1) + (solid * phases.enthalpy).sum(axis=1)
        gibbs = (self.gas * gases.gibbs).sum(axis=1) + (solid * phases.gibbs).sum(axis=1)
        capacity = (self.gas * gases.heat_capacity).sum(axis=1) + (solid * phases.heat_capacity).sum(axis=1)
        return enthalpy, enthalpy - gibbs, capacity

    def properties(self, temperature: Array, pressure: Array) -> Properties:
        """Properties at `temperature` (N,) K and `pressure` (N,) Pa; `gamma` is that of the frozen gas."""
        enthalpy, entropy, capacity = self.sums(temperature)
        moles, log_pressure = self.moles, np.log(pressure / STANDARD_PRESSURE)
        partial = np.log(np.maximum(self.gas / moles[:, None], 1e-300)) + log_pressure[:, None]
        return assemble(
            log_pressure=log_pressure,
            log_temperature=np.log(temperature),
            moles=moles,
            condensed=self.condensed.sum(axis=1),
            enthalpy=enthalpy * temperature,
            entropy=entropy - (self.gas * partial).sum(axis=1),
            heat_capacity=capacity,
            heat_capacity_frozen=capacity,
            gamma=capacity / (capacity - moles),
            volume_temperature_slope=np.ones(len(capacity)),
            volume_pressure_slope=-np.ones(len(capacity)),
        )

    def is_usable(self, temperature: Array, pressure: Array) -> Mask:
        """Which cases (N,) have amounts, a temperature within NASA's data and a pressure."""
        usable = np.isfinite(self.gas).all(axis=1) & (self.gas >= 0).all(axis=1) & (self.moles > 0)
        usable &= (temperature >= TEMPERATURE_LIMITS[0]) & (temperature <= TEMPERATURE_LIMITS[1])
        return np.asarray(usable & np.isfinite(pressure) & (pressure > 0))


def unburned_gas(reactants: tuple[Reactant, ...], moles: Array) -> FrozenGas:
    """N mixtures of K gases that have not reacted yet, `moles` (N, K) mol of each per kg of mixture.

    A liquid is taken as its vapour. Raises AnalysisError for a reactant that is no gas of NASA's data.
    """
    gases = [vapour(reactant) for reactant in reactants]
    strange = [reactant.name for reactant, gas in zip(reactants, gases, strict=True) if gas is None]
    if strange:
        raise AnalysisError(f"{', '.join(map(repr, strange))} {NO_GAS}", code="not_a_gas")
    given = [gas for gas in gases if gas is not None]
    distinct = list(dict.fromkeys(given))
    shares = np.array([[gas == other for other in distinct] for gas in given], dtype=np.float64)
    return _gas(distinct, moles @ shares)


def _gas(reactants: list[Reactant], moles: Array) -> FrozenGas:
    elements = tuple(sorted({element for reactant in reactants for element, _ in reactant.formula}))
    formula = np.array([[dict(reactant.formula).get(e, 0.0) for e in elements] for reactant in reactants])
    molar_mass = np.array([reactant.molar_mass for reactant in reactants])
    names = tuple(reactant.name for reactant in reactants)
    gases = Gases(names, formula, molar_mass, _coefficients(reactants, formula.sum(axis=1)))
    none = Phases((), np.empty((0, len(elements))), np.empty(0), np.empty((0, 2)), np.empty((0, 1, TERMS)))
    return FrozenGas(ProductSpecies(elements, gases, none), moles, np.empty((len(moles), 0)))


def _coefficients(reactants: list[Reactant], atoms: Array) -> Array:
    """(3, K, 9): each gas's fit of each interval; where NASA's data ends with the second, its continuation."""
    fits = [np.array([reactant.intervals[place][2] for reactant in reactants]) for place in (0, 1)]
    last = np.array([reactant.intervals[-1][2] for reactant in reactants])
    is_complete = np.array([len(reactant.intervals) > len(INTERVAL_BOUNDS) for reactant in reactants])
    beyond = np.where(is_complete[:, None], last, continued(last, INTERVAL_BOUNDS[-1], atoms))
    return np.stack([*fits, beyond])
