"""The chain of a block of motors: chamber, throat and exit one after another, and what the motors do."""

import numpy as np

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
from engine.thermo.gradients.solved import SolvedBlock
from engine.thermo.gradients.states import StationState
from engine.thermo.gradients.tangent import Tangent, along
from engine.thermo.nasa_polynomials import Array
from engine.thermo.performance import FlowModel

CHAMBER, THROAT, EXIT = range(3)
PLACES = ("chamber", "throat", "exit")
OF_A_STATE = ("temperature", "pressure", "density", "molar_mass", "gamma")
OF_THE_MOTOR = (
    "c_star",
    "stagnation_pressure",
    "thrust_coefficient",
    "specific_impulse",
    "specific_impulse_vacuum",
    "exit_mach",
    "exit_velocity",
)
OUTPUTS = (*OF_THE_MOTOR, *(f"{place}_{name}" for place in PLACES for name in OF_A_STATE))


def block_slopes(
    solved: SolvedBlock, given: Parameters, element_slopes: Array, flow_model: FlowModel
) -> dict[str, Array]:
    """Derivatives (n, K) by the names of OUTPUTS; the composition moves along `element_slopes` (n, E)."""
    return _Chain(solved, given, element_slopes).slopes(flow_model)


class _Chain:
    def __init__(self, solved: SolvedBlock, given: Parameters, element_slopes: Array) -> None:
        self.solved, self.given, self.elements = solved, given, element_slopes[:, None]
        self.composition = given.composition
        self.frozen: Frozen | None = None
        self.result: dict[str, Array] = {}

    def slopes(self, flow_model: FlowModel) -> dict[str, Array]:
        """From the chamber to the exit."""
        given = self.given
        at, tangent, gas = self._station(CHAMBER)
        path = chamber_path(tangent, gas, given)
        if flow_model == "frozen":
            self._freeze(at, tangent, path)
            at, tangent, gas = self._station(CHAMBER)
            path = np.concatenate([self.composition, path[:, :, -2:]], axis=2)
        self._keep(CHAMBER, tangent, path)
        entropy = path[:, :, -2]
        at, tangent, gas = self._station(THROAT)
        path = self._throat(at, tangent, gas, entropy)
        self._keep(THROAT, tangent, path)
        flux = log_flux(tangent, gas, path, given.enthalpy)
        if flow_model == "frozen_at_throat":
            self._freeze(at, tangent, path)
        at, tangent, gas = self._station(EXIT)
        path = exit_path(tangent, gas, self.composition, entropy, given.enthalpy, flux - given.log_area)
        self._keep(EXIT, tangent, path)
        self._keep_performance(tangent, gas, path, given.log_pressure - flux)
        return self.result

    def _station(self, station: int) -> tuple[StationState, Tangent, Gas]:
        frozen = self.frozen
        at = self.solved.state(station, None if frozen is None else frozen.at)
        tangent = equilibrium_tangent(at, self.elements) if frozen is None else frozen_tangent(at, frozen)
        return at, tangent, self.solved.gas(station)

    def _freeze(self, at: StationState, tangent: Tangent, path: Array) -> None:
        """From here on the composition's coordinates are the parameters."""
        self.frozen = freeze(at, tangent, path)
        cases, parameters = path.shape[:2]
        self.composition = np.broadcast_to(np.eye(parameters), (cases, parameters, parameters))

    def _throat(self, at: StationState, tangent: Tangent, gas: Gas, entropy: Array) -> Array:
        path = throat_path(tangent, gas, self.composition, entropy, self.given.enthalpy)
        chokes = np.abs(self.solved.value("mach", THROAT)[:, 0] - 1.0) > SONIC_TOLERANCE
        if chokes.any():
            path[chokes] = onset_path(affinity_slopes(at, tangent), self.composition, entropy)[chokes]
        return path

    def _keep(self, station: int, tangent: Tangent, path: Array) -> None:
        """What belongs to the state of a station, named after its place."""
        log_stream = along(tangent.log_stream, path)
        logs = (
            along(tangent.log_temperature, path),
            path[:, :, -1],
            path[:, :, -1] - log_stream,
            -along(tangent.log_moles, path),
            along(tangent.log_gamma, path),
        )
        for name, slope in zip(OF_A_STATE, logs, strict=True):
            self.result[f"{PLACES[station]}_{name}"] = self.solved.value(name, station) * slope

    def _keep_performance(self, tangent: Tangent, gas: Gas, path: Array, log_c_star: Array) -> None:
        """Impulses and the exit's velocity (NASA RP-1311 part I, eqs. 6.1-6.14 differentiated)."""
        log_stream = along(tangent.log_stream, path)
        log_velocity = (self.given.enthalpy - along(tangent.enthalpy, path)) / gas.velocity[:, None] ** 2
        vacuum = (gas.moles * gas.temperature / gas.velocity**2)[:, None]
        log_sound = 0.5 * (along(tangent.log_gamma, path) + log_stream)
        logs = {
            "thrust_coefficient": log_velocity - log_c_star,
            "specific_impulse": log_velocity,
            "specific_impulse_vacuum": log_velocity
            + vacuum / (1.0 + vacuum) * (log_stream - 2.0 * log_velocity),
            "mach": log_velocity - log_sound,
            "velocity": log_velocity,
        }
        for name, slope in logs.items():
            output = f"exit_{name}" if f"exit_{name}" in OF_THE_MOTOR else name
            self.result[output] = self.solved.value(name, EXIT) * slope
        flow, rows = self.solved.flow, self.solved.rows
        self.result["c_star"] = flow.c_star[rows, None] * log_c_star
        self.result["stagnation_pressure"] = flow.stagnation_pressure[rows, None] * self.given.log_pressure
