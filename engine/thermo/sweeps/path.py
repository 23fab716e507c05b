"""From the chamber to the stations of a nozzle, without anything known beforehand: for the nodes of the fits."""

import numpy as np

from engine.thermo.blocks import Mask
from engine.thermo.expansion import LARGEST_LOG_PRESSURE_DROP, sonic_drop
from engine.thermo.halving import settle_surely
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure
from engine.thermo.species import ProductSpecies
from engine.thermo.state import Targets, cold_state
from engine.thermo.status import Status
from engine.thermo.sweeps.flow import Effort, Flow, settle_flow
from engine.thermo.sweeps.iteration import Correction, Wanted
from engine.thermo.sweeps.tables import GasTables

ROUGH = 1e-2
FINE = 1e-8
LONGEST = 30
CHANGES = 12
MOST_STEPS = 20


def chambers(species: ProductSpecies, wanted: Wanted, log_pressure: Array) -> tuple[Flow, Mask]:
    """The chambers of cases (N,) from CEA's cold start, and which of them were solved."""
    nothing = np.zeros(len(log_pressure))
    state = cold_state(species, np.exp(log_pressure), None)
    active = np.zeros((len(log_pressure), len(species.phases.names)), dtype=bool)
    targets = Targets(np.ascontiguousarray(wanted.elements.T), wanted.enthalpy, nothing, nothing)
    status = settle_surely(species, state, targets, Closure.HP, active)
    return Flow.of(state, active), status == Status.CONVERGED


def thorough(tables: GasTables, tolerance: float = FINE) -> Effort:
    """The effort of a station about which little is known."""
    return Effort(((tables, tolerance),), LONGEST, CHANGES)


def throats(
    species: ProductSpecies, tables: GasTables, chamber: Flow, wanted: Wanted, gamma: Array
) -> tuple[Flow, Mask, Correction]:
    """The sonic stations, from chambers with the exponent `gamma` (N,)."""
    flow = chamber.take(np.arange(chamber.cases))
    flow.log_pressure -= sonic_drop(gamma)
    solved, found = settle_flow(species, flow, wanted, Closure.THROAT, thorough(tables))
    return flow, solved, found


def exits(
    species: ProductSpecies,
    tables: GasTables,
    throat: Flow,
    wanted: Wanted,
    log_pressure: Array,
    closure: Closure,
) -> tuple[Flow, Mask]:
    """Stations reached by way of the isentrope to `log_pressure` (N,), and from there by `closure`."""
    flow, log_pressure = throat.take(np.arange(throat.cases)), log_pressure.copy()
    solved = np.isfinite(log_pressure)
    for _ in range(MOST_STEPS):
        rest = np.where(solved, log_pressure - flow.log_pressure, 0.0)
        rows = np.flatnonzero(np.abs(rest) > 0)
        if not len(rows):
            break
        part = flow.take(rows)
        part.log_pressure += np.clip(rest[rows], -LARGEST_LOG_PRESSURE_DROP, LARGEST_LOG_PRESSURE_DROP)
        good, _ = settle_flow(species, part, wanted.take(rows), Closure.SP, thorough(tables, ROUGH))
        kept = np.flatnonzero(good)
        flow.put(rows[kept], part.take(kept))
        stuck = rows[~good]
        if closure is Closure.SP:
            solved[stuck] = False
        else:
            # the area condition leads on from the last pressure that was reached
            log_pressure[stuck] = flow.log_pressure[stuck]
    done, _ = settle_flow(species, flow, wanted, closure, thorough(tables))
    return flow, solved & done
