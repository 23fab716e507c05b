"""Detonations at a corner: where a condensed phase begins or ends, and the speed of sound jumps.

Of all waves that mass, momentum and energy allow, the detonation is the slowest. Mostly that is where the burned gas
flows off at its speed of sound, and Newton's iteration finds it. At a corner of the curve of Hugoniot it flows
off faster than sound on the one side, more slowly on the other, and halving finds the place.
"""

from dataclasses import fields

import numpy as np

from engine.thermo.blocks import Mask
from engine.thermo.constants import STANDARD_PRESSURE
from engine.thermo.species import ProductSpecies
from engine.thermo.state import State
from engine.thermo.status import Status
from engine.thermo.waves.behind import Behind, settle_behind
from engine.thermo.waves.fronts import DetonationFront, HugoniotFront

WIDEST = 5.0
"""Of ln p behind and before a detonation."""
HALVINGS = 40


def slowest(species: ProductSpecies, front: DetonationFront, flame: State, active: Mask) -> Behind:
    """The slowest waves before N gases, from their flames at constant pressure with the `active` phases (N, C)."""
    curve = HugoniotFront(*(getattr(front, item.name) for item in fields(front)))
    low, high = flame.log_pressure, flame.log_pressure + WIDEST
    state, chosen = flame.take(np.arange(len(low))), active.copy()
    for _ in range(HALVINGS):
        state.log_pressure = 0.5 * (low + high)
        behind = _settle(species, curve, state, chosen)
        # wherever the iteration ended, the next one starts from a flame or from a good state
        lost = np.flatnonzero(behind.status != Status.CONVERGED)
        state.put(lost, flame.take(lost))
        chosen[lost] = active[lost]
        is_strong = _is_strong(front, behind)
        middle = 0.5 * (low + high)
        low, high = np.where(is_strong, low, middle), np.where(is_strong, middle, high)
    return behind


def _settle(species: ProductSpecies, curve: HugoniotFront, state: State, active: Mask) -> Behind:
    status = np.zeros(len(active), dtype=np.int8)
    return settle_behind(species, curve, state, active, status)


def _is_strong(front: DetonationFront, behind: Behind) -> Mask:
    """Which cases (N,) are compressed so much that the gas leaves the wave more slowly than sound."""
    pressure = behind.properties.pressure / STANDARD_PRESSURE
    volume = behind.properties.temperature / behind.properties.molar_mass / pressure
    flux = (pressure - front.pressure) / (front.volume - volume)
    return np.asarray((flux > 0) & (flux * volume < behind.properties.gamma * pressure))
