"""How the oxidizer comes: as it is given, from a tank that a regulator holds, or driven by its own vapour.

Each kind answers the same question for states (mass, energy) of the tank and a chamber pressure, arrays of one shape
whose last axis is the motors: what flows, with which enthalpy, and how the state changes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.hybrid.motors import Motors
from engine.hybrid.orifices import (
    dyer_flux,
    equilibrium_flux,
    gas_flux,
    incompressible_flux,
)
from engine.hybrid.saturation import (
    Saturation,
    equilibrium_root,
    equilibrium_slopes,
    root_of,
    saturation,
    saturation_at,
)
from engine.thermo.nasa_polynomials import Array

THIN = 1e-3
"""Of the tank's volume: with as little liquid, two thirds of what flows out are liquid and the rest is vapour."""


def liquid_flux(tank: Saturation, back_pressure: Array) -> Array:
    """kg/(s m2) of saturated liquid that does not boil before it is through the hole."""
    return incompressible_flux(tank.liquid_density, tank.pressure, back_pressure)


LIQUID_FLUXES: dict[str, Callable[[Saturation, Array], Array]] = {
    "dyer": dyer_flux,
    "homogeneous_equilibrium": equilibrium_flux,
    "incompressible": liquid_flux,
}


@dataclass(frozen=True)
class Flow:
    """What leaves a tank: to the chamber `mass_flow_rate` (kg/s) with `enthalpy` (J/kg), and what is vented; and its
    `pressure` (Pa), `temperature` (K) and share of the volume that is liquid; how long (s) this goes on `lasting`.
    """

    mass_flow_rate: Array
    enthalpy: Array
    vent_flow_rate: Array
    vent_enthalpy: Array
    pressure: Array
    temperature: Array
    liquid_share: Array
    lasting: Array


@dataclass(frozen=True)
class Guess:
    """Where in the saturation table tanks were a moment ago, (N,) each: the place, the volume and the energy of a
    kilogram there, and how the place changes with both.
    """

    root: Array
    volume: Array
    energy: Array
    by_volume: Array
    by_energy: Array

    def at(self, volume: Array, energy: Array) -> Array:
        """About where a volume and an energy near by are."""
        return np.asarray(
            self.root + self.by_volume * (volume - self.volume) + self.by_energy * (energy - self.energy)
        )

    def take(self, places: NDArray[np.intp]) -> "Guess":
        """Those of the tanks at `places`."""
        return Guess(**{name: values[places] for name, values in vars(self).items()})


@dataclass(frozen=True)
class Contents:
    """What is in a tank: mass (kg), internal energy (J), and about where in the saturation table that is."""

    mass: Array
    energy: Array
    guess: Guess


class Feed(Protocol):
    """What all kinds of feeds can do."""

    def begin(self, motors: Motors) -> Array:
        """(2, N): mass (kg) and internal energy (J) of the tank's contents."""
        ...

    def flow(self, motors: Motors, contents: Contents, chamber_pressure: Array) -> Flow:
        """What leaves; the `guess` is what `place` gave a moment ago."""
        ...

    def place(self, motors: Motors, contents: Contents) -> Guess:
        """What a next `guess` may be."""
        ...


class SteadyFlow:
    """An oxidizer flow that is given; its mass counts downwards from nothing."""

    def begin(self, motors: Motors) -> Array:
        """Nothing."""
        return np.zeros((2, len(motors.length)))

    def flow(self, motors: Motors, contents: Contents, chamber_pressure: Array) -> Flow:  # noqa: ARG002
        """Always the same."""
        nothing = np.zeros_like(contents.mass)
        unknown = np.full_like(nothing, np.nan)
        return Flow(
            motors.oxidizer_mass_flow_rate + nothing,
            nothing,
            nothing,
            nothing,
            unknown,
            unknown,
            unknown,
            nothing + np.inf,
        )

    def place(self, motors: Motors, contents: Contents) -> Guess:  # noqa: ARG002
        """Nothing to guess."""
        return contents.guess


