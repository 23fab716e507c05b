"""The derivatives of many solved motors, cut into blocks that share elements and condensed phases."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.thermo.blocks import alike, species_places, support_groups
from engine.thermo.constants import GAS_CONSTANT
from engine.thermo.gradients.equilibrium import equilibrium_tangent
from engine.thermo.gradients.frozen import Frozen, freeze, frozen_tangent
from engine.thermo.gradients.nozzle import (
    Gas,
    Parameters,
    chamber_path,
    exit_path,
    log_flux,
    onset_path,
    throat_path,
)
from engine.thermo.gradients.onset import SONIC_TOLERANCE, affinity_slopes
from engine.thermo.gradients.states import StationState, present_gases, station_state
from engine.thermo.gradients.tangent import Tangent, along
from engine.thermo.nasa_polynomials import Array
from engine.thermo.performance import FlowModel, RocketStations
from engine.thermo.species import ProductSpecies
from engine.thermo.status import Status

CHAMBER, THROAT, EXIT = range(3)
PLACES = ("chamber", "throat", "exit")
OF_A_STATE = ("temperature", "pressure", "density", "molar_mass", "gamma")
OF_THE_MOTOR = (
    "c_star",
    "thrust_coefficient",
    "specific_impulse",
    "specific_impulse_vacuum",
    "exit_mach",
    "exit_velocity",
)
OUTPUTS = (*OF_THE_MOTOR, *(f"{place}_{name}" for place in PLACES for name in OF_A_STATE))
BLOCK = 1024
"""Cases whose arrays stay in the second-level cache."""

Places = NDArray[np.intp]


@dataclass
class Directions:
    """How K parameters move what is given to N motors.

    `elements` (N, E) mol/kg is the one direction that the composition can take, `composition` (N, K) how far along it a
    parameter leads; enthalpy (J/kg), and the logarithms of chamber pressure and area ratio, are (N, K).
    """

    elements: Array
    composition: Array
    enthalpy: Array
    log_pressure: Array
    log_area: Array


def motor_slopes(
    products: ProductSpecies,
    element_moles: Array,
    flow: RocketStations,
    directions: Directions,
    flow_model: FlowModel,
) -> dict[str, Array]:
    """Derivatives (N, K) of what N motors do: chamber, throat and one exit by area, solved with compositions.

    By the names of OUTPUTS, such as `c_star` and `throat_temperature`; SI, specific impulse in s. NaN for a case
    without a solution, and for a parameter that brings an element into a mixture that has none of it.
    """
    element_moles = products.complete(element_moles)
    directions = replace(directions, elements=products.complete(directions.elements))
    result = {name: np.full(directions.composition.shape, np.nan) for name in OUTPUTS}
    for rows, columns, subset in support_groups(products, element_moles, flow.status == Status.CONVERGED):
        for block in _blocks(flow, rows, len(products.gases.names)):
            motor = _Motors(products, subset, columns, flow, directions, flow_model, block)
            for name, value in motor.slopes().items():
                result[name][block] = value
    return result


def _blocks(flow: RocketStations, rows: Places, gases: int) -> Iterator[Places]:
    """The cases at `rows` in blocks that have the same condensed phases at every station."""
    there = flow.mole_fractions[rows, :, gases:] > 0
    for _, members in alike(there.reshape(len(rows), -1)):
        for start in range(0, len(members), BLOCK):
            yield rows[members[start : start + BLOCK]]


class _Motors:
    """One block of motors on its way from the chamber to the exit."""

    def __init__(
        self,
        products: ProductSpecies,
        subset: ProductSpecies,
        columns: Places,
        flow: RocketStations,
        directions: Directions,
        flow_model: FlowModel,
        rows: Places,
    ) -> None:
        fractions = flow.mole_fractions[rows][:, :, species_places(products, subset)]
        # a frozen composition needs the same gases at all stations
        parts = fractions.swapaxes(0, 1)[:, :, None] if flow_model == "equilibrium" else [fractions] * 3
        self.present = [present_gases(subset, part) for part in parts]
        self.fractions, self.flow, self.rows, self.flow_model = fractions, flow, rows, flow_model
        self.elements = directions.elements[np.ix_(rows, columns)][:, None]
        composition = directions.composition[rows].copy()
        absent = np.asarray(np.delete(directions.elements[rows], columns, axis=1).any(axis=1))
        composition[absent[:, None] & (composition != 0)] = np.nan
        self.given = Parameters(
            composition[:, :, None],
            directions.enthalpy[rows] / GAS_CONSTANT,
            directions.log_pressure[rows],
            directions.log_area[rows],
        )

    def slopes(self) -> dict[str, Array]:
        """By name, (n, K) each."""
        given, frozen = self.given, None
        tangent, gas = self._tangent(CHAMBER, None)
        path = chamber_path(tangent, gas, given)
        composition, entropy = given.composition, path[:, :, -2]
        if self.flow_model == "frozen":
            frozen = freeze(self._state(CHAMBER), tangent, path)
            composition = np.broadcast_to(np.eye(path.shape[1]), (len(path), path.shape[1], path.shape[1]))
            tangent, gas = self._tangent(CHAMBER, frozen)
            path = np.concatenate([composition, path[:, :, -2:]], axis=2)
        result = self._state_slopes(CHAMBER, tangent, path)
        tangent, gas = self._tangent(THROAT, frozen)
        path = throat_path(tangent, gas, composition, entropy, given.enthalpy)
        chokes = np.abs(self.flow.mach[self.rows, THROAT] - 1.0) > SONIC_TOLERANCE
        if chokes.any():
            affinity = affinity_slopes(self._state(THROAT), tangent)
            path[chokes] = onset_path(affinity, composition, entropy)[chokes]
        result |= self._state_slopes(THROAT, tangent, path)
        flux = log_flux(tangent, gas, path, given.enthalpy)
        if self.flow_model == "frozen_at_throat":
            frozen = freeze(self._state(THROAT), tangent, path)
            composition = np.broadcast_to(np.eye(path.shape[1]), (len(path), path.shape[1], path.shape[1]))
        tangent, gas = self._tangent(EXIT, frozen)
        path = exit_path(tangent, gas, composition, entropy, given.enthalpy, flux - given.log_area)
        result |= self._state_slopes(EXIT, tangent, path)
        return result | self._performance(tangent, gas, path, given.log_pressure - flux)

    def _state(self, station: int) -> StationState:
        flow, rows = self.flow, self.rows
        moles = self.fractions[:, station] / flow.molar_mass_mixture[rows, station, None]
        temperature, pressure = flow.temperature[rows, station], flow.pressure[rows, station]
        species, gases = self.present[station]
        count = len(species.phases.names)
        condensed = moles[:, moles.shape[1] - count :]
        return station_state(species, moles[:, gases], condensed, temperature, pressure)

    def _tangent(self, station: int, frozen: Frozen | None) -> tuple[Tangent, Gas]:
        at = self._state(station)
        tangent = equilibrium_tangent(at, self.elements) if frozen is None else frozen_tangent(at, frozen)
        flow, rows = self.flow, self.rows
        velocity = flow.velocity[rows, station] / np.sqrt(GAS_CONSTANT)
        moles = 1.0 / flow.molar_mass[rows, station]
        return tangent, Gas(flow.temperature[rows, station], moles, velocity, flow.gamma[rows, station])

    def _state_slopes(self, station: int, tangent: Tangent, path: Array) -> dict[str, Array]:
        """Of one station's state, named after its place."""
        flow, rows = self.flow, self.rows
        logs = {
            "temperature": along(tangent.log_temperature, path),
            "pressure": path[:, :, -1],
            "density": path[:, :, -1] - along(tangent.log_stream, path),
            "molar_mass": -along(tangent.log_moles, path),
            "gamma": along(tangent.log_gamma, path),
        }
        place = PLACES[station]
        return {
            f"{place}_{name}": getattr(flow, name)[rows, station, None] * slope
            for name, slope in logs.items()
        }

    def _performance(self, tangent: Tangent, gas: Gas, path: Array, log_c_star: Array) -> dict[str, Array]:
        """Of impulses and of the exit's velocity (NASA RP-1311 part I, eqs. 6.1-6.14 differentiated)."""
        flow, rows = self.flow, self.rows
        log_stream = along(tangent.log_stream, path)
        enthalpy = along(tangent.enthalpy, path)
        log_velocity = (self.given.enthalpy - enthalpy) / gas.velocity[:, None] ** 2
        vacuum = (gas.moles * gas.temperature / gas.velocity**2)[:, None]
        log_vacuum = log_velocity + vacuum / (1.0 + vacuum) * (log_stream - 2.0 * log_velocity)
        log_sound = 0.5 * (along(tangent.log_gamma, path) + log_stream)
        logs = {
            "specific_impulse": log_velocity,
            "specific_impulse_vacuum": log_vacuum,
            "thrust_coefficient": log_velocity - log_c_star,
        }
        slopes = {name: getattr(flow, name)[rows, EXIT, None] * slope for name, slope in logs.items()}
        return slopes | {
            "c_star": flow.c_star[rows, None] * log_c_star,
            "exit_velocity": flow.velocity[rows, EXIT, None] * log_velocity,
            "exit_mach": flow.mach[rows, EXIT, None] * (log_velocity - log_sound),
        }
