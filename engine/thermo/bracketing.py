"""Places of an isentrope found by halving the pressure, for those that Newton's iteration loses.

Where a condensed phase melts or begins to form, the speed of sound jumps. The gas may be slower than sound on one side
of that pressure and faster on the other: the flow chokes there without a Mach number of one (NASA RP-1311 part I,
sec. 6.3.5). And a set of phases, continued to where it is not the stable one, may choke before it reaches an area.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.thermo.constants import GAS_CONSTANT
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure
from engine.thermo.properties import Properties
from engine.thermo.species import ProductSpecies
from engine.thermo.state import Targets
from engine.thermo.station import Station, log_flux, properties, solve_station
from engine.thermo.status import Status

DEEPEST_THROAT = 1.2
"""ln of stagnation over throat pressure: no gas chokes further down."""
STEPS = 24
"""On the way there: a jump of the speed of sound may make two places of the largest flux, and the first one chokes."""
HALVINGS = 44

Above = Callable[[Properties, Array], NDArray[np.bool_]]
"""Whether states, by their properties and ln p, have a higher pressure than the place that is looked for."""


def choke(species: ProductSpecies, stagnation: Station, targets: Targets, known: Array) -> Station:
    """The first stations (N,) of largest mass flux on the isentropes from `stagnation`, if they are above ln p `known`.

    Else the status is not that of a solution. `known` (N,) is minus infinity where no throat is known.
    """

    def is_subsonic(at: Properties, _: Array) -> NDArray[np.bool_]:
        kinetic = 2.0 * (targets.enthalpy * GAS_CONSTANT - at.enthalpy)
        return np.asarray(kinetic < at.sound_speed**2)

    upper, step = stagnation.copy(), DEEPEST_THROAT / STEPS
    going = stagnation.status == Status.CONVERGED
    for _ in range(STEPS):
        going &= upper.state.log_pressure - step > known
        trial = _at(species, upper, upper.state.log_pressure - step, targets)
        is_slow = is_subsonic(properties(species, trial), trial.state.log_pressure)
        rows = np.flatnonzero(going & is_slow)
        if not len(rows):
            break
        upper.put(rows, trial.take(rows))
        going &= is_slow
    low = upper.state.log_pressure - step
    upper.status[low <= known] = Status.NOT_CONVERGED
    return halve(species, upper, low, targets, is_subsonic)


def place_by_area(
    species: ProductSpecies, upper: Station, low: Array, targets: Targets, closure: Closure
) -> Station:
    """The stations (N,) with the flux of `targets` between `upper` and ln p `low` (N,), on one side of the throat."""
    sign = 1.0 if closure is Closure.AREA else -1.0

    def is_above(at: Properties, log_pressure: Array) -> NDArray[np.bool_]:
        return np.asarray(sign * (log_flux(targets, at, log_pressure) - targets.log_flux) < 0.0)

    return halve(species, upper, low, targets, is_above)


def halve(species: ProductSpecies, upper: Station, low: Array, targets: Targets, is_above: Above) -> Station:
    """The last places (N,) that are above; unsolved where that at ln p `low` (N,) cannot be solved, or is above too."""
    result = upper.copy()
    rows = np.flatnonzero(upper.status == Status.CONVERGED)
    below = _at(species, upper, low, targets)
    is_bracketed = (below.status == Status.CONVERGED) & ~is_above(
        properties(species, below), below.state.log_pressure
    )
    result.status[rows[~is_bracketed[rows]]] = Status.NOT_CONVERGED
    for _ in range(HALVINGS if is_bracketed.any() else 0):
        trial = _at(species, result, 0.5 * (low + result.state.log_pressure), targets)
        above = is_above(properties(species, trial), trial.state.log_pressure)
        low = np.where(above, low, trial.state.log_pressure)
        kept = np.flatnonzero(above)
        result.put(kept, trial.take(kept))
    return result


def _at(species: ProductSpecies, start: Station, log_pressure: Array, targets: Targets) -> Station:
    station = start.copy()
    station.state.log_pressure = log_pressure
    solve_station(species, station, targets, Closure.SP)
    return station
