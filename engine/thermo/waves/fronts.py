"""What each kind of wave asks of pressure and enthalpy behind it.

Units of the iteration: pressures in standard pressures, volumes v as n T/p, enthalpies and squares of velocities over
R, so that the equations of the jump keep their form: p2 - p1 = m2 (v1 - v2), h2 - h1 = m2 (v1**2 - v2**2)/2, where m2
is the square of the mass flux (NASA RP-1311 part I, chapter 7; docs/waves.md derives what is here).
"""

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from engine.thermo.blocks import Mask
from engine.thermo.constants import GAS_CONSTANT, STANDARD_PRESSURE
from engine.thermo.nasa_polynomials import Array
from engine.thermo.properties import Properties
from engine.thermo.state import Targets

LARGEST_STEP = 1.0
"""Of ln p in one iteration."""
LEAST_PRESSURE = 1e-3
"""Of that before the wave, on the way."""
LEAST_COMPRESSION = 1e-9
"""Of the volume before the wave, on the way."""


def pressure_and_volume(gas: Properties) -> tuple[Array, Array]:
    """(N,) each, in the units of the iteration."""
    pressure = gas.pressure / STANDARD_PRESSURE
    return pressure, gas.temperature / gas.molar_mass / pressure


class Response(NamedTuple):
    """Changes (N,) of ln v: by the step at constant pressure and enthalpy, by ln p, and by h/(R T)."""

    residual: Array
    pressure: Array
    heat: Array


class Aim(NamedTuple):
    """Where a wave wants its gas when it has the volume v: pressure and enthalpy (N,), and their slopes by ln v."""

    log_pressure: Array
    enthalpy: Array
    pressure_slope: Array
    enthalpy_slope: Array


@dataclass
class Front(Targets):
    """N waves: `enthalpy`, `pressure` and `volume` (N,) before them, and the square of what velocity drives each."""

    pressure: Array
    volume: Array
    drive: Array

    @classmethod
    def before(cls, gas: Properties, elements: Array, velocity: Array | float = 0.0) -> Self:
        """The front before a gas of N cases; `elements` (N, E) mol/kg, and the `velocity` (N,) m/s that drives it."""
        nothing = np.zeros(len(elements))
        pressure, volume = pressure_and_volume(gas)
        enthalpy = gas.enthalpy / GAS_CONSTANT
        return cls(
            elements, enthalpy, nothing, nothing, pressure, volume, nothing + velocity**2 / GAS_CONSTANT
        )

    def enthalpy_behind(self, pressure: Array, volume: Array) -> Array:
        """The enthalpy (N,) that the wave leaves at its present volume."""
        raise NotImplementedError

    def changes(
        self, pressure: Array, volume: Array, temperature: Array, by: Response
    ) -> tuple[Array, Array]:
        """The corrections (N,) of ln p and of h/(R T), beyond the enthalpy of `enthalpy_behind`."""
        raise NotImplementedError

    def is_outrun(self, pressure: Array, volume: Array) -> Mask:
        """Whether (N,) a wave that leaves this pressure and volume is driven by more."""
        raise NotImplementedError


@dataclass
class ShockFront(Front):
    """A wave whose pressure and enthalpy follow from its volume."""

    def aim(self, volume: Array) -> Aim:
        """What the wave wants at `volume` (N,)."""
        raise NotImplementedError

    def enthalpy_behind(self, _: Array, volume: Array) -> Array:
        """The enthalpy (N,) that the wave leaves at its present volume."""
        return self.aim(volume).enthalpy

    def changes(
        self, pressure: Array, volume: Array, temperature: Array, by: Response
    ) -> tuple[Array, Array]:
        """The corrections (N,) of ln p and of h/(R T); the divisor of an incident wave is 1 - Ma**2 of its gas."""
        aim = self.aim(volume)
        gap = aim.log_pressure - np.log(pressure)
        by_heat = by.heat * aim.enthalpy_slope / temperature
        change = (by.residual + by.pressure * gap) / (1.0 - by.pressure * aim.pressure_slope - by_heat)
        return _limited(gap + aim.pressure_slope * change, aim.enthalpy_slope / temperature * change)


