"""Rocket motors as the sweeps take them, and the conditions along their nozzles by the potentials of a state."""

from dataclasses import dataclass

import numpy as np

from engine.thermo.conditions import SLOWEST
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure
from engine.thermo.sweeps.coordinates import Mixtures
from engine.thermo.sweeps.flow import Flow, Places
from engine.thermo.sweeps.iteration import Wanted


@dataclass(frozen=True)
class Motors:
    """N motors: `mixtures`, `log_pressure` of the chamber (N,), and `exits` (N, K).

    Exits are coordinates of the area where the closure is AREA, else ln of chamber pressure over exit pressure.
    """

    mixtures: Mixtures
    log_pressure: Array
    exits: Array
    closure: Closure

    def take(self, places: Places) -> "Motors":
        """The motors at `places`."""
        mixtures = Mixtures(self.mixtures.elements[:, places], self.mixtures.enthalpy[places])
        return Motors(mixtures, self.log_pressure[places], self.exits[places], self.closure)

    def is_like(self, other: "Motors") -> bool:
        """Whether the other ones have as many exits of the same kind."""
        return self.closure is other.closure and self.exits.shape[1] == other.exits.shape[1]

    def joined(self, other: "Motors") -> "Motors":
        """These and the other ones, of the same elements and as many exits."""
        mixtures = Mixtures(
            np.concatenate([self.mixtures.elements, other.mixtures.elements], axis=1),
            np.concatenate([self.mixtures.enthalpy, other.mixtures.enthalpy]),
        )
        pressures = np.concatenate([self.log_pressure, other.log_pressure])
        return Motors(mixtures, pressures, np.concatenate([self.exits, other.exits]), self.closure)


def entropy(flow: Flow, wanted: Wanted) -> Array:
    """s/R (N,) of equilibrium states with the enthalpy wanted, by their Gibbs energy: s = h/T - sum pi_i b_i."""
    return np.asarray(wanted.enthalpy / flow.temperature - potential(flow, wanted))


def enthalpy(flow: Flow, wanted: Wanted) -> Array:
    """h/R (N,) of equilibrium states with the entropy wanted: h = T (s + sum pi_i b_i)."""
    return np.asarray(flow.temperature * (wanted.entropy + potential(flow, wanted)))


def potential(flow: Flow, wanted: Wanted) -> Array:
    """G/RT (N,) of equilibrium states in mol/kg: sum pi_i b_i."""
    return np.asarray(np.einsum("en,en->n", flow.potentials, wanted.elements))


def log_flux(flow: Flow, wanted: Wanted) -> Array:
    """ln(n T/(p u)) (N,), u in units of the root of R, from the fall of the enthalpy.

    At the throat it has its least value along the isentrope, so that a small error of the throat does not show.
    """
    stream = np.exp(flow.log_total + flow.log_temperature)
    kinetic = np.maximum(2.0 * (wanted.enthalpy - enthalpy(flow, wanted)), SLOWEST * stream)
    return np.asarray(np.log(stream) - flow.log_pressure - 0.5 * np.log(kinetic))


def area_coordinate(area_ratio: Array) -> Array:
    """The square root of ln(A/At): pressure is a smooth function of it down to the throat."""
    return np.sqrt(np.log(area_ratio))


def log_area(coordinate: Array) -> Array:
    """Its inverse, the logarithm of the area ratio."""
    return np.asarray(coordinate**2)


def wanted_of(mixtures: Mixtures) -> Wanted:
    """What motors of these mixtures have to meet, entropy and area left open."""
    nothing = np.zeros_like(mixtures.enthalpy)
    return Wanted(mixtures.elements, mixtures.enthalpy, nothing, nothing)
