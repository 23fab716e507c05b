"""The throat where a condensed phase begins to form or to freeze, and the speed of sound jumps.

The gas is slower than sound on one side and faster on the other, so that the throat stays at the very
pressure where the phase appears. That pressure moves as the affinity of the phase stays zero.
"""

import numpy as np
from numpy.typing import NDArray

from engine.thermo.gradients.states import StationState
from engine.thermo.gradients.tangent import Tangent
from engine.thermo.nasa_polynomials import Array

SONIC_TOLERANCE = 1e-5
"""Of a Mach number of 1."""
RANGE_TOLERANCE = 1e-2
"""K; how far outside its data a phase is looked for whose sibling is about to turn into it."""


def affinity_slopes(at: StationState, tangent: Tangent) -> Array:
    """Derivatives (N, Q) of what the potentials pay for the phase that is next to appear, over RT.

    With a frozen composition only melting and freezing are possible, and the temperature stands for it.
    """
    if not tangent.potential_slopes.shape[2]:
        return tangent.log_temperature
    place = _next_phase(at, tangent.potentials)
    phases = at.species.phases
    enthalpy = phases.properties(at.temperature, np.arange(len(phases.names))).enthalpy
    heat = np.take_along_axis(enthalpy, place[:, None], axis=1)
    change = np.einsum("nqe,ne->nq", tangent.potential_slopes, phases.formula[place])
    return np.asarray(change + heat * tangent.log_temperature)


def _next_phase(at: StationState, potentials: Array) -> NDArray[np.intp]:
    """The place (N,) of the absent phase with the largest affinity."""
    phases = at.species.phases
    gibbs = phases.properties(at.temperature, np.arange(len(phases.names))).gibbs
    temperature = at.temperature[:, None]
    possible = (temperature > phases.lowest_entry - RANGE_TOLERANCE) & (
        temperature < phases.highest + RANGE_TOLERANCE
    )
    possible[:, at.active] = False
    affinity = np.where(possible, potentials @ phases.formula.T - gibbs, -np.inf)
    place: NDArray[np.intp] = affinity.argmax(axis=1)
    return place
