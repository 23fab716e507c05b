"""Another way to a wave, for those that Newton's iteration loses.

At any pressure mass, momentum and energy leave one state behind a wave, that of the curve of Hugoniot, and on the
strong branch of the curve waves are the faster the higher the pressure. Where a condensed phase begins or ends the
curve has a corner, at which the speed of sound jumps: halving finds the place there too. A detonation is the slowest
of all waves; at a corner the burned gas flows off faster than sound by the one side's reckoning and more slowly by the
other's.
"""

from dataclasses import fields

import numpy as np

from engine.thermo.blocks import Mask
from engine.thermo.nasa_polynomials import Array
from engine.thermo.species import ProductSpecies
from engine.thermo.status import Status
from engine.thermo.waves.behind import Behind, Burning, settle_behind
from engine.thermo.waves.fronts import Front, HugoniotFront, pressure_and_volume

HALVINGS = 45


def solve_by_halving(species: ProductSpecies, front: Front, flame: Burning, log_pressure: Array) -> Behind:
    """Behind N waves, of which the pressures lie below exp `log_pressure` (N,) standard pressures.

    `flame` holds the gases burned at the pressure before the wave.
    """
    curve = HugoniotFront(*(getattr(front, item.name) for item in fields(front)))
    low, high = np.log(front.pressure), log_pressure
    now = flame.copy()
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        now.state.log_pressure = middle
        behind = settle_behind(species, curve, now)
        # wherever an iteration ends, the next one starts from a good state
        lost = np.flatnonzero(behind.status != Status.CONVERGED)
        now.put(lost, flame.take(lost))
        is_beyond = _is_beyond(front, behind)
        low, high = np.where(is_beyond, low, middle), np.where(is_beyond, middle, high)
    return behind


def _is_beyond(front: Front, behind: Behind) -> Mask:
    """Which gases (N,) leave the wave more slowly than sound, and pass a faster one than is asked for."""
    pressure, volume = pressure_and_volume(behind.properties)
    flux = (pressure - front.pressure) / (front.volume - volume)
    is_strong = (flux > 0) & (flux * volume < behind.properties.gamma * pressure)
    return np.asarray(is_strong & front.is_outrun(pressure, volume))
