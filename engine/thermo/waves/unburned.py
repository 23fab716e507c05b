"""The gas before a wave: reactants that have not reacted yet."""

import numpy as np

from engine.errors import Problem, SpecError
from engine.thermo.catalogue import Reactant, is_gas
from engine.thermo.frozen import FrozenGas
from engine.thermo.gases import INTERVAL_BOUNDS, Gases
from engine.thermo.nasa_polynomials import TERMS, Array
from engine.thermo.phases import Phases
from engine.thermo.species import ProductSpecies


def unburned_gas(reactants: tuple[Reactant, ...], moles: Array, field: str) -> FrozenGas:
    """N mixtures of K gases, `moles` (N, K) mol of each per kg of mixture.

    Raises SpecError, about `field`, for a reactant that is no gas or whose heat capacity NASA does not have.
    """
    for reactant in reactants:
        if not reactant.intervals or not is_gas(reactant.name):
            message = (
                f"{reactant.name!r} is not a gas of NASA's data; a wave runs through gases whose heat capacity "
                "is known: name them as 'H2', 'CH4', 'O2', 'Air', 'Ar'"
            )
            raise SpecError([Problem(field, message, reactant.name)], code="not_a_gas")
    elements = tuple(sorted({element for reactant in reactants for element, _ in reactant.formula}))
    formula = np.array([[dict(reactant.formula).get(e, 0.0) for e in elements] for reactant in reactants])
    molar_mass = np.array([reactant.molar_mass for reactant in reactants])
    names = tuple(reactant.name for reactant in reactants)
    gases = Gases(names, formula, molar_mass, _coefficients(reactants))
    species = ProductSpecies(elements, gases, _no_phases(len(elements)))
    return FrozenGas(species, moles, np.empty((len(moles), 0)))


def element_moles(gas: FrozenGas) -> Array:
    """(N, E) mol/kg in the order of the species' elements."""
    return np.asarray(gas.gas @ gas.species.gases.formula)


def _coefficients(reactants: tuple[Reactant, ...]) -> Array:
    """(3, K, 9): each gas's fit of each interval, of its last one beyond that."""
    fits = [
        [reactant.intervals[min(place, len(reactant.intervals) - 1)][2] for reactant in reactants]
        for place in range(len(INTERVAL_BOUNDS) + 1)
    ]
    return np.array(fits, dtype=np.float64)


def _no_phases(elements: int) -> Phases:
    return Phases((), np.empty((0, elements)), np.empty(0), np.empty((0, 2)), np.empty((0, 1, TERMS)))
