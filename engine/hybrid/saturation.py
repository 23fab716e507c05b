"""Saturated nitrous oxide: liquid and vapour in equilibrium, from a table that was made of CoolProp.

Equation of state: Lemmon and Span, J. Chem. Eng. Data 51 (2006) 785. The table and what made it are in `data/`; between
its places the splines leave the equation by less than 2e-7 from 183 to 309.3 K.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from engine.hybrid.splines import Axis, Curves
from engine.thermo.nasa_polynomials import Array

TABLE = Path(__file__).with_name("data") / "nitrous_oxide.csv"
CRITICAL_TEMPERATURE = 309.520678
"""K"""
TRIPLE_TEMPERATURE = 182.33
NEWTON_STEPS = 12
CLOSE = 3e-6
"""Of a place: a step that is as small leaves about its square to mend."""


@dataclass(frozen=True)
class Saturation:
    """Both phases at one temperature, arrays of one shape, SI; `vapour_exponent` is rho c^2/p of the vapour."""

    temperature: Array
    pressure: Array
    liquid_density: Array
    vapour_density: Array
    liquid_enthalpy: Array
    vapour_enthalpy: Array
    liquid_entropy: Array
    vapour_entropy: Array
    vapour_exponent: Array

    @property
    def liquid_energy(self) -> Array:
        """J/kg, internal."""
        return self.liquid_enthalpy - self.pressure / self.liquid_density

    @property
    def vapour_energy(self) -> Array:
        """J/kg, internal."""
        return self.vapour_enthalpy - self.pressure / self.vapour_density


def root_of(temperature: Array | float) -> Array:
    """The coordinate of the table: the square root of 1 - T/Tc, held at 0 above the critical temperature."""
    return np.asarray(np.sqrt(np.maximum(1.0 - np.asarray(temperature) / CRITICAL_TEMPERATURE, 0.0)))


def saturation(temperature: Array | float) -> Saturation:
    """Both phases at `temperature` (K, any shape), 183 to 309.4; outside the ends of the table."""
    return saturation_at(root_of(temperature))


def saturation_at(root: Array) -> Saturation:
    """Both phases at a place of the table."""
    log_pressure, *rest = properties().at(root)
    temperature = CRITICAL_TEMPERATURE * (1.0 - root**2)
    return Saturation(temperature, np.exp(log_pressure), *rest)


def saturation_root(pressure: Array) -> Array:
    """The place of the table with a pressure (Pa, any shape), which lies between triple and critical point."""
    (square,) = _places_by_pressure().at(np.log(pressure))
    return np.asarray(np.sqrt(square))


def equilibrium_root(volume: Array, energy: Array, guess: Array) -> Array:
    """The place of the table at which a kilogram of both phases has a `volume` (m3) and an `energy` (J).

    Newton's method on u = ul + x (uv - ul), x the share of vapour that gives the volume; `guess` is a place near by.
    Where the contents are all vapour the formula goes on beyond x = 1.
    """
    root = np.minimum(np.maximum(guess, LOWEST), HIGHEST)
    for _ in range(NEWTON_STEPS):
        energy_there, slope, _ = _energy_at(root, volume)
        change = (energy_there - energy) / slope
        root = np.minimum(np.maximum(root - change, LOWEST), HIGHEST)
        if np.abs(change).max() < CLOSE:
            break
    return root


def equilibrium_slopes(root: Array, volume: Array) -> tuple[Array, Array]:
    """How the place of `equilibrium_root` changes with the volume and with the energy of a kilogram."""
    _, slope, by_volume = _energy_at(root, volume)
    return -by_volume / slope, 1.0 / slope


def _energy_at(root: Array, volume: Array) -> tuple[Array, Array, Array]:
    """The energy of a kilogram in a volume at a place, and its derivatives by the place and by the volume."""
    values, slopes = _volumes_and_energies().with_slopes(root)
    liquid, vapour, liquid_energy, vapour_energy = values
    width, rise = vapour - liquid, vapour_energy - liquid_energy
    share = (volume - liquid) / width
    share_slope = -(slopes[0] + share * (slopes[1] - slopes[0])) / width
    slope = slopes[2] + share_slope * rise + share * (slopes[3] - slopes[2])
    return liquid_energy + share * rise, slope, rise / width


@cache
def _table() -> tuple[Axis, dict[str, Array]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    names = lines[3].removeprefix("# ").split(",")
    rows = np.array([line.split(",") for line in lines[4:]], dtype=np.float64)
    columns = dict(zip(names, rows.T, strict=True))
    root = columns["root"]
    return Axis(float(root[0]), float(root[-1] - root[0]) / (len(root) - 1), len(root)), columns


LOWEST, HIGHEST = 0.02, 0.6408
"""Ends of the table: 309.40 and 182.42 K."""


@cache
def properties() -> Curves:
    """ln p and the quantities of `Saturation` after the pressure, over the place."""
    axis, table = _table()
    exponent = table["vapour_density"] * table["vapour_sound_speed"] ** 2 / table["pressure"]
    names = [f"{phase}_{of}" for of in ("density", "enthalpy", "entropy") for phase in ("liquid", "vapour")]
    return Curves(
        axis, np.stack([np.log(table["pressure"]), *(table[name] for name in names), exponent], axis=1)
    )


@cache
def _volumes_and_energies() -> Curves:
    axis, table = _table()
    pressure = table["pressure"]
    volumes = [1.0 / table["liquid_density"], 1.0 / table["vapour_density"]]
    enthalpies = [table["liquid_enthalpy"], table["vapour_enthalpy"]]
    energies = [h - pressure * v for h, v in zip(enthalpies, volumes, strict=True)]
    return Curves(axis, np.stack([*volumes, *energies], axis=1))


@cache
def _places_by_pressure() -> Curves:
    """The inverse of the pressure, by Newton's method from a straight line on even logarithms of pressure."""
    axis, _ = _table()
    log_ends = properties().at(axis.places[[0, -1]])[0]
    even = Axis(float(log_ends[1]), float(log_ends[0] - log_ends[1]) / 400.0, 401)
    root = np.interp(even.places, properties().at(axis.places)[0][::-1], axis.places[::-1])
    for _ in range(8):
        values, slopes = properties().with_slopes(root)
        root = root - (values[0] - even.places) / slopes[0]
    return Curves(even, root[:, None] ** 2)  # smooth up to the critical point, as the root is not
