"""The tangent of states in equilibrium: the Newton system once more, and its own derivative for gamma.

At the solution the corrections of the Newton iteration vanish; with a changed right-hand side they are derivatives
(NASA RP-1311 part I, sec. 2.5). The isentropic exponent is such a derivative itself, and its own derivative needs no
second system: what would be solved for is, but for a factor, the response to pressure (docs/gradients.md).
"""

import numpy as np

from engine.thermo.elimination import solve_block
from engine.thermo.gradients.states import StationState
from engine.thermo.gradients.tangent import Tangent
from engine.thermo.nasa_polynomials import Array


def equilibrium_tangent(at: StationState, element_slopes: Array) -> Tangent:
    """The tangent to the equilibrium states whose composition moves along B directions of element moles (N, B, E)."""
    return _Station(at).tangent(element_slopes)


class _Station:
    """N states in equilibrium and the sums over their species that the system is made of."""

    def __init__(self, at: StationState) -> None:
        gases = at.species.gases
        self.at, self.total = at, at.total
        self.enthalpy = at.gas_properties.enthalpy
        self.heated = at.gas * self.enthalpy
        self.second = at.gas @ gases.second_moments
        self.heats = self.heated @ gases.first_moments

    def tangent(self, element_slopes: Array) -> Tangent:
        """With B directions (N, B, E) of element moles."""
        elements = element_slopes.shape[2]
        solution = solve_block(self._matrix(), self._right(element_slopes), elements)
        solution = np.ascontiguousarray(solution.T)
        potentials, unknowns = solution[:, -1, :elements], solution[:, :-1]
        # at constant entropy the enthalpy, whose row this is, rises by the potentials of what is added
        added = np.einsum("nbe,ne->nb", element_slopes, potentials)
        unknowns[:, :-2] += added[:, :, None] * unknowns[:, -2, None]
        heat = np.concatenate([added, np.ones((len(added), 1)), self.total[:, None]], axis=1)
        tangent = Tangent(
            potentials=potentials,
            potential_slopes=unknowns[:, :, :elements],
            condensed=unknowns[:, :, elements:-2],
            log_moles=unknowns[:, :, -2],
            log_temperature=unknowns[:, :, -1],
            enthalpy=heat * self.at.temperature[:, None],
            log_gamma=heat,
        )
        tangent.log_gamma = self._log_gamma(tangent)
        return tangent

    def _matrix(self) -> Array:
        """The symmetric system (m, m, N) of elements, condensed phases, ln n and ln T (eqs. 2.24-2.27)."""
        species, active = self.at.species, self.at.active
        count, phases = len(species.elements), len(active)
        row, column = species.gases.element_pairs
        mole, heat = count + phases, count + phases + 1
        result = np.zeros((heat + 1, heat + 1, len(self.total)))
        result[row, column] = result[column, row] = self.second[:, : len(row)].T
        result[:count, mole] = result[mole, :count] = self.second[:, len(row) : -1].T
        result[:count, heat] = result[heat, :count] = self.heats[:, :-1].T
        formula = species.phases.formula[active][:, :, None]
        result[count:mole, :count] = formula
        result[:count, count:mole] = formula.swapaxes(0, 1)
        result[count:mole, heat] = result[heat, count:mole] = self.at.phase_properties.enthalpy.T
        result[mole, heat] = result[heat, mole] = self.heats[:, -1]
        result[heat, heat] = np.einsum("ns,ns->n", self.heated, self.enthalpy) + self.at.capacity
        return result

    def _right(self, element_slopes: Array) -> Array:
        """Right-hand sides (m, Q + 1, N) of a unit change of each coordinate, and of the potentials themselves.

        The latter are what the matrix turns into what the species' own chemical potentials sum to.
        """
        at, (directions, elements) = self.at, element_slopes.shape[1:]
        right = np.zeros((elements + len(at.active) + 2, directions + 3, len(self.total)))
        right[:elements, :directions] = element_slopes.T
        right[-1, directions] = 1.0
        right[:elements, -2] = self.second[:, -elements - 1 : -1].T
        right[-2, -2] = self.total
        right[-1, -2] = self.heats[:, -1] + self.total
        weighted = at.gas * at.chemical_potentials
        first = weighted @ at.species.gases.first_moments
        right[:elements, -1] = first[:, :-1].T
        right[elements:-2, -1] = at.phase_properties.gibbs.T
        right[-2, -1] = first[:, -1]
        right[-1, -1] = np.einsum("ns,ns->n", weighted, self.enthalpy)
        return right

    def _log_gamma(self, tangent: Tangent) -> Array:
        """Derivatives (N, Q) of ln gamma: docs/gradients.md, eq. 3."""
        at, gas, phases = self.at, self.at.gas_properties, self.at.phase_properties
        heat, moles, condensed = tangent.log_temperature, tangent.log_moles, tangent.condensed
        heat_p, moles_p, condensed_p = heat[:, -1], moles[:, -1], condensed[:, -1]
        moved = self._log_gas_by_pressure(tangent)
        weight = moved - heat_p[:, None]
        moved *= at.gas
        weight *= moved
        weight += at.gas * (heat_p**2)[:, None] * gas.heat_capacity
        bend = self._gas_sum(weight, tangent)
        warming = 2.0 * np.einsum("ns,ns->n", moved, gas.heat_capacity)
        warming -= np.einsum("ns,ns->n", moved, gas.enthalpy)
        warming += np.einsum("nc,nc->n", condensed_p, 2.0 * phases.heat_capacity - phases.enthalpy)
        bend += (heat_p * (warming + at.capacity_slope * heat_p))[:, None] * heat
        bend += (heat_p**2)[:, None] * np.einsum("nqc,nc->nq", condensed, phases.heat_capacity)
        bend += (self.total * (moles_p - 1.0) * (heat_p - moles_p))[:, None] * moles
        bend[:, -1] -= self.total * heat_p * moles_p
        # ln v = ln n + ln T - ln p, and 1/gamma is minus its slope along ln p
        steepness = 1.0 - moles_p - heat_p
        return np.asarray(-bend / (self.total * steepness)[:, None])

    def _log_gas_by_pressure(self, tangent: Tangent) -> Array:
        """d ln n_j/d ln p (N, S), by NASA RP-1311 part I, eq. 2.18."""
        result = tangent.log_temperature[:, -1:] * self.enthalpy
        result += (tangent.log_moles[:, -1] - 1.0)[:, None]
        result += tangent.potential_slopes[:, -1] @ self.at.species.gases.formula.T
        return np.asarray(result)

    def _gas_sum(self, weight: Array, tangent: Tangent) -> Array:
        """Sums (N, Q) of w_j d ln n_j over the gases, for weights w (N, S), by the same equation."""
        first = weight @ self.at.species.gases.first_moments
        heat = np.einsum("ns,ns->n", weight, self.enthalpy)
        result = np.einsum("nqe,ne->nq", tangent.potential_slopes, first[:, :-1])
        result += first[:, -1:] * tangent.log_moles + heat[:, None] * tangent.log_temperature
        result[:, -1] -= first[:, -1]
        return np.asarray(result)
