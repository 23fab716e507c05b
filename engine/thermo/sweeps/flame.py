"""A first flame of a mixture about which nothing is known: its gases alone, near their temperature.

At a given temperature and pressure the potentials are those that maximise sum b_i pi_i while the mole fractions which
they give add to one (docs/equilibrium.md, eq. 15). Newton's steps on the logarithm of that sum need no damping but a
bound: it is convex, and nearly linear where one gas outweighs all.
"""

import numpy as np

from engine.thermo.nasa_polynomials import Array
from engine.thermo.species import ProductSpecies
from engine.thermo.sweeps.flow import Flow
from engine.thermo.sweeps.iteration import Wanted

TEMPERATURE = 3000.0
"""K, where the search begins."""
COLDEST, HOTTEST, LONGEST_WARMING = 1000.0, 5000.0, 800.0
NEAR = 200.0
"""K of the flame's own temperature: Newton's iteration does the rest."""
ROUNDS, STEPS = 4, 40
FEW_ATOMS = np.log(1e-7)
"""ln of the mole fraction of single atoms from which the search begins."""
LARGEST = 6.0
"""Of a step in ln of a mole fraction, where the gas is not a mere trace."""
TRACE = 1e-8
ROUGH = 0.1
REACTING = 2.0
"""By how much a mixture that reacts takes up more heat than one that does not."""
SOFTENING = 1e-9


def first_flame(species: ProductSpecies, wanted: Wanted, log_pressure: float) -> Flow | None:
    """The flame of the first case of `wanted`, roughly; None where none is found, or an element has no single atoms."""
    formula = species.gases.formula
    alone = (formula.sum(axis=1) == 1.0) & (formula.max(axis=1) == 1.0)
    if not formula[alone].any(axis=0).all():
        return None
    atoms = np.flatnonzero(alone)[formula[alone].argmax(axis=0)]
    elements, temperature = wanted.elements[:, 0], np.array([TEMPERATURE])
    potentials, log_total = None, float(np.log(elements.sum()))
    for _ in range(ROUNDS):
        found = species.gases.properties(temperature)
        gibbs = found.gibbs[0] + log_pressure
        if potentials is None:
            potentials = gibbs[atoms] + FEW_ATOMS
        potentials, log_total, fractions = _burnt(formula, gibbs, elements, potentials, log_total)
        moles = np.exp(log_total) * fractions
        heat = wanted.enthalpy[0] - temperature * (moles @ found.enthalpy[0])
        warmer = heat / (REACTING * (moles @ found.heat_capacity[0]))
        if not np.isfinite(warmer).all():
            return None
        if abs(warmer[0]) < NEAR:
            break
        warmer = np.clip(warmer, -LONGEST_WARMING, LONGEST_WARMING)
        temperature = np.clip(temperature + warmer, COLDEST, HOTTEST)
    flow = Flow.empty(len(elements), len(species.phases.names), 1)
    flow.potentials[:, 0], flow.log_total[:], flow.log_pressure[:] = potentials, log_total, log_pressure
    flow.log_temperature[:] = np.log(temperature)
    return flow


def _burnt(
    formula: Array, gibbs: Array, elements: Array, potentials: Array, log_total: float
) -> tuple[Array, float, Array]:
    """Potentials (E,), ln of the moles per kg and mole fractions (S,) where `gibbs` (S,) + ln p hold."""
    fractions = np.zeros(len(gibbs))
    for _ in range(STEPS):
        exponent = formula @ potentials - gibbs
        largest = exponent.max()
        fractions = np.exp(exponent - largest)
        total = fractions.sum()
        fractions /= total
        step = _step(formula, fractions, elements * np.exp(-log_total), -largest - np.log(total))
        if not np.isfinite(step).all():
            return np.full_like(potentials, np.nan), np.nan, fractions
        size = np.abs(formula[fractions > TRACE] @ step[:-1]).max()
        factor = min(1.0, LARGEST / max(size, LARGEST))
        potentials = potentials + factor * step[:-1]
        log_total += float(np.clip(factor * step[-1], -1.0, 1.0))
        if size < ROUGH:
            break
    return potentials, log_total, fractions


def _step(formula: Array, fractions: Array, elements: Array, excess: float) -> Array:
    """Newton's step (E + 1,) of the potentials and ln n; `elements` (E,) are per mole of gas."""
    count = len(elements)
    mean = fractions @ formula
    system = np.zeros((count + 1, count + 1))
    system[:count, :count] = (formula.T * fractions) @ formula - np.outer(mean, mean)
    system[np.arange(count), np.arange(count)] += SOFTENING
    system[:count, count] = system[count, :count] = mean
    try:
        return np.asarray(np.linalg.solve(system, np.append(elements - mean, excess)))
    except np.linalg.LinAlgError:
        return np.full(count + 1, np.nan)
