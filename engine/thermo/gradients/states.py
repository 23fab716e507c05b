"""The state of stations, from what a solution reports of them."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.thermo.constants import STANDARD_PRESSURE
from engine.thermo.gases import GasProperties
from engine.thermo.nasa_polynomials import Array
from engine.thermo.phases import PhaseProperties
from engine.thermo.species import ProductSpecies

NEGLIGIBLE = 1e-14
"""A gas that is rarer in all cases of a block is left out; what it adds to any sum is lost in rounding."""
RAREST = 1e-300


@dataclass(frozen=True)
class StationState:
    """N states of the same `species` (S gases that matter) with the same phases at the places `active` (C',).

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
        phases = self.species.phases.heat_capacity_slope(self.temperature, self.active)
        return np.asarray(gas + np.einsum("nc,nc->n", self.phase_moles, phases))


def present_gases(species: ProductSpecies, fractions: Array) -> tuple[ProductSpecies, NDArray[np.intp]]:
    """The species less the gases that are nowhere in mole fractions (N, K, S + C), and places of those that stay."""
    most = fractions[:, :, : len(species.gases.names)].max(axis=(0, 1))
    chosen = np.flatnonzero(most > NEGLIGIBLE)
    return replace(species, gases=species.gases.take(chosen)), chosen


def station_state(
    species: ProductSpecies, gas: Array, condensed: Array, temperature: Array, pressure: Array
) -> StationState:
    """States with moles per kg `gas` (N, S) and `condensed` (N, C), at `temperature` (N,) K and `pressure` (N,) Pa.

    A phase is taken to be there in all cases where the first one has it.
    """
    active = np.flatnonzero(condensed[0] > 0)
    log_pressure = np.log(pressure / STANDARD_PRESSURE)
    return StationState(species, active, temperature, log_pressure, gas, condensed)
