"""From the chamber to the throat and the exit: which way each station's state moves with the parameters of a motor.

A path (N, K, Q) says how the coordinates of a tangent (composition, entropy over R, ln p) move with K parameters.
"""

from dataclasses import dataclass

import numpy as np

from engine.thermo.gradients.tangent import Tangent, along
from engine.thermo.nasa_polynomials import Array


@dataclass
class Gas:
    """N states: temperature K, moles of gas per kg, velocity in units of the root of R, gamma; (N,) each."""

    temperature: Array
    moles: Array
    velocity: Array
    gamma: Array


@dataclass
class Parameters:
    """How K parameters move what is given: composition (N, K, B), and (N, K) each the rest.

    These are the enthalpy over R and the logarithms of chamber pressure and area ratio.
    """

    composition: Array
    enthalpy: Array
    log_pressure: Array
    log_area: Array


def chamber_path(tangent: Tangent, gas: Gas, given: Parameters) -> Array:
    """The path (N, K, Q) of a state of given composition, enthalpy and pressure."""
    path = _path(given.composition, np.zeros_like(given.enthalpy), given.log_pressure)
    entropy = (given.enthalpy - along(tangent.enthalpy, path)) / gas.temperature[:, None]
    return _path(given.composition, entropy, given.log_pressure)


def throat_path(tangent: Tangent, gas: Gas, composition: Array, entropy: Array, enthalpy: Array) -> Array:
    """The path (N, K, Q) of the sonic station, where u2 = gamma n R T; `enthalpy` (N, K) is that of the gas at rest."""
    path = _path(composition, entropy, np.zeros_like(entropy))
    faster = 2.0 * _log_velocity(tangent, gas, path, enthalpy)
    slower = along(tangent.log_gamma, path) + along(tangent.log_stream, path)
    response = 1.0 + 1.0 / gas.gamma + tangent.log_gamma[:, -1]
    return _path(composition, entropy, (faster - slower) / response[:, None])


def onset_path(affinity: Array, composition: Array, entropy: Array) -> Array:
    """The path (N, K, Q) of a station that stays where the affinity of a phase is zero; its derivatives are (N, Q)."""
    path = _path(composition, entropy, np.zeros_like(entropy))
    return _path(composition, entropy, -along(affinity, path) / affinity[:, -1:])


def log_flux(tangent: Tangent, gas: Gas, path: Array, enthalpy: Array) -> Array:
    """Derivatives (N, K) of ln(u/v) along paths.

    At the throat the flux has its maximum along the isentrope and the part of ln p in the path has no effect.
    """
    volume = along(tangent.log_stream, path) - path[:, :, -1]
    return _log_velocity(tangent, gas, path, enthalpy) - volume


def exit_path(
    tangent: Tangent, gas: Gas, composition: Array, entropy: Array, enthalpy: Array, flux: Array
) -> Array:
    """The path (N, K, Q) of the station whose ln(u/v) moves by `flux` (N, K)."""
    path = _path(composition, entropy, np.zeros_like(entropy))
    response = 1.0 / gas.gamma - gas.moles * gas.temperature / gas.velocity**2
    change = flux - log_flux(tangent, gas, path, enthalpy)
    return _path(composition, entropy, change / response[:, None])


def _log_velocity(tangent: Tangent, gas: Gas, path: Array, enthalpy: Array) -> Array:
    """Derivatives (N, K) of ln u, the enthalpy at rest moving by `enthalpy` (N, K)."""
    return np.asarray((enthalpy - along(tangent.enthalpy, path)) / gas.velocity[:, None] ** 2)


def _path(composition: Array, entropy: Array, log_pressure: Array) -> Array:
    return np.concatenate([composition, entropy[:, :, None], log_pressure[:, :, None]], axis=2)