@dataclass
class IncidentShock(ShockFront):
    """A shock that runs into a gas at rest, driven by its own velocity."""

    def aim(self, volume: Array) -> Aim:
        """What mass, momentum and energy ask for."""
        flux = self.drive / self.volume**2
        pressure = self.pressure + flux * (self.volume - volume)
        pressure = np.maximum(pressure, LEAST_PRESSURE * self.pressure)
        enthalpy = self.enthalpy + 0.5 * flux * (self.volume**2 - volume**2)
        return Aim(np.log(pressure), enthalpy, -flux * volume / pressure, -flux * volume**2)

    def is_outrun(self, pressure: Array, volume: Array) -> Mask:
        """Whether (N,) a wave that leaves this pressure and volume is faster."""
        flux = (pressure - self.pressure) / (self.volume - volume)
        return np.asarray(flux * self.volume**2 > self.drive)


@dataclass
class ReflectedShock(ShockFront):
    """A shock that comes back from a wall, driven by the velocity towards the wall that it takes off the gas.

    With m2 = drive/(v2 - v5)**2 its own velocity does not appear.
    """

    def aim(self, volume: Array) -> Aim:
        """What brings the gas to rest."""
        compression = np.maximum(self.volume - volume, LEAST_COMPRESSION * self.volume)
        pressure = self.pressure + self.drive / compression
        enthalpy = self.enthalpy + 0.5 * self.drive * (2.0 * self.volume - compression) / compression
        by_volume = self.drive * volume / compression**2
        return Aim(np.log(pressure), enthalpy, by_volume / pressure, by_volume * self.volume)

    def is_outrun(self, pressure: Array, volume: Array) -> Mask:
        """Whether (N,) a wave that leaves this pressure and volume takes more velocity off the gas."""
        return np.asarray((pressure - self.pressure) * (self.volume - volume) > self.drive)


@dataclass
class HugoniotFront(Front):
    """A wave that leaves its pressure as it is: whatever its velocity, mass, momentum and energy are kept."""

    def enthalpy_behind(self, pressure: Array, volume: Array) -> Array:
        """The enthalpy (N,) on the curve of Hugoniot."""
        return np.asarray(self.enthalpy + 0.5 * (pressure - self.pressure) * (self.volume + volume))

    def changes(
        self, pressure: Array, volume: Array, temperature: Array, by: Response
    ) -> tuple[Array, Array]:
        """No correction of ln p, and that of h/(R T)."""
        by_volume = 0.5 * (pressure - self.pressure) * volume / temperature
        return np.zeros_like(pressure), by_volume * by.residual / (1.0 - by_volume * by.heat)

    def is_outrun(self, pressure: Array, volume: Array) -> Mask:
        """By all waves (N,) of the strong branch."""
        return np.ones(np.broadcast_shapes(pressure.shape, volume.shape), dtype=bool)


@dataclass
class DetonationFront(HugoniotFront):
    """A wave behind which the burned gas flows off at its speed of sound (Chapman-Jouguet): nothing drives it."""

    def changes(
        self, pressure: Array, volume: Array, temperature: Array, by: Response
    ) -> tuple[Array, Array]:
        """The corrections (N,) of ln p and of h/(R T) towards v1/v2 = 1 + (1 - p1/p2)/gamma."""
        gamma = -1.0 / (by.pressure + pressure * volume / temperature * by.heat)
        compression = 1.0 + (1.0 - self.pressure / pressure) / gamma
        gap = np.log(self.volume / (compression * volume))
        slope = -self.pressure / pressure / gamma / compression
        by_pressure = 0.5 * pressure * (self.volume + volume) / temperature
        by_volume = 0.5 * (pressure - self.pressure) * volume / temperature
        rest = 1.0 - by.heat * by_volume
        change = (by.residual - rest * gap) / (rest * slope - by.pressure - by.heat * by_pressure)
        return _limited(change, by_pressure * change + by_volume * (gap + slope * change))


def _limited(log_pressure: Array, heat: Array) -> tuple[Array, Array]:
    share = LARGEST_STEP / np.maximum(np.abs(log_pressure), LARGEST_STEP)
    return log_pressure * share, heat * share
