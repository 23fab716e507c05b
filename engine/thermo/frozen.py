"""Stations of a nozzle whose composition stays what it was at a station upstream."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.thermo.conditions import SLOWEST, area_change, sonic_change
from engine.thermo.expansion import Station
from engine.thermo.nasa_polynomials import Array
from engine.thermo.properties import Properties, assemble
from engine.thermo.species import ProductSpecies
from engine.thermo.state import Targets
from engine.thermo.status import Status

TOLERANCE = 1e-11
LONGEST_ITERATION = 60
LARGEST_STEP = 0.5


@dataclass
class FrozenFlow:
    """N gases of fixed composition: moles per kg (N, S) and (N, C) and the targets of the isentrope."""

    species: ProductSpecies
    gas: Array
    condensed: Array
    targets: Targets

    @property
    def moles(self) -> Array:
        """(N,) mol of gas per kg."""
        return np.asarray(self.gas.sum(axis=1))

    def sums(self, log_temperature: Array, log_pressure: Array) -> tuple[Array, Array, Array]:
        """Enthalpy over RT, entropy over R, and heat capacity over R, each (N,) in mol/kg.

        A condensed phase keeps its identity: below its range it goes on with its last heat capacity, as a
        supercooled particle that has no time to freeze.
        """
        temperature = np.exp(log_temperature)
        gases = self.species.gases.properties(temperature)
        chosen = np.flatnonzero((self.condensed > 0).any(axis=0))
        phases = self.species.phases.properties(temperature, chosen)
        solid = self.condensed[:, chosen]
        fractions = self.gas / self.moles[:, None]
        mixing = -np.where(fractions > 0, np.log(np.maximum(fractions, 1e-300)), 0.0)
        mixing = mixing - log_pressure[:, None]
        entropy = (self.gas * (gases.enthalpy - gases.gibbs + mixing)).sum(axis=1)
        entropy = entropy + (solid * (phases.enthalpy - phases.gibbs)).sum(axis=1)
        enthalpy = (self.gas * gases.enthalpy).sum(axis=1) + (solid * phases.enthalpy).sum(axis=1)
        capacity = (self.gas * gases.heat_capacity).sum(axis=1) + (solid * phases.heat_capacity).sum(axis=1)
        return enthalpy, entropy, capacity


def freeze(species: ProductSpecies, station: Station, targets: Targets) -> FrozenFlow:
    """The composition of `station`, kept from there on."""
    return FrozenFlow(species, np.exp(station.state.log_gas), station.state.condensed.copy(), targets)


def frozen_throat(flow: FrozenFlow, station: Station) -> Station:
    """The sonic station of the frozen flow, started from the chamber `station`."""
    return _solve(flow, station, lambda *now: _sonic_step(flow, *now), np.full(len(station.status), -0.56))


def frozen_exit_by_pressure(flow: FrozenFlow, previous: Station, log_pressure: Array) -> Station:
    """The station at `log_pressure` (N,)."""
    drop = log_pressure - previous.state.log_pressure
    return _solve(flow, previous, lambda *now: np.zeros_like(now[0]), drop)


def frozen_exit_by_area(
    flow: FrozenFlow, previous: Station, first_log_pressure: Array, log_flux: Array
) -> Station:
    """The supersonic station with the flux `log_flux` (N,), from a first guess of ln p."""
    drop = first_log_pressure - previous.state.log_pressure
    return _solve(flow, previous, lambda *now: _area_step(flow, log_flux, *now), drop)


def _solve(flow: FrozenFlow, previous: Station, condition, first_drop: Array) -> Station:  # type: ignore[no-untyped-def]
    station = previous.copy()
    station.status[station.status == Status.CONVERGED] = Status.NOT_CONVERGED
    open_cases = previous.status == Status.CONVERGED
    log_pressure = previous.state.log_pressure + np.where(np.isfinite(first_drop), first_drop, 0.0)
    enthalpy, entropy, capacity = flow.sums(previous.state.log_temperature, previous.state.log_pressure)
    log_temperature = previous.state.log_temperature + flow.moles / capacity * (
        log_pressure - previous.state.log_pressure
    )
    for _ in range(LONGEST_ITERATION):
        enthalpy, entropy, capacity = flow.sums(log_temperature, log_pressure)
        gap = (flow.targets.entropy - entropy) / capacity
        change = np.clip(condition(log_pressure, log_temperature, enthalpy, capacity, gap), -1.0, 1.0)
        step = np.clip(gap + flow.moles / capacity * change, -LARGEST_STEP, LARGEST_STEP)
        log_temperature = log_temperature + step
        log_pressure = log_pressure + change
        done = np.maximum(np.abs(step), np.abs(change)) < TOLERANCE
        if done[open_cases].all():
            break
    station.state.log_pressure, station.state.log_temperature = log_pressure, log_temperature
    station.status[open_cases & done] = Status.CONVERGED
    return station


def _kinetic(
    flow: FrozenFlow, log_temperature: Array, enthalpy: Array, capacity: Array, gap: Array
) -> tuple[Array, Array]:
    """u2 and n T after the coming correction of the temperature, both over R."""
    temperature = np.exp(log_temperature)
    stream = flow.moles * temperature * np.exp(gap)
    kinetic = 2.0 * (flow.targets.enthalpy - (enthalpy + capacity * gap) * temperature)
    return np.maximum(kinetic, SLOWEST * stream), stream


def _sonic_step(
    flow: FrozenFlow, _: Array, log_temperature: Array, enthalpy: Array, capacity: Array, gap: Array
) -> Array:
    kinetic, stream = _kinetic(flow, log_temperature, enthalpy, capacity, gap)
    exponent = capacity / (capacity - flow.moles)
    return sonic_change(kinetic, stream, exponent)


def _area_step(
    flow: FrozenFlow,
    log_flux: Array,
    log_pressure: Array,
    log_temperature: Array,
    enthalpy: Array,
    capacity: Array,
    gap: Array,
) -> Array:
    kinetic, stream = _kinetic(flow, log_temperature, enthalpy, capacity, gap)
    exponent = capacity / (capacity - flow.moles)
    return area_change(kinetic, stream, exponent, log_pressure, log_flux)


def frozen_properties(flow: FrozenFlow, station: Station, good: NDArray[np.bool_]) -> Properties:
    """Properties of the frozen gas at the station; NaN where it was not reached."""
    log_temperature, log_pressure = station.state.log_temperature, station.state.log_pressure
    enthalpy, entropy, capacity = flow.sums(log_temperature, log_pressure)
    values = assemble(
        log_pressure=log_pressure,
        log_temperature=log_temperature,
        moles=flow.moles,
        condensed=flow.condensed.sum(axis=1),
        enthalpy=enthalpy * np.exp(log_temperature),
        entropy=entropy,
        heat_capacity=capacity,
        heat_capacity_frozen=capacity,
        gamma=capacity / (capacity - flow.moles),
        volume_temperature_slope=np.ones(len(capacity)),
        volume_pressure_slope=-np.ones(len(capacity)),
    )
    for name in Properties.__dataclass_fields__:
        getattr(values, name)[~good] = np.nan
    return values
