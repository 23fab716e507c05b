"""Which condensed phases have to be looked for between the nodes."""

from dataclasses import replace

import numpy as np

from engine.thermo.blocks import Mask
from engine.thermo.nasa_polynomials import Array
from engine.thermo.phases import Phases
from engine.thermo.species import ProductSpecies
from engine.thermo.sweeps.flow import Flow, Places

MARGIN = 5.0
"""RT per atom: a phase that lacks more than this at all nodes is not looked for between them."""
NEAR = 1.0
"""The same at nodes that stand close together."""
RANGE_MARGIN = 300.0
"""K beyond a phase's range of temperature within which it is still looked for."""


def watched_phases(species: ProductSpecies, flow: Flow, solved: Mask) -> Mask:
    """(C,): the phases that are there, or nearly, at one of the solved nodes."""
    nodes = flow.take(np.flatnonzero(solved))
    return np.asarray((_lack(species, nodes) < MARGIN).any(axis=0) | nodes.active.any(axis=1))


def is_watched(species: ProductSpecies, flow: Flow) -> bool:
    """Whether any phase is there, or nearly, at one of the nodes of a fine grid."""
    return bool(flow.active.any() or (_lack(species, flow) < NEAR).any())


def _lack(species: ProductSpecies, flow: Flow) -> Array:
    """(N, C) RT per atom: what phases within or near their range lack at each node."""
    phases = species.phases
    temperature = flow.temperature[:, None]
    gibbs = phases.properties(flow.temperature, np.arange(len(phases.names))).gibbs
    lack = (gibbs - flow.potentials.T @ phases.formula.T) / phases.formula.sum(axis=1)
    near = (temperature > phases.lowest - RANGE_MARGIN) & (temperature < phases.highest + RANGE_MARGIN)
    return np.where(near, lack, np.inf)


def with_phases(species: ProductSpecies, places: Places) -> ProductSpecies:
    """The same gases, with the condensed phases at `places` only."""
    phases = species.phases
    kept = Phases(
        tuple(phases.names[place] for place in places),
        phases.formula[places],
        phases.molar_mass[places],
        phases.bounds[places],
        phases.coefficients[places],
    )
    return replace(species, phases=kept)
