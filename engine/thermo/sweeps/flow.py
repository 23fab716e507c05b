"""The state of many cases at one station, and its solution with whatever condensed phases there are."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from engine.thermo.blocks import Mask, alike
from engine.thermo.nasa_polynomials import Array, basis_rows
from engine.thermo.newton_system import Closure
from engine.thermo.settling import AFFINITY_TOLERANCE, RANGE_TOLERANCE, change_phases
from engine.thermo.species import ProductSpecies
from engine.thermo.state import State
from engine.thermo.sweeps.iteration import Assembly, Block, Correction, Wanted
from engine.thermo.sweeps.tables import GasTables, phase_rows
from engine.thermo.sweeps.transitions import assembly_of

Places = NDArray[np.intp]
MOST_BITS = 60
"""Phases whose presence fits into one integer."""


@dataclass
class Flow:
    """N cases: `potentials` (E, N), moles per kg of all `condensed` phases (C, N), `log_total`, `log_temperature`,
    `log_pressure` (N,) as in `engine.thermo.state.State`, and which phases are `active` (C, N).
    """

    potentials: Array
    condensed: Array
    log_total: Array
    log_temperature: Array
    log_pressure: Array
    active: Mask

    @classmethod
    def of(cls, state: State, active: Mask) -> "Flow":
        """The same of a primal state."""
        return cls(
            state.potentials.T.copy(),
            state.condensed.T.copy(),
            state.log_total.copy(),
            state.log_temperature.copy(),
            state.log_pressure.copy(),
            active.T.copy(),
        )

    @classmethod
    def empty(cls, elements: int, phases: int, cases: int) -> "Flow":
        """Not-a-number everywhere, and no phase."""
        total, temperature, pressure = (np.full(cases, np.nan) for _ in range(3))
        potentials, condensed = np.full((elements, cases), np.nan), np.zeros((phases, cases))
        none = np.zeros((phases, cases), dtype=bool)
        return cls(potentials, condensed, total, temperature, pressure, none)

    @property
    def cases(self) -> int:
        """How many."""
        return len(self.log_total)

    @property
    def temperature(self) -> Array:
        """(N,) K."""
        return np.exp(self.log_temperature)

    def take(self, places: Places) -> "Flow":
        """The cases at `places`, as copies."""
        return Flow(
            self.potentials[:, places],
            self.condensed[:, places],
            self.log_total[places],
            self.log_temperature[places],
            self.log_pressure[places],
            self.active[:, places],
        )

    def put(self, places: Places, other: "Flow") -> None:
        """Overwrites the cases at `places`."""
        for item in fields(self):
            getattr(self, item.name)[..., places] = getattr(other, item.name)

    def unknowns(self, assembly: Assembly, places: Places) -> Array:
        """(E + C' + 3, n): what the iteration works on."""
        condensed = self.condensed[np.array(assembly.phases, dtype=np.intp)[:, None], places]
        logs = (self.log_total[places], self.log_temperature[places], self.log_pressure[places])
        return np.concatenate([self.potentials[:, places], condensed, np.stack(logs)])

    def put_unknowns(self, assembly: Assembly, places: Places, unknowns: Array) -> None:
        """Take the iteration's result."""
        elements = len(self.potentials)
        self.potentials[:, places] = unknowns[:elements]
        self.condensed[np.array(assembly.phases, dtype=np.intp)[:, None], places] = unknowns[elements:-3]
        self.log_total[places], self.log_temperature[places] = unknowns[-3], unknowns[-2]
        self.log_pressure[places] = unknowns[-1]

    def as_state(self) -> State:
        """A view for code that has the case as first axis; it knows no single gases."""
        return State(
            self.potentials.T,
            np.empty((self.cases, 0)),
            self.log_total,
            self.condensed.T,
            self.log_temperature,
            self.log_pressure,
        )


def as_flow(species: ProductSpecies, assembly: Assembly, unknowns: Array) -> Flow:
    """Cases with one assembly of phases, of the unknowns (m, N) of their iteration."""
    elements, cases = len(species.elements), unknowns.shape[1]
    condensed = np.zeros((len(species.phases.names), cases))
    active = np.zeros(condensed.shape, dtype=bool)
    if assembly.phases:
        condensed[list(assembly.phases)], active[list(assembly.phases)] = unknowns[elements:-3], True
    return Flow(unknowns[:elements], condensed, unknowns[-3], unknowns[-2], unknowns[-1], active)


def changes_phases(species: ProductSpecies, flow: Flow) -> bool:
    """Whether a phase of any case would leave, enter or change its form."""
    return bool(
        _change(
            species, flow.take(np.arange(flow.cases)), np.zeros_like(flow.active), np.arange(flow.cases)
        ).any()
    )


def _suspects(species: ProductSpecies, flow: Flow) -> Mask:
    """(N,): the cases whose phases may have to change: all that do, and few others."""
    phases, temperature = species.phases, flow.temperature
    coldest, hottest = float(temperature.min()), float(temperature.max())
    found = (flow.condensed < 0.0).any(axis=0)
    for phase in np.flatnonzero(flow.active.any(axis=1)):
        low, high = phases.lowest[phase] - RANGE_TOLERANCE, phases.highest[phase] + RANGE_TOLERANCE
        low = max(low, phases.lowest_entry[phase] - RANGE_TOLERANCE)
        if not low <= coldest <= hottest <= high:
            found |= flow.active[phase] & ((temperature < low) | (temperature > high))
    near = np.flatnonzero((phases.lowest_entry <= hottest) & (phases.highest >= coldest))
    if len(near):
        gibbs = phase_rows(phases, tuple(near), basis_rows(temperature), temperature).gibbs
        gain = phases.formula[near] @ flow.potentials - gibbs
        found |= ((gain > AFFINITY_TOLERANCE) & ~flow.active[near]).any(axis=0)
    return np.asarray(found | ~np.isfinite(temperature))


def phase_groups(active: Mask, places: Places) -> Iterator[tuple[tuple[int, ...], Places]]:
    """The cases at `places` by the set of phases (C, N) that is active in them."""
    if not len(places):
        return
    if len(active) > MOST_BITS:
        for members, cases in alike(active[:, places].T):
            yield tuple(int(phase) for phase in np.flatnonzero(members)), places[cases]
        return
    here = active if len(places) == active.shape[1] else active[:, places]
    key = (1 << np.arange(len(active))) @ here
    if (key == key[0]).all():
        yield tuple(int(phase) for phase in np.flatnonzero(here[:, 0])), places
        return
    for number in np.unique(key):
        yield tuple(phase for phase in range(len(active)) if number >> phase & 1), places[key == number]


Start = Callable[[Assembly, Flow, Places], Array]
"""Gives the unknowns that the iteration of cases with one assembly starts from."""


def carry_on(assembly: Assembly, flow: Flow, places: Places) -> Array:
    """Start from where the cases stand."""
    return flow.unknowns(assembly, places)


@dataclass(frozen=True)
class Effort:
    """How far a solution goes: tables and tolerance of each pass of the iteration, and its limits."""

    passes: tuple[tuple[GasTables, float], ...]
    longest: int
    changes: int


def settle_flow(
    species: ProductSpecies,
    flow: Flow,
    wanted: Wanted,
    closure: Closure,
    effort: Effort,
    start: Start = carry_on,
    watches: bool = True,
) -> tuple[Mask, Correction]:
    """Solve all cases, changing `flow` in place; answers which are solved, and what their last step found.

    Without `watches` no condensed phase may appear or vanish.
    """
    cases = flow.cases
    solved, found = np.zeros(cases, dtype=bool), Correction.empty(cases)
    replaced = np.zeros_like(flow.active)
    left = np.arange(cases)
    for _ in range(effort.changes):
        good = []
        for phases, places in phase_groups(flow.active, left):
            assembly = assembly_of(species, phases)
            if assembly is None:
                continue
            good.append(_solve_group(species, flow, wanted, closure, effort, assembly, places, start, found))
        if not good:
            break
        left = good[0] if len(good) == 1 else np.sort(np.concatenate(good))
        solved[left] = True
        if not watches:
            break
        changed = _change(species, flow, replaced, left)
        left = left[changed]
        solved[left] = False
        if not len(left):
            break
    return solved, found


def _solve_group(
    species: ProductSpecies,
    flow: Flow,
    wanted: Wanted,
    closure: Closure,
    effort: Effort,
    assembly: Assembly,
    places: Places,
    start: Start,
    found: Correction,
) -> Places:
    """Iterate cases of one assembly; answers which of them converged."""
    now = start(assembly, flow, places)
    if assembly.pinned is not None:
        now[-2] = assembly.pinned
    for tables, tolerance in effort.passes:
        block = Block(species, tables, assembly, closure)
        now, correction, converged = block.iterate(now, wanted.take(places), tolerance, effort.longest)
        now, places = now[:, converged], places[converged]
        if not len(places):
            return places
    found.put(places, correction, converged)
    flow.put_unknowns(assembly, places, now)
    return places


def _change(species: ProductSpecies, flow: Flow, replaced: Mask, places: Places) -> Mask:
    """Let phases leave, enter or change their form where they have to; answers in which of the cases at `places`."""
    if not len(species.phases.names) or not len(places):
        return np.zeros(len(places), dtype=bool)
    suspects = _suspects(species, flow if len(places) == flow.cases else flow.take(places))
    if not suspects.any():
        return suspects
    changed = np.zeros(len(places), dtype=bool)
    changed[suspects] = _changed(species, flow, replaced, places[suspects])
    return changed


def _changed(species: ProductSpecies, flow: Flow, replaced: Mask, places: Places) -> Mask:
    part = flow.take(places)
    before = replaced[:, places].T.copy()
    active = part.active.T.copy()
    changed = change_phases(species, part.as_state(), active, before)
    part.active, replaced[:, places] = active.T, before.T
    part.condensed[~part.active] = 0.0
    flow.put(places[changed], part.take(np.flatnonzero(changed)))
    return changed
