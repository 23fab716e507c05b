"""Newton's iteration with the element potentials as unknowns: the dual form of the Gordon-McBride equations.

With mu_j = sum_i a_ij pi_i for every gas (NASA RP-1311 part I, eq. 2.10) the moles follow from the potentials, and
the linearised equations are eqs. 2.24-2.28 with nothing to correct on the single gases. For a given entropy the
element and mole equations are added to the entropy equation, which makes its row that of the enthalpy: one symmetric
matrix serves all conditions.
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from engine.thermo.nasa_polynomials import Array
from engine.thermo.species import ProductSpecies
from engine.thermo.sweeps.symmetric import solve_symmetric
from engine.thermo.sweeps.tables import GasSums, GasTables, PhaseSums, basis_rows, gas_sums, phase_sums

LARGEST_STEP = 0.7
SLOWEST = 1e-3


class Condition(Enum):
    """What fixes temperature and pressure of a station."""

    ENTHALPY = "enthalpy and pressure"
    ENTROPY = "entropy and pressure"
    THROAT = "entropy, and a velocity equal to the speed of sound"
    AREA = "entropy, and a flow area"


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


class Block:
    """N cases with one assembly of phases; `unknowns` rows are potentials, moles of phases, ln n, ln T, ln p."""

    def __init__(
        self, species: ProductSpecies, tables: GasTables, assembly: Assembly, condition: Condition
    ) -> None:
        self.species, self.tables, self.assembly, self.condition = species, tables, assembly, condition
        self.elements = tables.elements
        self.count = len(assembly.phases)
        self.formula = species.phases.formula[list(assembly.phases)]
        # at a transition the second form's amount takes the place of the temperature among the unknowns
        self.free = self.count - (assembly.pinned is not None)

    def correction(self, unknowns: Array, wanted: Wanted) -> Correction:
        """The undamped step."""
        potentials, log_temperature = unknowns[: self.elements], unknowns[-2]
        temperature = np.exp(log_temperature)
        functions = basis_rows(temperature)
        gas = gas_sums(self.tables, functions, potentials, unknowns[-3] - unknowns[-1])
        phase = phase_sums(self.species.phases, self.assembly.phases, temperature) if self.count else None
        condensed = unknowns[self.elements : -3]
        moles = np.exp(unknowns[-3])
        heat = gas.heat if phase is None else gas.heat + np.einsum("cn,cn->n", condensed, phase.enthalpy)
        residual = self._residual(gas, phase, unknowns, moles, wanted)
        last = self._last_residual(gas, heat, phase, unknowns, moles, temperature, wanted)
        return self._solve(gas, phase, condensed, moles, temperature, residual, last, unknowns, wanted)

    def _residual(
        self, gas: GasSums, phase: PhaseSums | None, unknowns: Array, moles: Array, wanted: Wanted
    ) -> Array:
        elements = wanted.elements - gas.elements
        if phase is None:
            return np.concatenate([elements, (moles - gas.total)[None]])
        elements -= self.formula.T @ unknowns[self.elements : -3]
        gap = phase.gibbs[: self.free] - self.formula[: self.free] @ unknowns[: self.elements]
        return np.concatenate([elements, gap, (moles - gas.total)[None]])

    def _last_residual(
        self,
        gas: GasSums,
        heat: Array,
        phase: PhaseSums | None,
        unknowns: Array,
        moles: Array,
        temperature: Array,
        wanted: Wanted,
    ) -> Array:
        if self.condition is Condition.ENTHALPY:
            return np.asarray(wanted.enthalpy / temperature - heat)
        potentials = unknowns[: self.elements]
        result = (
            wanted.entropy + np.einsum("en,en->n", potentials, wanted.elements) - heat + moles - gas.total
        )
        if phase is not None:
            gap = phase.gibbs - self.formula @ potentials
            result = result + np.einsum("cn,cn->n", unknowns[self.elements : -3], gap)
        return np.asarray(result)

    def _solve(
        self,
        gas: GasSums,
        phase: PhaseSums | None,
        condensed: Array,
        moles: Array,
        temperature: Array,
        residual: Array,
        last: Array,
        unknowns: Array,
        wanted: Wanted,
    ) -> Correction:
        elements, free, cases = self.elements, self.free, len(moles)
        size = elements + free + 1
        matrix = np.zeros((size, size, cases))
        row, column = self.tables.pairs
        matrix[row, column] = gas.pairs
        matrix[:elements, -1] = gas.elements
        matrix[-1, -1] = gas.total - moles
        right = np.empty((size, 3, cases))
        right[:, 0] = residual
        slope = right[:, 1]
        slope[:elements], slope[-1] = gas.heat_elements, gas.heat
        if free and phase is not None:
            matrix[:elements, elements : elements + free] = self.formula[:free].T[:, :, None]
            slope[elements:-1] = phase.enthalpy[:free]
        heat_row = slope.copy()
        right[:elements, 2], right[elements:-1, 2], right[-1, 2] = gas.elements, 0.0, gas.total
        solved = solve_symmetric(matrix, right, elements)
        frozen = gas.capacity
        if phase is not None:
            frozen = frozen + np.einsum("cn,cn->n", condensed, phase.capacity)
        capacity = gas.heat_squared + frozen - np.einsum("mn,mn->n", heat_row, solved[:, 1])
        step = self._assemble(solved[:, 0], solved[:, 1], heat_row, last, capacity, phase)
        size_of = np.maximum(np.abs(step[-3]), np.abs(step[-2]))
        imbalance = np.abs(residual[:elements]).max(axis=0) / wanted.elements.max(axis=0)
        size_of = np.maximum(size_of, imbalance)
        if self.count:
            size_of = np.maximum(size_of, np.abs(step[elements:-3]).max(axis=0) / moles)
        response = self._assemble(solved[:, 2], solved[:, 1], heat_row, gas.heat + gas.total, capacity, phase)
        gamma = -1.0 / (response[-3] + response[-2] - 1.0)
        if self.condition in (Condition.THROAT, Condition.AREA):
            change = self._pressure_step(unknowns, step, gamma, moles * temperature, wanted, temperature)
            response[-1] = 1.0
            step += response * change
            size_of = np.maximum(size_of, np.abs(change))
        return Correction(step, size_of, capacity, frozen, gamma)

    def _assemble(
        self,
        fixed: Array,
        slope: Array,
        heat_row: Array,
        last: Array,
        capacity: Array,
        phase: PhaseSums | None,
    ) -> Array:
        """The step (m + 1, N) of all unknowns at constant pressure from solutions at a fixed temperature."""
        elements, free = self.elements, self.free
        gap = last - np.einsum("mn,mn->n", heat_row, fixed)
        step = np.zeros((elements + self.count + 3, fixed.shape[-1]))
        if self.assembly.pinned is not None and phase is not None:
            step[: elements + free], step[-3] = fixed[:-1], fixed[-1]
            change = gap / (phase.enthalpy[-1] - phase.enthalpy[-2])
            step[elements + free] = change
            step[elements + free - 1] -= change
            return step
        warmer = gap / capacity
        fixed = fixed - slope * warmer
        step[: elements + free], step[-3], step[-2] = fixed[:-1], fixed[-1], warmer
        return step

    def _pressure_step(
        self,
        unknowns: Array,
        step: Array,
        gamma: Array,
        stream: Array,
        wanted: Wanted,
        temperature: Array,
    ) -> Array:
        """The step (N,) of ln p towards sonic flow or a flow area (conditions.py has the derivation)."""
        flow = stream * np.exp(step[-3] + step[-2])
        # the enthalpy after the step, h = T (s + sum pi_i b_i): free of what the elements are out of balance
        after = unknowns[: self.elements] + step[: self.elements]
        potential = np.einsum("en,en->n", after, wanted.elements)
        warmer = temperature * np.exp(step[-2])
        kinetic = 2.0 * (wanted.enthalpy - warmer * (wanted.entropy + potential))
        kinetic = np.maximum(kinetic, SLOWEST * flow)
        if self.condition is Condition.THROAT:
            mismatch = np.log(kinetic / (gamma * flow))
            change = mismatch / (2.0 * flow / kinetic + (gamma - 1.0) / gamma)
        else:
            mismatch = np.log(flow) - unknowns[-1] - 0.5 * np.log(kinetic) - wanted.log_flux
            change = -mismatch / (flow / kinetic - 1.0 / gamma)
        return np.asarray(np.clip(change, -1.0, 1.0))

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
            now = now + found.step * self._damping(found)
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

    def _damping(self, found: Correction) -> Array:
        longest = np.maximum(np.abs(found.step[-3]), np.abs(found.step[-2]))
        return np.asarray(LARGEST_STEP / np.maximum(longest, LARGEST_STEP))
