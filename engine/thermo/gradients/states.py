"""The states of solved stations, as the derivatives need them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.thermo.gases import GasProperties
from engine.thermo.nasa_polynomials import Array
from engine.thermo.phases import PhaseProperties
from engine.thermo.species import ProductSpecies

RAREST = 1e-300


@dataclass(frozen=True)
class StationState:
    """N states of the same `species` with the same phases, at the places `active` (C',).

    Of the gases there are the S that matter.
    `temperature` (N,) K, `log_pressure` (N,) in standard pressures, moles per kg `gas` (N, S) and `condensed` (N, C).
    """

    species: ProductSpecies
    active: NDArray[np.intp]
    temperature: Array
    log_pressure: Array
    gas: Array
    condensed: Array

    @cached_property
    def gas_properties(self) -> GasProperties:
        """Of all gases."""
        return self.species.gases.properties(self.temperature)

    @cached_property
    def phase_properties(self) -> PhaseProperties:
        """Of the phases that are there."""
        return self.species.phases.properties(self.temperature, self.active)

    @cached_property
    def total(self) -> Array:
        """(N,) mol of gas per kg."""
        return np.asarray(self.gas.sum(axis=1))

    @cached_property
    def chemical_potentials(self) -> Array:
        """(N, S) of the gases over RT."""
        logs = np.log(np.maximum(self.gas, RAREST))
        logs += (self.log_pressure - np.log(self.total))[:, None]
        logs += self.gas_properties.gibbs
        return logs

    @property
    def phase_moles(self) -> Array:
        """(N, C') mol/kg of the phases that are there."""
        return self.condensed[:, self.active]

    @cached_property
    def capacity(self) -> Array:
        """(N,) heat capacity over R at constant composition, mol/kg."""
        gas = np.einsum("ns,ns->n", self.gas, self.gas_properties.heat_capacity)
        return np.asarray(gas + np.einsum("nc,nc->n", self.phase_moles, self.phase_properties.heat_capacity))

    @property
    def capacity_slope(self) -> Array:
        """(N,): of `capacity` by ln T."""
        gas = self.species.gases.heat_capacity_slope(self.temperature, self.gas)
        if not len(self.active):
            return gas
        phases = self.species.phases.heat_capacity_slope(self.temperature, self.active)
        return np.asarray(gas + np.einsum("nc,nc->n", self.phase_moles, phases))
