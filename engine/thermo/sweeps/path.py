"""The nodes of the rough fits: one motor is solved from nothing, and its stations are carried to all others.

Newton's step with what another motor has to meet is the linear prediction of that motor from this one, so that the
states of a motor in the middle serve as starts for its neighbours, and those for theirs.
"""

import numpy as np

from engine.thermo.blocks import Mask
from engine.thermo.expansion import LARGEST_LOG_PRESSURE_DROP, sonic_drop
from engine.thermo.halving import settle_surely
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure
from engine.thermo.species import ProductSpecies
from engine.thermo.state import Targets, cold_state
from engine.thermo.status import Status
from engine.thermo.sweeps.flame import first_flame
from engine.thermo.sweeps.flow import Effort, Flow, Places, phase_groups, settle_flow
from engine.thermo.sweeps.iteration import Block, Correction, Wanted, damping
from engine.thermo.sweeps.tables import GasTables
from engine.thermo.sweeps.transitions import assembly_of

ROUGH = 1e-2
FINE = 1e-3
LONGEST = 20
CHANGES = 12
MOST_STEPS = 20
ROUNDS = 6
SHORT = 9
"""Iterations after which a case is left for the next round, where a nearer start is known."""
LONGEST_STRIDE = 1.0
"""In ln p: how far one correction carries a state along its isentrope."""
CAUTION = 0.85
"""Of the fall of ln p to a first guess: from there the area condition leads on, from too low a pressure seldom back."""


def chambers(species: ProductSpecies, wanted: Wanted, log_pressure: Array) -> tuple[Flow, Mask]:
    """The chambers of cases (N,) from CEA's cold start, roughly, and which of them were solved."""
    nothing = np.zeros(len(log_pressure))
    state = cold_state(species, np.exp(log_pressure), None)
    active = np.zeros((len(log_pressure), len(species.phases.names)), dtype=bool)
    targets = Targets(np.ascontiguousarray(wanted.elements.T), wanted.enthalpy, nothing, nothing)
    status = settle_surely(species, state, targets, Closure.HP, active, ROUGH)
    return Flow.of(state, active), status == Status.CONVERGED


def thorough(tables: GasTables, tolerance: float = FINE) -> Effort:
    """The effort of a station about which little is known."""
    return Effort(((tables, tolerance),), LONGEST, CHANGES)


def throats(
    species: ProductSpecies,
    tables: GasTables,
    chamber: Flow,
    wanted: Wanted,
    gamma: Array,
    tolerance: float = FINE,
) -> tuple[Flow, Mask, Correction]:
    """The sonic stations, from chambers with the exponent `gamma` (N,)."""
    flow = _carried(species, tables, chamber, wanted, chamber.log_pressure - sonic_drop(gamma))
    solved, found = settle_flow(species, flow, wanted, Closure.THROAT, thorough(tables, tolerance))
    return flow, solved, found


def exits(
    species: ProductSpecies,
    tables: GasTables,
    throat: Flow,
    wanted: Wanted,
    log_pressure: Array,
    closure: Closure,
    tolerance: float = FINE,
) -> tuple[Flow, Mask, Correction]:
    """Stations reached by way of the isentrope to `log_pressure` (N,), and from there by `closure`."""
    effort = thorough(tables, tolerance)
    flow, solved, found = _approached(species, throat, wanted, log_pressure, closure, effort)
    rest = np.flatnonzero(~solved)
    if len(rest):
        here = wanted.take(rest)
        again = _near(species, tables, throat.take(rest), here, log_pressure[rest], closure)
        solved[rest], found_there = settle_flow(species, again, here, closure, effort)
        found.put(rest, found_there, np.ones(len(rest), dtype=bool))
        flow.put(rest, again)
        solved &= is_beyond(flow, throat, closure)
    return flow, solved, found


def exits_of_nodes(
    species: ProductSpecies,
    tables: GasTables,
    throat: Flow,
    scaled: Array,
    wanted: Wanted,
    log_pressure: Array,
    closure: Closure,
) -> tuple[Flow, Mask]:
    """The same for nodes at `scaled` (D, N), of which some may be left: those not reached start from the nearest."""
    effort = Effort(((tables, FINE),), SHORT, CHANGES)
    flow, solved, _ = _approached(species, throat, wanted, log_pressure, closure, effort)
    rest = np.flatnonzero(~solved)
    if len(rest) and solved.any():
        again = flow.take(_nearest(scaled, rest, np.flatnonzero(solved)))
        if closure is Closure.SP:
            again.log_pressure = log_pressure[rest]
        good, _ = settle_flow(species, again, wanted.take(rest), closure, effort)
        good &= is_beyond(again, throat.take(rest), closure)
        flow.put(rest, again)
        solved[rest] = good
    return flow, solved


def _approached(
    species: ProductSpecies,
    throat: Flow,
    wanted: Wanted,
    log_pressure: Array,
    closure: Closure,
    effort: Effort,
) -> tuple[Flow, Mask, Correction]:
    """Along the isentrope to near `log_pressure` (N,), and settled there."""
    target = log_pressure
    if closure is Closure.AREA:
        target = throat.log_pressure + CAUTION * (log_pressure - throat.log_pressure)
    flow = _carried(species, effort.passes[0][0], throat, wanted, target)
    solved, found = settle_flow(species, flow, wanted, closure, effort)
    return flow, solved & is_beyond(flow, throat, closure), found


