"""The throat where the speed of sound jumps, found by halving.

Where a condensed phase melts or begins to form, the gas can be slower than the speed of sound on one side of a
pressure and faster on the other: the flow chokes there without a Mach number of one, and Newton's iteration for
u = a goes from side to side. Mass flux still has its maximum there (NASA RP-1311 part I, sec. 6.3.5).
"""

import numpy as np

from engine.thermo.constants import GAS_CONSTANT
from engine.thermo.newton_system import Closure
from engine.thermo.species import ProductSpecies
from engine.thermo.state import Targets
from engine.thermo.station import Station, properties, solve_station
from engine.thermo.status import Status

DEEPEST = 1.5
"""ln of stagnation over throat pressure: no gas chokes further down."""
HALVINGS = 44


def choke(species: ProductSpecies, stagnation: Station, targets: Targets) -> Station:
    """The stations (N,) of the largest mass flux on the isentropes from `stagnation`."""
    upper, lower = stagnation.copy(), stagnation.copy()
    high = stagnation.state.log_pressure.copy()
    low = high - DEEPEST
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        trial = upper.copy()
        trial.state.log_pressure = middle
        solve_station(species, trial, targets, Closure.SP)
        at = properties(species, trial)
        kinetic = 2.0 * (targets.enthalpy * GAS_CONSTANT - at.enthalpy)
        # an unsolved pressure lies too low: the march comes from above
        is_subsonic = kinetic < at.sound_speed**2
        rows = np.flatnonzero(is_subsonic)
        upper.put(rows, trial.take(rows))
        rest = np.flatnonzero(~is_subsonic)
        lower.put(rest, trial.take(rest))
        high, low = np.where(is_subsonic, middle, high), np.where(is_subsonic, low, middle)
    # unsolved where nothing below was solved either: then there was no jump
    upper.status[lower.status != Status.CONVERGED] = Status.NOT_CONVERGED
    return upper
