"""Which condensed phases have to be looked for between the nodes."""

from dataclasses import replace

import numpy as np

from engine.thermo.blocks import Mask
from engine.thermo.phases import Phases
from engine.thermo.species import ProductSpecies
from engine.thermo.sweeps.flow import Flow, Places

MARGIN = 5.0
"""RT per atom: a phase that lacks more than this at all nodes is not looked for between them."""
RANGE_MARGIN = 300.0
"""K beyond a phase's range of temperature within which it is still looked for."""


def watched_phases(species: ProductSpecies, flow: Flow, solved: Mask) -> Mask:
    """(C,): the phases that are there, or nearly, at one of the solved nodes."""
    phases = species.phases
    nodes = flow.take(np.flatnonzero(solved))
    temperature = nodes.temperature[:, None]
    gibbs = phases.properties(nodes.temperature, np.arange(len(phases.names))).gibbs
    lack = gibbs - nodes.potentials.T @ phases.formula.T
    near = lack < MARGIN * phases.formula.sum(axis=1)
    near &= (temperature > phases.lowest - RANGE_MARGIN) & (temperature < phases.highest + RANGE_MARGIN)
    return np.asarray(near.any(axis=0) | nodes.active.any(axis=1))


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
