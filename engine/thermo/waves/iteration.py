"""The state in equilibrium behind a wave: pressure and enthalpy join the Newton iteration of the composition."""

from dataclasses import replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from engine.thermo.elimination import solve_block
from engine.thermo.newton import Step, finished_step
from engine.thermo.newton_system import Closure, matrix, moments, pressure_response, residuals
from engine.thermo.species import ProductSpecies
from engine.thermo.state import State, Targets
from engine.thermo.waves.fronts import Front, Response


def wave_step(
    species: ProductSpecies, active: NDArray[np.intp], state: State, targets: Targets, closure: Closure
) -> Step:
    """The Newton correction of a block behind a wave, `targets` being a Front.

    The system is that of a given enthalpy and pressure, solved for three right-hand sides at once: its
    residual, a change of ln p and a change of the enthalpy; the front says how much of each.
    """
    front = cast(Front, targets)
    now = moments(species, active, state, closure)
    pressure = np.exp(state.log_pressure)
    temperature = state.temperature
    volume = np.exp(state.log_total) * temperature / pressure
    held = replace(front, enthalpy=front.enthalpy_behind(pressure, volume))
    right = residuals(species, active, state, held, now, closure)
    heat = np.zeros_like(right)
    heat[-1] = 1.0
    parts = np.stack([right, pressure_response(species, active, now, closure), heat], axis=1)
    parts = solve_block(matrix(species, active, state, now, closure), parts, len(species.elements))
    by_residual, by_pressure, by_heat = parts[-2] + parts[-1]
    by = Response(by_residual, by_pressure - 1.0, by_heat)
    log_pressure, enthalpy = front.changes(pressure, volume, temperature, by)
    unknowns = parts[:, 0] + log_pressure * parts[:, 1] + enthalpy * parts[:, 2]
    return finished_step(species, active, targets, closure, now, right, unknowns, log_pressure)
