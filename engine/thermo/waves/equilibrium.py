"""Waves that leave their gas in equilibrium: Newton's iteration first, halving for what it loses."""

import numpy as np
from numpy.typing import NDArray

from engine.thermo.blocks import Mask
from engine.thermo.halving import LOST
from engine.thermo.nasa_polynomials import Array
from engine.thermo.properties import Properties
from engine.thermo.settling import TEMPERATURE_LIMITS
from engine.thermo.species import ProductSpecies
from engine.thermo.status import Status
from engine.thermo.waves.behind import Behind, Burning, settle_behind
from engine.thermo.waves.fronts import DetonationFront, Front, ShockFront, pressure_and_volume
from engine.thermo.waves.halving import solve_by_halving

LEAST_EXPANSION = 1e-6
"""A mixture detonates where its flame at constant pressure takes more than this of volume in addition."""
STRONGEST_DETONATION = 5.0
STRONGER_THAN_FROZEN = 1.5
"""Of ln p: where halving starts."""
MISSED = 1e-8
"""In ln p, between what a shock leaves and what it should leave."""


def detonate(species: ProductSpecies, front: DetonationFront) -> Behind:
    """Behind detonations; the flame at constant pressure tells whether a mixture burns at all."""
    flame = Burning.at(species, front, np.log(front.pressure), front.enthalpy)
    volume = np.exp(flame.state.log_total + flame.state.log_temperature - flame.state.log_pressure)
    burns = volume > (1.0 + LEAST_EXPANSION) * front.volume
    flame.status[(flame.status == Status.CONVERGED) & ~burns] = Status.NO_DETONATION
    behind = settle_behind(species, front, flame.copy())
    lost = np.flatnonzero((flame.status == Status.CONVERGED) & np.isin(behind.status, LOST))
    _halve(species, front, behind, lost, np.log(front.pressure) + STRONGEST_DETONATION)
    return behind


def cross_in_equilibrium(species: ProductSpecies, front: ShockFront, frozen: Properties) -> Behind:
    """Behind shocks, from the `frozen` states of the same shocks.

    These lie on the side of the strong solution, should there be two. No shock runs where the gas burns and its
    detonation is driven by more.
    """
    pressure, volume = pressure_and_volume(frozen)
    start = Burning.at(species, front, np.log(pressure), front.enthalpy_behind(pressure, volume))
    behind = settle_behind(species, front, start)
    lost = np.flatnonzero(np.isin(behind.status, LOST))
    if len(lost):
        lost = lost[~_detonates(species, front, behind, lost)]
        is_too_hot = frozen.temperature[lost] > TEMPERATURE_LIMITS[1]
        behind.status[lost[is_too_hot]] = Status.TEMPERATURE_TOO_HIGH
        lost = lost[~is_too_hot]
        _halve(species, front, behind, lost, np.log(pressure) + STRONGER_THAN_FROZEN)
        _refuse_missed(front, behind)
    return behind


def _refuse_missed(front: ShockFront, behind: Behind) -> None:
    """Change the status of cases whose shock is not the one that was asked for."""
    pressure, volume = pressure_and_volume(behind.properties)
    missed = np.abs(front.aim(volume).log_pressure - np.log(pressure))
    behind.status[(behind.status == Status.CONVERGED) & ~(missed < MISSED)] = Status.NOT_CONVERGED


def _detonates(species: ProductSpecies, front: Front, behind: Behind, rows: NDArray[np.intp]) -> Mask:
    """Which of the cases at `rows` a detonation outruns, with their status changed to that."""
    part = front.take(rows)
    nothing = np.zeros_like(part.drive)
    free = DetonationFront(
        part.elements, part.enthalpy, nothing, nothing, part.pressure, part.volume, nothing
    )
    detonation = detonate(species, free)
    found = part.is_outrun(*pressure_and_volume(detonation.properties))
    found &= detonation.status == Status.CONVERGED
    behind.status[rows[found]] = Status.NO_SHOCK
    return found


def _halve(
    species: ProductSpecies, front: Front, behind: Behind, rows: NDArray[np.intp], log_pressure: Array
) -> None:
    """Solve the cases at `rows` again, in place."""
    if not len(rows):
        return
    part = front.take(rows)
    flame = Burning.at(species, part, np.log(part.pressure), part.enthalpy)
    behind.put(rows, solve_by_halving(species, part, flame, log_pressure[rows]))
