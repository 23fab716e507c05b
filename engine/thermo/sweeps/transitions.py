"""Two forms of one substance, and the temperature at which they coexist."""

import numpy as np

from engine.thermo.species import ProductSpecies
from engine.thermo.sweeps.iteration import Assembly

STEPS = 6


def assembly_of(species: ProductSpecies, phases: tuple[int, ...]) -> Assembly | None:
    """The assembly of `phases`, forms that coexist at its end; None where more than one temperature would be fixed."""
    siblings = species.phases.siblings[np.ix_(phases, phases)]
    if not siblings.any():
        return Assembly(phases)
    pair = np.flatnonzero(siblings.any(axis=1))
    formula = species.phases.formula[[phases[place] for place in pair]]
    if len(pair) != 2 or not np.array_equal(formula[0], formula[1]):
        return None
    others = tuple(phase for place, phase in enumerate(phases) if place not in pair)
    first, second = (phases[place] for place in pair)
    return Assembly((*others, first, second), _coexistence(species, first, second))


def _coexistence(species: ProductSpecies, first: int, second: int) -> float:
    """ln T where the Gibbs energies of two forms are equal, near the temperature where NASA's fits change over."""
    phases = species.phases
    low, high = phases.lowest[[first, second]], phases.highest[[first, second]]
    temperature = np.array([float(np.max(low))]) if abs(np.max(low) - np.min(high)) < 1.0 else high[:1]
    chosen = np.array([first, second], dtype=np.intp)
    for _ in range(STEPS):
        found = phases.properties(temperature, chosen)
        gap = found.gibbs[:, 1] - found.gibbs[:, 0]
        # d(g/RT)/d ln T = -h/RT
        temperature = temperature * np.exp(gap / (found.enthalpy[:, 1] - found.enthalpy[:, 0]))
    return float(np.log(temperature[0]))
