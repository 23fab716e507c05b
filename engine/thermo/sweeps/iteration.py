"""Newton's iteration with the element potentials as unknowns: the dual form of the Gordon-McBride equations.

With mu_j = sum_i a_ij pi_i for every gas (NASA RP-1311 part I, eq. 2.10) the moles follow from the potentials, and
the linearised equations are eqs. 2.24-2.28 with nothing to correct on the single gases. For a given entropy the
element and mole equations are added to the entropy equation, which makes its row that of the enthalpy: one symmetric
matrix serves all conditions.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.thermo.conditions import SLOWEST, area_change, sonic_change
from engine.thermo.nasa_polynomials import Array, basis_rows
from engine.thermo.newton import LARGEST_PRESSURE_STEP
from engine.thermo.newton_system import Closure
from engine.thermo.phases import PhaseProperties
from engine.thermo.species import ProductSpecies
from engine.thermo.sweeps.symmetric import solve_symmetric
from engine.thermo.sweeps.tables import GasSums, GasTables, gas_sums, phase_rows

LARGEST_STEP = 0.7


@dataclass(frozen=True)
class Assembly:
    """The condensed phases that a block of cases shares: their places, and the temperature where two forms coexist."""

    phases: tuple[int, ...] = ()
    pinned: float | None = None
    """ln T of the transition between the last two phases; None where the temperature is free."""


@dataclass
class Wanted:
    """What N cases have to meet: `elements` (E, N) mol/kg; (N,) each: `enthalpy` and `entropy` over R, and `log_flux`,
    which is ln(n T/(p u)).
    """

    elements: Array
    enthalpy: Array
    entropy: Array
    log_flux: Array

    def take(self, places: NDArray[np.intp]) -> "Wanted":
        """The cases at `places`."""
        return Wanted(
            self.elements[:, places], self.enthalpy[places], self.entropy[places], self.log_flux[places]
        )


@dataclass
class Correction:
    """One Newton step: of all unknowns (m + 1, N), its size (N,), and what the matrix says about the state it left.

    `capacity` (N,) is cp/R in equilibrium (eq. 2.59), `capacity_frozen` (N,) that of the composition as it is, and
    `gamma` (N,) the isentropic exponent (eq. 2.71).
    """

    step: Array
    size: Array
    capacity: Array
    capacity_frozen: Array
    gamma: Array

    @classmethod
    def empty(cls, cases: int) -> "Correction":
        """Of cases that were not solved yet."""
        nothing = [np.full(cases, np.nan) for _ in range(3)]
        return cls(np.empty((0, cases)), np.full(cases, np.inf), *nothing)

    def put(self, places: NDArray[np.intp], other: "Correction", chosen: NDArray[np.bool_]) -> None:
        """Keep what `other` says of the cases `chosen` at `places`; the step itself is not kept."""
        for name in ("size", "capacity", "capacity_frozen", "gamma"):
            getattr(self, name)[places] = getattr(other, name)[chosen]


@dataclass(frozen=True)
class Evaluation:
    """What the unknowns of N cases amount to: the unknowns themselves, and sums over gas and condensed phases.

    `moles` (N,) and `temperature` (N,) are no logarithms; `heat` (N,) is the enthalpy of everything over RT.
    """

    potentials: Array
    condensed: Array
    moles: Array
    temperature: Array
    log_pressure: Array
    gas: GasSums
    phase: PhaseProperties | None
    heat: Array


@dataclass(frozen=True)
class Heating:
    """How the unknowns at a fixed temperature answer to ln T: `response` and heat `row` (m, N), `capacity` (N,)."""

    response: Array
    row: Array
    capacity: Array


class Block:
    """N cases with one assembly of phases; `unknowns` rows are potentials, moles of phases, ln n, ln T, ln p."""

    def __init__(
        self, species: ProductSpecies, tables: GasTables, assembly: Assembly, closure: Closure
    ) -> None:
        self.species, self.tables, self.assembly, self.closure = species, tables, assembly, closure
        self.elements = tables.elements
        self.count = len(assembly.phases)
        self.formula = species.phases.formula[list(assembly.phases)]
        # at a transition the second form's amount takes the place of the temperature among the unknowns
        self.free = self.count - (assembly.pinned is not None)

    def correction(self, unknowns: Array, wanted: Wanted) -> Correction:
        """The undamped step."""
        now = self._evaluate(unknowns)
        elements = self.elements
        residual = self._residual(now, wanted)
        right = np.stack([residual, self._heating(now), self._compressing(now)], axis=1)
        heat_row = right[:, 1].copy()
        solved = solve_symmetric(self._matrix(now), right, elements)
        frozen = now.gas.capacity
        if now.phase is not None:
            frozen = frozen + np.einsum("cn,cn->n", now.condensed, now.phase.heat_capacity)
        capacity = now.gas.heat_squared + frozen - np.einsum("mn,mn->n", heat_row, solved[:, 1])
        heating = Heating(solved[:, 1], heat_row, capacity)
        step = self._full_step(solved[:, 0], heating, self._heat_residual(now, wanted), now)
        imbalance = np.abs(residual[:elements]).max(axis=0) / wanted.elements.max(axis=0)
        size = np.maximum(np.abs(step[-3:-1]).max(axis=0), imbalance)
        if self.count:
            size = np.maximum(size, np.abs(step[elements:-3]).max(axis=0) / now.moles)
        response = self._full_step(solved[:, 2], heating, now.gas.heat + now.gas.total, now)
        gamma = -1.0 / (response[-3] + response[-2] - 1.0)
        if self.closure in (Closure.THROAT, Closure.AREA):
            change = self._pressure_step(now, step, gamma, wanted)
            response[-1] = 1.0
            step += response * change
            size = np.maximum(size, np.abs(change))
        return Correction(step, size, capacity, frozen, gamma)

    def _evaluate(self, unknowns: Array) -> Evaluation:
        temperature = np.exp(unknowns[-2])
        potentials, condensed = unknowns[: self.elements], unknowns[self.elements : -3]
        gas = gas_sums(self.tables, basis_rows(temperature), potentials, unknowns[-3] - unknowns[-1])
        phase = phase_rows(self.species.phases, self.assembly.phases, temperature) if self.count else None
        heat = gas.heat if phase is None else gas.heat + np.einsum("cn,cn->n", condensed, phase.enthalpy)
        moles = np.exp(unknowns[-3])
        return Evaluation(potentials, condensed, moles, temperature, unknowns[-1], gas, phase, heat)

    def _matrix(self, now: Evaluation) -> Array:
        """(m, m, N) at a fixed temperature, of which the elimination reads the upper half."""
        elements, gas = self.elements, now.gas
        size = elements + self.free + 1
        matrix = np.zeros((size, size, len(now.moles)))
        row, column = self.tables.pairs
        matrix[row, column] = gas.pairs
        matrix[:elements, -1] = gas.elements
        matrix[-1, -1] = gas.total - now.moles
        matrix[:elements, elements:-1] = self.formula[: self.free].T[:, :, None]
        return matrix

    def _residual(self, now: Evaluation, wanted: Wanted) -> Array:
        elements = wanted.elements - now.gas.elements
        mole = (now.moles - now.gas.total)[None]
        if now.phase is None:
            return np.concatenate([elements, mole])
        elements -= self.formula.T @ now.condensed
        gap = now.phase.gibbs[: self.free] - self.formula[: self.free] @ now.potentials
        return np.concatenate([elements, gap, mole])

    def _heating(self, now: Evaluation) -> Array:
        """(m, N): the column, and by symmetry the row, of ln T."""
        parts = [now.gas.heat_elements, now.gas.heat[None]]
        if now.phase is not None:
            parts.insert(1, now.phase.enthalpy[: self.free])
        return np.concatenate(parts)

    def _compressing(self, now: Evaluation) -> Array:
        """(m, N): the right-hand side of a unit change of ln p."""
        nothing = np.zeros((self.free, len(now.moles)))
        return np.concatenate([now.gas.elements, nothing, now.gas.total[None]])

    def _heat_residual(self, now: Evaluation, wanted: Wanted) -> Array:
        if self.closure is Closure.HP:
            return np.asarray(wanted.enthalpy / now.temperature - now.heat)
        potential = np.einsum("en,en->n", now.potentials, wanted.elements)
        result = wanted.entropy + potential - now.heat + now.moles - now.gas.total
        if now.phase is not None:
            gap = now.phase.gibbs - self.formula @ now.potentials
            result = result + np.einsum("cn,cn->n", now.condensed, gap)
        return np.asarray(result)

    def _full_step(self, fixed: Array, heating: Heating, heat_residual: Array, now: Evaluation) -> Array:
        """The step (m + 1, N) of all unknowns at constant pressure, from that at a fixed temperature (m, N)."""
        elements, free = self.elements, self.free
        gap = heat_residual - np.einsum("mn,mn->n", heating.row, fixed)
        step = np.zeros((elements + self.count + 3, fixed.shape[-1]))
        if self.assembly.pinned is not None and now.phase is not None:
            step[: elements + free], step[-3] = fixed[:-1], fixed[-1]
            change = gap / (now.phase.enthalpy[-1] - now.phase.enthalpy[-2])
            step[elements + free] = change
            step[elements + free - 1] -= change
            return step
        warmer = gap / heating.capacity
        fixed = fixed - heating.response * warmer
        step[: elements + free], step[-3], step[-2] = fixed[:-1], fixed[-1], warmer
        return step

    def _pressure_step(self, now: Evaluation, step: Array, gamma: Array, wanted: Wanted) -> Array:
        """The step (N,) of ln p towards sonic flow or a flow area."""
        warmer = now.temperature * np.exp(step[-2])
        flow = now.moles * now.temperature * np.exp(step[-3] + step[-2])
        # the enthalpy after the step, h = T (s + sum pi_i b_i): free of what the elements are out of balance
        potential = np.einsum("en,en->n", now.potentials + step[: self.elements], wanted.elements)
        kinetic = 2.0 * (wanted.enthalpy - warmer * (wanted.entropy + potential))
        kinetic = np.maximum(kinetic, SLOWEST * flow)
        if self.closure is Closure.THROAT:
            change = sonic_change(kinetic, flow, gamma)
        else:
            change = area_change(kinetic, flow, gamma, now.log_pressure, wanted.log_flux)
        return np.asarray(np.clip(change, -LARGEST_PRESSURE_STEP, LARGEST_PRESSURE_STEP))

    def iterate(
        self, unknowns: Array, wanted: Wanted, tolerance: float, longest: int
    ) -> tuple[Array, Correction, NDArray[np.bool_]]:
        """Step until the last step is below `tolerance`: the unknowns, the last correction and which cases converged.

        A case that converges leaves the block, so that it costs nothing more.
        """
        cases = unknowns.shape[1]
        result = np.full_like(unknowns, np.nan)
        final = Correction.empty(cases)
        converged = np.zeros(cases, dtype=bool)
        left, now = np.arange(cases), unknowns
        for _ in range(longest):
            found = self.correction(now, wanted)
            now = now + found.step * damping(found)
            done = found.size < tolerance
            ended = done | ~np.isfinite(found.size)
            if not ended.any():
                continue
            places = left[ended]
            result[:, places] = now[:, ended]
            final.put(places, found, ended)
            converged[places] = done[ended]
            stay = np.flatnonzero(~ended)
            if not len(stay):
                break
            left, now, wanted = left[stay], now[:, stay], wanted.take(stay)
        return result, final, converged


def damping(found: Correction) -> Array:
    """(N,) factors of at most one, that keep a step within what the linearisation bears."""
    longest = np.abs(found.step[-3:-1]).max(axis=0)
    return np.asarray(LARGEST_STEP / np.maximum(longest, LARGEST_STEP))