class RegulatedTank:
    """A liquid of constant density, or a gas, behind a regulator that holds the pressure until the tank is empty."""

    def __init__(self, *, is_gas: bool, exponent: float = 1.4) -> None:
        self.is_gas, self.exponent = is_gas, exponent

    def begin(self, motors: Motors) -> Array:
        """The mass; energies do not count."""
        return np.stack([motors.oxidizer_mass, np.zeros_like(motors.oxidizer_mass)])

    def flow(self, motors: Motors, contents: Contents, chamber_pressure: Array) -> Flow:
        """Through the injector, and less and less with the last thousandth of the oxidizer."""
        pressure, density = motors.tank_pressure, motors.oxidizer_density
        if self.is_gas:
            flux = gas_flux(pressure, density, np.full_like(pressure, self.exponent), chamber_pressure)
        else:
            flux = incompressible_flux(density, pressure, chamber_pressure)
        mass = contents.mass
        left = np.clip(mass / (THIN * motors.oxidizer_mass), 0.0, 1.0)
        nothing = np.zeros_like(mass)
        flow = motors.injector_area * flux * left
        share = np.clip(mass / (density * motors.tank_volume), 0.0, 1.0)
        return Flow(
            flow,
            nothing,
            nothing,
            nothing,
            pressure + nothing,
            motors.tank_temperature + nothing,
            nothing if self.is_gas else share,
            np.where(mass > 2.0 * THIN * motors.oxidizer_mass, mass / np.maximum(flow, 1e-12), np.inf),
        )

    def place(self, motors: Motors, contents: Contents) -> Guess:  # noqa: ARG002
        """Nothing to guess."""
        return contents.guess


class SelfPressurizedTank:
    """Nitrous oxide in equilibrium with its vapour: liquid flows out first, then vapour with what condenses in it.

    An adiabatic tank of constant volume: mass and internal energy change by what flows out with its enthalpy. Once the
    liquid has run out, vapour expands; as it does so at constant entropy it stays saturated, and the few droplets that
    condense flow out as they come.
    """

    def __init__(self, model: str) -> None:
        self.liquid_flux = LIQUID_FLUXES[model]

    def begin(self, motors: Motors) -> Array:
        """Both phases at the tank's temperature."""
        state = saturation(motors.tank_temperature)
        volume, mass = motors.tank_volume, motors.oxidizer_mass
        liquid = (mass - state.vapour_density * volume) / (1.0 - state.vapour_density / state.liquid_density)
        energy = liquid * state.liquid_energy + (mass - liquid) * state.vapour_energy
        return np.stack([mass, energy])

    def place(self, motors: Motors, contents: Contents) -> Guess:
        """Where the contents are, and how that changes."""
        volume, energy = motors.tank_volume / contents.mass, contents.energy / contents.mass
        root = equilibrium_root(volume, energy, contents.guess.at(volume, energy))
        return Guess(root, volume, energy, *equilibrium_slopes(root, volume))

    def flow(self, motors: Motors, contents: Contents, chamber_pressure: Array) -> Flow:
        """Liquid as long as there is some, vapour afterwards."""
        volume, energy = motors.tank_volume / contents.mass, contents.energy / contents.mass
        state = saturation_at(equilibrium_root(volume, energy, contents.guess.at(volume, energy)))
        density = contents.mass / motors.tank_volume
        share = (density - state.vapour_density) / (state.liquid_density - state.vapour_density)
        wet = -np.expm1(-np.maximum(share, 0.0) / THIN)
        liquid = wet * self.liquid_flux(state, chamber_pressure)
        vapour = np.zeros_like(liquid)
        if (wet < 1.0).any():
            vapour = (1.0 - wet) * _vapour_flux(state, chamber_pressure)
        total = liquid + vapour
        flow = motors.injector_area * total
        enthalpy = (liquid * state.liquid_enthalpy + vapour * state.vapour_enthalpy) / np.maximum(
            total, 1e-300
        )
        vented = np.zeros_like(liquid)
        if motors.vent_area.any():
            vented = motors.vent_area * _vapour_flux(state, motors.ambient_pressure)
        return Flow(
            flow,
            enthalpy,
            vented,
            state.vapour_enthalpy,
            state.pressure,
            state.temperature,
            np.clip(share, 0.0, 1.0),
            np.where(
                share > 2.0 * THIN,
                share * motors.tank_volume * state.liquid_density / np.maximum(flow, 1e-12),
                np.inf,
            ),
        )


def first_guess(motors: Motors) -> Guess:
    """What a burn begins with."""
    known = np.where(np.isnan(motors.tank_temperature), 280.0, motors.tank_temperature)
    nothing = np.zeros_like(known)
    return Guess(root_of(known), nothing, nothing, nothing, nothing)


def _vapour_flux(state: Saturation, back_pressure: Array) -> Array:
    return gas_flux(state.pressure, state.vapour_density, state.vapour_exponent, back_pressure)
