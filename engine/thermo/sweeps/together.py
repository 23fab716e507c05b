"""All stations of a few motors as one block: for a handful of cases the calls cost more than the arithmetic.

Chamber, throat and exits iterate side by side. What the downstream stations have to meet is taken from the upstream
ones as they are before the step, in forms that are stationary there, so that errors of one enter the others squared.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.thermo.conditions import SLOWEST, sonic_change, supersonic_change
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure
from engine.thermo.phases import PhaseProperties
from engine.thermo.species import ProductSpecies
from engine.thermo.sweeps.flow import Flow, as_flow, changes_phases
from engine.thermo.sweeps.iteration import LARGEST_STEP, Assembly, Block, Correction, Evaluation, Wanted
from engine.thermo.sweeps.station import FINE, SLACK, Branch, Station
from engine.thermo.sweeps.tables import GasTables, gas_tables, phase_rows

LONGEST = 5


@dataclass(frozen=True)
class Together:
    """Stations of one patch with one branch each, whose phases have the same formulas, and the gases of any of them."""

    species: ProductSpecies
    closure: Closure
    stations: tuple[Station, Station, Station]
    branches: tuple[Branch, ...]
    tables: GasTables

    @classmethod
    def of(
        cls, species: ProductSpecies, closure: Closure, stations: tuple[Station, Station, Station], patch: int
    ) -> "Together | None":
        """None where chamber or throat have several branches in the patch, or phases coexist.

        Where the exit has several, it is the one with the phases of the throat, if any.
        """
        chamber, throat = (station.only_branch(patch) for station in stations[:2])
        if chamber is None or throat is None or chamber.assembly != throat.assembly:
            return None
        whole = stations[2].only_branch(patch)
        candidates = [branch for branch in stations[2].branches if branch.patch == patch]
        formula = _formula(species, chamber)
        for leaving in candidates if whole is None else [whole]:
            branches = (chamber, throat, leaving)
            is_pinned = any(branch.assembly.pinned is not None for branch in branches)
            if not is_pinned and np.array_equal(_formula(species, leaving), formula):
                break
        else:
            return None
        gases = np.unique(np.concatenate([station.gases for station in stations]))
        return cls(species, closure, stations, branches, gas_tables(species.gases, gases))

    def solve(
        self, plane: Array, exits: Array, wanted: Wanted, log_area: Array
    ) -> tuple[Flow, Correction, Wanted] | None:
        """States, last correction and what was wanted of the R = (2 + K) N stations of motors at `plane` (2, N).

        `exits` (N, K) are their coordinates and `log_area` (K, N); rows are chambers, throats and exits one after the
        other. None where they do not converge in a few steps or a phase changes, which is for the stations one by one.
        """
        cases, columns = exits.shape
        leaving = self.branches[2].region
        if not all(leaving.holds(np.stack([*plane, place]), SLACK).all() for place in exits.T):
            return None
        unknowns = self._starts(plane, exits)
        block = _Rows(self, cases, columns)
        repeated = wanted.take(np.tile(np.arange(cases), 2 + columns))
        for _ in range(LONGEST):
            found = block.corrected(unknowns, repeated, log_area)
            longest = np.abs(found.step[-3:-1]).max()
            if not longest < LARGEST_STEP:
                return None
            unknowns = unknowns + found.step
            if (found.size < FINE).all():
                flow = block.as_flow(unknowns)
                return None if block.watches_in_vain(flow) else (flow, found, repeated)
        return None

    def _starts(self, plane: Array, exits: Array) -> Array:
        chamber, throat, leaving = (branch.fit for branch in self.branches)
        first = chamber(plane)
        first[-1] = plane[1]
        parts = [first, throat(plane)]
        for place in exits.T:
            start = leaving(np.concatenate([plane, place[None]]))
            if self.closure is Closure.SP:
                start[-1] = plane[1] - place
            parts.append(start)
        return np.concatenate(parts, axis=1)


def _formula(species: ProductSpecies, branch: Branch) -> Array:
    return species.phases.formula[list(branch.assembly.phases)]


class _Rows(Block):
    """The stations' rows of `cases` motors with `columns` exits; each station has its own phases."""

    def __init__(self, together: Together, cases: int, columns: int) -> None:
        assemblies = [branch.assembly for branch in together.branches]
        super().__init__(together.species, together.tables, assemblies[0], Closure.SP)
        chamber, throat, leaving = assemblies
        self.parts: Sequence[tuple[Assembly, slice]] = (
            (chamber, slice(0, cases)),
            (throat, slice(cases, 2 * cases)),
            (leaving, slice(2 * cases, (2 + columns) * cases)),
        )
        self.cases, self.exit_closure = cases, together.closure
        self.watched = [station.watches for station in together.stations]

    def as_flow(self, unknowns: Array) -> Flow:
        """The rows as states."""
        flow = as_flow(self.species, Assembly(), np.concatenate([unknowns[: self.elements], unknowns[-3:]]))
        for assembly, rows in self.parts:
            if assembly.phases:
                flow.active[list(assembly.phases), rows] = True
                flow.condensed[list(assembly.phases), rows] = unknowns[self.elements : -3, rows]
        return flow

    def watches_in_vain(self, flow: Flow) -> bool:
        """Whether a phase of a watched station would leave, enter or change its form."""
        watched = [
            np.arange(flow.cases)[rows]
            for (_, rows), watches in zip(self.parts, self.watched, strict=True)
            if watches
        ]
        return bool(watched) and changes_phases(self.species, flow.take(np.concatenate(watched)))

    def corrected(self, unknowns: Array, wanted: Wanted, log_area: Array) -> Correction:
        """The step of all rows; the entropy wanted, that of the chambers, is changed in place."""
        now = self._evaluate(unknowns)
        wanted.entropy = np.tile(self._entropy(now, wanted), len(now.moles) // self.cases)
        system = self._system(now, wanted)
        found, residual = self._solved(now, system)
        throat, leaving = self.parts[1][1], self.parts[2][1]
        self._move(
            found, throat, sonic_change(*self._stream(now, found, wanted, throat), found.gamma[throat])
        )
        if self.exit_closure is Closure.AREA:
            flux = self._log_flux(unknowns, found, wanted, throat) + log_area
            kinetic, stream = self._stream(now, found, wanted, leaving)
            pressure = now.log_pressure[leaving]
            change = supersonic_change(kinetic, stream, found.gamma[leaving], pressure, flux.ravel())
            self._move(found, leaving, change)
        found.size = self._size(found.step, residual, now, wanted)
        return found

    def _phase(self, functions: Array, temperature: Array) -> PhaseProperties:
        found = [
            phase_rows(self.species.phases, assembly.phases, functions[:, rows], temperature[rows])
            for assembly, rows in self.parts
        ]
        names = ("enthalpy", "gibbs", "heat_capacity")
        return PhaseProperties(
            *(np.concatenate([getattr(part, name) for part in found], axis=1) for name in names)
        )

    def _entropy(self, now: Evaluation, wanted: Wanted) -> Array:
        """s/R (N,) of the chambers: with it the equation of entropy is that of enthalpy, and it is stationary."""
        rows = self.parts[0][1]
        potential = np.einsum("en,en->n", now.potentials[:, rows], wanted.elements[:, rows])
        result = wanted.enthalpy[rows] / now.temperature[rows] - potential
        result += (now.gas.total - now.moles)[rows]
        if now.phase is not None:
            gap = now.phase.gibbs - self.formula @ now.potentials
            result -= np.einsum("cn,cn->n", now.condensed[:, rows], gap[:, rows])
        return np.asarray(result)

    def _stream(self, now: Evaluation, found: Correction, wanted: Wanted, rows: slice) -> tuple[Array, Array]:
        """u2/R and n T (R',) of some rows after the step at constant pressure."""
        step = found.step[:, rows]
        temperature = now.temperature[rows] * np.exp(step[-2])
        stream = now.moles[rows] * np.exp(step[-3]) * temperature
        potentials = now.potentials[:, rows] + step[: self.elements]
        return self._kinetic(potentials, temperature, wanted, rows, stream), stream

    def _kinetic(
        self, potentials: Array, temperature: Array, wanted: Wanted, rows: slice, stream: Array
    ) -> Array:
        potential = np.einsum("en,en->n", potentials, wanted.elements[:, rows])
        kinetic = 2.0 * (wanted.enthalpy[rows] - temperature * (wanted.entropy[rows] + potential))
        return np.asarray(np.maximum(kinetic, SLOWEST * stream))

    def _log_flux(self, unknowns: Array, found: Correction, wanted: Wanted, rows: slice) -> Array:
        """ln(n T/(p u)) (N,) of the throats after their step."""
        after = unknowns[:, rows] + found.step[:, rows]
        temperature = np.exp(after[-2])
        stream = np.exp(after[-3]) * temperature
        kinetic = self._kinetic(after[: self.elements], temperature, wanted, rows, stream)
        return np.asarray(np.log(stream) - after[-1] - 0.5 * np.log(kinetic))

    @staticmethod
    def _move(found: Correction, rows: slice, change: Array) -> None:
        found.step[:, rows] += found.response[:, rows] * change