def _nearest(scaled: Array, left: Places, known: Places) -> Places:
    """For each of the nodes `left`, which of the `known` ones at `scaled` (D, N) is the nearest."""
    distance = ((scaled[:, left, None] - scaled[:, None, known]) ** 2).sum(axis=0)
    return np.asarray(known[distance.argmin(axis=1)])


def is_first(throat: Flow, chamber: Flow) -> Mask:
    """(N,): whether no phase begins or ends before the throat, where the flow might choke already.

    The speed of sound jumps there; which throat is the first one is for the careful path to say.
    """
    return np.asarray((throat.active == chamber.active).all(axis=0))


def is_beyond(flow: Flow, throat: Flow, closure: Closure) -> Mask:
    """(N,): whether a station found by its area is supersonic, and not the subsonic one of the same area."""
    if closure is not Closure.AREA:
        return np.ones(flow.cases, dtype=bool)
    return np.asarray(flow.log_pressure < throat.log_pressure)


def _carried(
    species: ProductSpecies, tables: GasTables, start: Flow, wanted: Wanted, log_pressure: Array
) -> Flow:
    """`start` carried along its isentrope to `log_pressure` (N,), with one correction a step: near the states there.

    Each stride goes on as the last two slopes do (Adams and Bashforth's rule).
    """
    flow = start.take(np.arange(start.cases))
    drop = log_pressure - start.log_pressure
    steps = max(1, int(np.ceil(np.abs(drop[np.isfinite(drop)]).max(initial=0.0) / LONGEST_STRIDE)))
    for phases, places in phase_groups(flow.active, np.arange(flow.cases)):
        assembly = assembly_of(species, phases)
        if assembly is None:
            continue
        block = Block(species, tables, assembly, Closure.SP)
        now, here, stride = flow.unknowns(assembly, places), wanted.take(places), drop[places] / steps
        before: Array | None = None
        for _ in range(steps):
            found = block.correction(now, here)
            slope = found.response if before is None else 1.5 * found.response - 0.5 * before
            now, before = now + found.step * damping(found) + slope * stride, found.response
        flow.put_unknowns(assembly, places, now)
    flow.log_pressure = log_pressure.copy()
    return flow


def _near(
    species: ProductSpecies,
    tables: GasTables,
    throat: Flow,
    wanted: Wanted,
    log_pressure: Array,
    closure: Closure,
) -> Flow:
    """The same in steps that are settled one by one, with the phases that appear on the way."""
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
    flow.log_pressure[~solved] = np.nan
    return flow


def chambers_of_nodes(
    species: ProductSpecies,
    tables: GasTables,
    seed: Flow | None,
    scaled: Array,
    wanted: Wanted,
    log_pressure: Array,
) -> tuple[Flow, Mask]:
    """The chambers of nodes at `scaled` (D, N), by way of `seed` where that leads to all, else of the middle one.

    Without a seed the flame of the gases alone is one.
    """
    middle = np.array([(scaled**2).sum(axis=0).argmin()])
    if seed is None:
        seed = first_flame(species, wanted.take(middle), float(log_pressure[middle[0]]))
    if seed is not None:
        flow, solved = spread(species, tables, seed, scaled, wanted, log_pressure)
        if solved.all():
            return flow, solved
    first, found = chambers(species, wanted.take(middle), log_pressure[middle])
    if not found.all():
        return first.take(np.zeros(len(log_pressure), dtype=np.intp)), np.zeros(len(log_pressure), dtype=bool)
    return spread(species, tables, first, scaled, wanted, log_pressure)


def all_chambers(
    species: ProductSpecies, tables: GasTables, seed: Flow | None, wanted: Wanted, log_pressure: Array
) -> tuple[Flow, Mask]:
    """The chambers of any cases (N,): from `seed`, or the first one's flame, where that leads to them, the others from
    nothing.
    """
    if seed is None:
        seed = first_flame(species, wanted, float(log_pressure[0]))
    if seed is None:
        return chambers(species, wanted, log_pressure)
    cases = len(log_pressure)
    flow = seed.take(np.zeros(cases, dtype=np.intp))
    flow.log_pressure = log_pressure.copy()
    solved, _ = settle_flow(species, flow, wanted, Closure.HP, Effort(((tables, ROUGH),), SHORT, CHANGES))
    lost = np.flatnonzero(~solved)
    if len(lost):
        cold, solved[lost] = chambers(species, wanted.take(lost), log_pressure[lost])
        flow.put(lost, cold)
    return flow, solved


def spread(
    species: ProductSpecies,
    tables: GasTables,
    first: Flow,
    scaled: Array,
    wanted: Wanted,
    log_pressure: Array,
) -> tuple[Flow, Mask]:
    """Chambers of cases at `scaled` (D, N) and `log_pressure` (N,), each from the nearest that was solved before.

    `first` is the chamber of one case.
    """
    cases = scaled.shape[1]
    flow, solved = first.take(np.zeros(cases, dtype=np.intp)), np.zeros(cases, dtype=bool)
    effort = Effort(((tables, FINE),), SHORT, CHANGES)
    for _ in range(ROUNDS):
        left = np.flatnonzero(~solved)
        part = flow.take(left)
        part.log_pressure = log_pressure[left]
        good, _ = settle_flow(species, part, wanted.take(left), Closure.HP, effort)
        if not good.any():
            break
        flow.put(left[good], part.take(np.flatnonzero(good)))
        solved[left[good]] = True
        left = left[~good]
        if not len(left):
            break
        flow.put(left, flow.take(_nearest(scaled, left, np.flatnonzero(solved))))
    return flow, solved
