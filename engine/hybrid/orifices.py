"""What flows through a hole: liquids, gases, and liquids that boil on their way.

Sources: Dyer, Doran, Dunn, Lohner, Bayart, Sadhwani, Zilliac, Cantwell, Karabeyoglu, "Modeling Feed System Flow Physics
for Self-Pressurizing Propellants", AIAA 2007-5702; Solomon, "Engineering Model to Calculate Mass Flow Rate of a
Two-Phase Saturated Fluid Through an Injector Orifice", Utah State University, 2011 (the corrected weights).
"""

from functools import cache

import numpy as np

from engine.hybrid.saturation import HIGHEST, LOWEST, Saturation, root_of, saturation_at, saturation_root
from engine.hybrid.splines import Axis, Curves
from engine.thermo.nasa_polynomials import Array

SMALLEST_DROP = 200.0
"""Pa; below it the root of a pressure drop becomes a straight line, so that its slope stays finite."""
ROOTS = 161
RATIOS = 400


def incompressible_flux(density: Array, pressure: Array, back_pressure: Array) -> Array:
    """kg/(s m2) of a liquid through a hole (Bernoulli); 0 where the pressure behind is the higher one."""
    drop = np.maximum(pressure - back_pressure, 0.0)
    return np.sqrt(2.0 * density) * drop / np.sqrt(np.sqrt(drop**2 + SMALLEST_DROP**2))


def gas_flux(pressure: Array, density: Array, exponent: Array, back_pressure: Array) -> Array:
    """kg/(s m2) of a gas with the isentropic `exponent` through a hole, choked or not."""
    critical = (2.0 / (exponent + 1.0)) ** (exponent / (exponent - 1.0))
    ratio = np.maximum(back_pressure / pressure, critical)
    fall = np.maximum(1.0 - ratio ** ((exponent - 1.0) / exponent), 0.0)
    smallest = 1e-7
    root = fall / np.sqrt(np.sqrt(fall**2 + smallest**2))
    return root * ratio ** (1.0 / exponent) * np.sqrt(2.0 * exponent / (exponent - 1.0) * pressure * density)


def equilibrium_flux(tank: Saturation, back_pressure: Array) -> Array:
    """kg/(s m2) of saturated liquid that boils at equilibrium and constant entropy on its way (HEM), choked or not."""
    root = tank_root(tank)
    highest_flux, choking_pressure = critical_flow().at(root)
    pressure = np.minimum(np.maximum(back_pressure, choking_pressure), tank.pressure)
    smooth = np.maximum(tank.pressure - back_pressure, 0.0)
    flux = _flashing_flux(tank, pressure)
    # close to no drop the flux is that of the liquid, whose root is made straight there
    near = smooth / np.sqrt(smooth**2 + SMALLEST_DROP**2)
    return np.where(back_pressure <= choking_pressure, highest_flux, flux * np.sqrt(near))


def dyer_flux(tank: Saturation, back_pressure: Array) -> Array:
    """kg/(s m2): between the two above by how long the liquid takes to boil; saturated liquid has equal weights."""
    liquid = incompressible_flux(tank.liquid_density, tank.pressure, back_pressure)
    return 0.5 * (liquid + equilibrium_flux(tank, back_pressure))


def tank_root(tank: Saturation) -> Array:
    """The place of the saturation table that a tank's contents are at."""
    return root_of(tank.temperature)


@cache
def critical_flow() -> Curves:
    """The highest flux of boiling saturated liquid and the pressure behind the hole at which it is reached."""
    axis = Axis(LOWEST, (HIGHEST - LOWEST) / (ROOTS - 1), ROOTS)
    tank = saturation_at(axis.places[:, None])
    low = saturation_at(np.array([HIGHEST])).pressure
    ratio = np.linspace(0.0, 1.0, RATIOS + 1)
    pressure = np.maximum(tank.pressure * (0.3 + 0.7 * ratio), low)
    flux = _flashing_flux(tank, pressure)
    best = np.clip(flux.argmax(axis=1), 1, RATIOS - 1)
    rows = np.arange(ROOTS)
    left, middle, right = (flux[rows, best + shift] for shift in (-1, 0, 1))
    # the top of the parabola through the three highest
    curvature = left - 2.0 * middle + right
    shift = np.clip(0.5 * (left - right) / np.where(curvature == 0.0, -1.0, curvature), -1.0, 1.0)
    step = pressure[rows, best + 1] - pressure[rows, best]
    at = pressure[rows, best] + shift * step
    highest = middle - 0.25 * (left - right) * shift
    return Curves(axis, np.stack([highest, at], axis=1))


def _flashing_flux(tank: Saturation, pressure: Array) -> Array:
    """kg/(s m2): rho2 sqrt(2 (h1 - h2)) with s2 = s1 of the saturated liquid."""
    behind = saturation_at(saturation_root(pressure))
    share = (tank.liquid_entropy - behind.liquid_entropy) / (behind.vapour_entropy - behind.liquid_entropy)
    enthalpy = behind.liquid_enthalpy + share * (behind.vapour_enthalpy - behind.liquid_enthalpy)
    volume = 1.0 / behind.liquid_density + share * (1.0 / behind.vapour_density - 1.0 / behind.liquid_density)
    return np.sqrt(2.0 * np.maximum(tank.liquid_enthalpy - enthalpy, 0.0)) / volume
