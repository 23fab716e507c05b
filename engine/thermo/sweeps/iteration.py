"""Newton's iteration with the element potentials as unknowns: the dual form of the Gordon-McBride equations.

With mu_j = sum_i a_ij pi_i for every gas (NASA RP-1311 part I, eq. 2.10) the moles follow from the potentials, and
the linearised equations are eqs. 2.24-2.28 with nothing to correct on the single gases. For a given entropy the
element and mole equations are added to the entropy equation, which makes its row that of the enthalpy: one symmetric
matrix serves all conditions.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.thermo.conditions import SLOWEST, sonic_change, supersonic_change
from engine.thermo.nasa_polynomials import Array, basis_rows
from engine.thermo.newton import LARGEST_PRESSURE_STEP
from engine.thermo.newton_system import Closure
from engine.thermo.phases import PhaseProperties
from engine.thermo.species import ProductSpecies
from engine.thermo.sweeps.symmetric import solve_systems
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

    `response` (m + 1, N) is the slope of all unknowns along the isentrope, per ln p; `capacity`
    (N,) is cp/R in equilibrium (eq. 2.59), `capacity_frozen` (N,) that of the composition as it is, and `gamma` (N,)
    the isentropic exponent (eq. 2.71).
    """

    step: Array
    size: Array
    capacity: Array
    capacity_frozen: Array
    gamma: Array
    response: Array

    @classmethod
    def empty(cls, cases: int) -> "Correction":
        """Of cases that were not solved yet."""
        capacity, frozen, gamma = (np.full(cases, np.nan) for _ in range(3))
        none = np.empty((0, cases))
        return cls(none, np.full(cases, np.inf), capacity, frozen, gamma, none)

    def take(self, places: NDArray[np.intp]) -> "Correction":
        """The cases at `places`, without step and response."""
        none = np.empty((0, len(places)))
        scalars = (self.capacity[places], self.capacity_frozen[places], self.gamma[places])
        return Correction(none, self.size[places], *scalars, none)

    def put(self, places: NDArray[np.intp], other: "Correction", chosen: NDArray[np.bool_]) -> None:
        """Keep what `other` says of the cases `chosen` at `places`; step and response are not kept."""
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
        found, residual = self._solved(now, self._system(now, wanted))
        if self.closure in (Closure.THROAT, Closure.AREA):
            found.step += found.response * self._pressure_step(now, found.step, found.gamma, wanted)
        found.size = self._size(found.step, residual, now, wanted)
        return found

    def _solved(self, now: Evaluation, system: Array) -> tuple[Correction, Array]:
        """The step at constant pressure, its size left open, and the imbalance (E, N) of the elements before it."""
        exchange = None
        if self.assembly.pinned is not None and now.phase is not None:
            exchange = now.phase.enthalpy[-1] - now.phase.enthalpy[-2]
        frozen = now.gas.capacity_frozen
        if now.phase is not None:
            frozen = frozen + np.einsum("cn,cn->n", now.condensed, now.phase.heat_capacity)
        residual = system[: self.elements, -2].copy()
        solution, capacity = solve_systems(system, self.elements, exchange)
        step, response = self._steps(solution)
        gamma = -1.0 / (response[-3] + response[-2] - 1.0)
        response[-1] = 1.0
        return Correction(step, gamma, capacity, frozen, gamma, response), residual

    def _size(self, step: Array, residual: Array, now: Evaluation, wanted: Wanted) -> Array:
        """(N,): the largest relative change of n, T, p and phases, or imbalance of an element."""
        imbalance = np.abs(residual / np.maximum(wanted.elements, 1e-300)).max(axis=0)
        size = np.maximum(np.abs(step[-3:]).max(axis=0), imbalance)
        if self.count:
            size = np.maximum(size, np.abs(step[self.elements : -3]).max(axis=0) / now.moles)
        return np.asarray(size)

    def _evaluate(self, unknowns: Array) -> Evaluation:
        temperature, moles = np.exp(unknowns[-2]), np.exp(unknowns[-3])
        potentials, condensed = unknowns[: self.elements], unknowns[self.elements : -3]
        functions = basis_rows(temperature)
        gas = gas_sums(self.tables, functions, potentials, unknowns[-3] - unknowns[-1])
        phase, heat = None, gas.heat
        if self.count:
            phase = self._phase(functions, temperature)
            heat = heat + np.einsum("cn,cn->n", condensed, phase.enthalpy)
        return Evaluation(potentials, condensed, moles, temperature, unknowns[-1], gas, phase, heat)

    def _phase(self, functions: Array, temperature: Array) -> PhaseProperties:
        return phase_rows(self.species.phases, self.assembly.phases, functions, temperature)

    def _system(self, now: Evaluation, wanted: Wanted) -> Array:
        """(m, m + 2, N): the matrix, whose last row is that of ln T, the residual, and what a unit of ln p asks for."""
        elements, mole, gas = self.elements, self.elements + self.free, now.gas
        system = np.zeros((mole + 2, mole + 4, len(now.moles)))
        row, column = self.tables.pairs
        system[row, column] = gas.pairs
        system[:elements, mole] = gas.first[:-1]
        system[mole, mole] = gas.total - now.moles
        system[:elements, mole + 1] = gas.heats[:-1]
        system[mole, mole + 1] = gas.heat
        system[mole + 1, mole + 1] = gas.capacity
        right = system[:, mole + 2]
        np.subtract(wanted.elements, gas.first[:-1], out=right[:elements])
        if now.phase is not None:
            system[:elements, elements:mole] = self.formula[: self.free].T[:, :, None]
            system[elements:mole, mole + 1] = now.phase.enthalpy[: self.free]
            system[mole + 1, mole + 1] += np.einsum("cn,cn->n", now.condensed, now.phase.heat_capacity)
            right[:elements] -= self.formula.T @ now.condensed
            right[elements:mole] = now.phase.gibbs[: self.free] - self.formula[: self.free] @ now.potentials
        right[mole] = now.moles - gas.total
        right[mole + 1] = self._heat_residual(now, wanted)
        system[:elements, mole + 3] = gas.first[:-1]
        system[mole, mole + 3] = gas.total
        system[mole + 1, mole + 3] = gas.heat + gas.total
        return system

    def _heat_residual(self, now: Evaluation, wanted: Wanted) -> Array:
        if self.closure is Closure.HP:
            return np.asarray(wanted.enthalpy / now.temperature - now.heat)
        potential = np.einsum("en,en->n", now.potentials, wanted.elements)
        result = wanted.entropy + potential - now.heat + now.moles - now.gas.total
        if now.phase is not None:
            gap = now.phase.gibbs - self.formula @ now.potentials
            result = result + np.einsum("cn,cn->n", now.condensed, gap)
        return np.asarray(result)

    def _steps(self, solution: Array) -> tuple[Array, Array]:
        """The step and the response (E + C' + 3, N) of all unknowns, at constant pressure."""
        steps = np.zeros((self.elements + self.count + 3, *solution.shape[1:]))
        if self.assembly.pinned is None:
            steps[:-1] = solution
        else:
            last = self.elements + self.free
            steps[:last], steps[last] = solution[:-2], solution[-1]
            steps[last - 1] -= solution[-1]
            steps[-3] = solution[-2]
        return steps[:, 0], steps[:, 1]

    def _pressure_step(self, now: Evaluation, step: Array, gamma: Array, wanted: Wanted) -> Array:
        """The step (N,) of ln p towards sonic flow or a flow area."""
        warmer = now.temperature * np.exp(step[-2])
        flow = now.moles * now.temperature * np.exp(step[-3] + step[-2])
        # the enthalpy after the step, h = T (s + sum pi_i b_i): free of what the elements are out of balance
        potential = np.einsum("en,en->n", now.potentials + step[: self.elements], wanted.elements)
        kinetic = 2.0 * (wanted.enthalpy - warmer * (wanted.entropy + potential))
        if self.closure is Closure.THROAT:
            change = sonic_change(np.maximum(kinetic, SLOWEST * flow), flow, gamma)
        else:
            change = supersonic_change(kinetic, flow, gamma, now.log_pressure, wanted.log_flux)
        return np.asarray(np.clip(change, -LARGEST_PRESSURE_STEP, LARGEST_PRESSURE_STEP))

    def iterate(
        self, unknowns: Array, wanted: Wanted, tolerance: float, longest: int
    ) -> tuple[Array, Correction, NDArray[np.bool_]]:
        """Step until the last step is below `tolerance`: the unknowns, the last correction and which cases converged.

        A case that converges leaves the block, so that it costs nothing more and does not depend on its neighbours.
        """
        cases = unknowns.shape[1]
        left, now = np.arange(cases), unknowns
        result, final, converged = None, None, np.zeros(cases, dtype=bool)
        for _ in range(longest):
            found = self.correction(now, wanted)
            now = now + found.step * damping(found)
            done = found.size < tolerance
            if len(left) == cases and done.all():
                return now, found, done
            ended = done | ~np.isfinite(found.size)
            if not ended.any():
                continue
            if result is None or final is None:
                result, final = np.full_like(unknowns, np.nan), Correction.empty(cases)
            places = left[ended]
            result[:, places] = now[:, ended]
            final.put(places, found, ended)
            converged[places] = done[ended]
            stay = np.flatnonzero(~ended)
            if not len(stay):
                break
            left, now, wanted = left[stay], now[:, stay], wanted.take(stay)
        return (
            np.full_like(unknowns, np.nan) if result is None else result,
            Correction.empty(cases) if final is None else final,
            converged,
        )


def damping(found: Correction) -> Array:
    """(N,) factors of at most one, that keep a step within what the linearisation bears."""
    longest = np.abs(found.step[-3:-1]).max(axis=0)
    return np.asarray(LARGEST_STEP / np.maximum(longest, LARGEST_STEP))
