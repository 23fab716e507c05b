"""What a pair of propellants burns to, solved once over mixture and pressure and read from splines ever after.

The core solves chamber and throat in equilibrium at all places of a grid (NASA RP-1311 part I, chapter 6). The chamber
of a march knows how much gas it holds, and not its pressure: so the table is turned from pressure to density.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from engine.hybrid.splines import Axis, Surfaces
from engine.thermo.blends import Blend, blend_of, composition
from engine.thermo.catalogue import Propellant
from engine.thermo.constants import GAS_CONSTANT
from engine.thermo.nasa_polynomials import Array
from engine.thermo.performance import rocket_stations
from engine.thermo.ratios import oxidation_states
from engine.thermo.reactants import mix_blends
from engine.thermo.rocket_results import RocketStations
from engine.thermo.species import product_species
from engine.thermo.status import Status

MIXTURES = 257
PRESSURES = 19
RICHEST = 0.1
"""The lowest share of oxidizer in the tables, a ninth of the stoichiometric one; richer gas is taken as it is there."""
SEAM_WIDTH = 1.5e-3
SEAM_WEIGHT = 0.055
LOWEST_PRESSURE, HIGHEST_PRESSURE = 1e3, 4e7
"""Pa; beyond them the gas is taken as it is at the end."""
QUANTITIES = ("log_energy", "energy_slope", "log_c_star", "gamma", "temperature")
CHAMBER = 0
NEAR_EXIT = 1.5
"""Area ratio of an exit that nothing is read from: with one, the core can solve the grid as a sweep."""
MOST_OXIDIZER = 1e9
SMALLEST_RATIO, LARGEST_RATIO = 0.2, 100.0


@dataclass(frozen=True, eq=False)
class Gas:
    """Burnt gas at rest, arrays of one shape, SI: `pressure_energy` is p/rho (J/kg), `energy_slope` how much it
    changes with the enthalpy at constant pressure; `c_star`, `gamma` and `temperature` as in equilibrium flow.
    """

    pressure_energy: Array
    energy_slope: Array
    c_star: Array
    gamma: Array
    temperature: Array


class CombustionTable:
    """A pair of propellants, both entering with the enthalpies they were given: p/rho, c*, gamma, T.

    `stoichiometric` is the mass of oxidizer per mass of fuel at which both are used up; mixtures are counted by the
    `share` of oxidizer when the fuel is weighed with it, 0 fuel alone, 1/2 stoichiometric, 1 oxidizer alone.
    """

    def __init__(self, fuel: Blend, oxidizer: Blend) -> None:
        self.fuel, self.oxidizer = fuel, oxidizer
        self.stoichiometric = stoichiometric_ratio(fuel, oxidizer)
        soot = soot_ratio(fuel, oxidizer)
        self._seam = soot / (soot + self.stoichiometric)
        ends = self._place(np.array([RICHEST, 1.0]))
        self._mixtures = Axis(float(ends[0]), float(np.ptp(ends)) / (MIXTURES - 1), MIXTURES)
        log_ends = np.log([LOWEST_PRESSURE, HIGHEST_PRESSURE])
        self._pressures = Axis(float(log_ends[0]), float(np.ptp(log_ends)) / (PRESSURES - 1), PRESSURES)
        values, self.is_known = self._solved()
        self._by_pressure = Surfaces(self._mixtures, self._pressures, values)
        self._by_density = self._turned(values)

    def share(self, oxidizer: Array, fuel: Array) -> Array:
        """The mixture of masses (or flows) of both, as the tables count it."""
        return oxidizer / (oxidizer + self.stoichiometric * fuel)

    def at_density(self, share: Array, density: Array) -> Gas:
        """The gas of a mixture at a density (kg/m3), with the enthalpy of the propellants."""
        return _gas(self._by_density.at(self._place(share), np.log(density)))

    def at_pressure(self, share: Array, pressure: Array) -> Gas:
        """The same at a pressure (Pa)."""
        return _gas(self._by_pressure.at(self._place(share), np.log(pressure)))

    def stations(
        self,
        mixture_ratio: Array,
        pressure: Array,
        area_ratio: Array | None = None,
        *,
        detailed: bool = False,
    ) -> RocketStations:
        """Chamber, throat and perhaps an exit of N cases, (N,) each, solved by the core and not from the table."""
        mixture = mix_blends(self.fuel, self.oxidizer, 1.0 / (1.0 + mixture_ratio))
        return rocket_stations(
            product_species(mixture.elements),
            mixture.element_moles,
            mixture.enthalpy,
            pressure,
            area_ratio=None if area_ratio is None else area_ratio[:, None],
            with_composition=True,
            with_transport=detailed,
        )

    def _place(self, share: Array) -> Array:
        """The coordinate of the tables: places lie close where soot begins, as the slopes jump there."""
        return share + SEAM_WEIGHT * np.arcsinh((share - self._seam) / SEAM_WIDTH)

    def _shares(self) -> Array:
        """The mixtures at the places of the tables."""
        dense = np.union1d(
            np.linspace(RICHEST, 1.0, 4001),
            np.clip(self._seam + SEAM_WIDTH * np.linspace(-40, 40, 4001), RICHEST, 1.0),
        )
        share = np.interp(self._mixtures.places, self._place(dense), dense)
        for _ in range(3):
            distance = (share - self._seam) / SEAM_WIDTH
            slope = 1.0 + SEAM_WEIGHT / SEAM_WIDTH / np.sqrt(1.0 + distance**2)
            share = share - (self._place(share) - self._mixtures.places) / slope
        return share

    def _solved(self) -> tuple[Array, NDArray[np.bool_]]:
        """The quantities (mixtures, pressures, F), and where the core had an answer."""
        share, log_pressure = np.meshgrid(self._shares(), self._pressures.places, indexing="ij")
        # a share q has masses as q : (1 - q) / stoichiometric
        with np.errstate(divide="ignore"):
            ratio = np.minimum(self.stoichiometric * share / np.maximum(1.0 - share, 0.0), MOST_OXIDIZER)
        flow = self.stations(ratio.ravel(), np.exp(log_pressure.ravel()), np.full(share.size, NEAR_EXIT))
        temperature = flow.temperature[:, CHAMBER]
        pressure_energy = GAS_CONSTANT * temperature / flow.molar_mass[:, CHAMBER]
        slope = flow.volume_temperature_slope[:, CHAMBER] / flow.heat_capacity[:, CHAMBER]
        columns = [
            np.log(pressure_energy),
            slope * pressure_energy / temperature,
            np.log(flow.c_star),
            flow.gamma[:, CHAMBER],
            temperature,
        ]
        # a chamber in which two phases of a substance meet has no heat capacity: no answer for this purpose
        known = (flow.status == Status.CONVERGED) & np.isfinite(slope)
        values = np.stack([np.where(known, column, np.nan) for column in columns], axis=1)
        shape = share.shape
        return _filled(values.reshape(*shape, -1)), known.reshape(shape)

    def _turned(self, values: Array) -> Surfaces:
        """The same over mixture and ln of density, by splines along every mixture's own pressures."""
        log_density = self._pressures.places - values[..., 0]
        low, high = log_density[:, 0].max(), log_density[:, -1].min()
        even = Axis(float(low), float(high - low) / (PRESSURES - 1), PRESSURES)
        turned = [
            CubicSpline(places, rows)(even.places) for places, rows in zip(log_density, values, strict=True)
        ]
        return Surfaces(self._mixtures, even, np.array(turned))


@lru_cache(maxsize=64)
def combustion_table(
    fuel: Propellant,
    oxidizer: Propellant,
    fuel_temperature: float | None = None,
    oxidizer_temperature: float | None = None,
) -> CombustionTable:
    """The table of a pair, made at its first use; the temperatures (K) are those at which the propellants enter."""
    sides = ((fuel, fuel_temperature), (oxidizer, oxidizer_temperature))
    fuel_side, oxidizer_side = (
        blend_of(propellant, None if temperature is None else np.array([temperature]))
        for propellant, temperature in sides
    )
    return CombustionTable(fuel_side, oxidizer_side)


def stoichiometric_ratio(fuel: Blend, oxidizer: Blend) -> float:
    """Mass of oxidizer per mass of fuel at which the oxidation states of all atoms add to nothing."""
    needed = float(np.sum(oxidation_states(fuel)))
    spare = -float(np.sum(oxidation_states(oxidizer)))
    ratio = needed / spare if spare > 0.0 else LARGEST_RATIO
    return float(np.clip(ratio, SMALLEST_RATIO, LARGEST_RATIO))


def _gas(quantities: Array) -> Gas:
    log_energy, slope, log_c_star, gamma, temperature = quantities
    return Gas(np.exp(log_energy), slope, np.exp(log_c_star), gamma, temperature)


def _filled(values: Array) -> Array:
    """Without gaps: what has no answer is as its nearest mixture that has one, at the same pressure."""
    places = np.arange(len(values))
    for column in range(values.shape[1]):
        for quantity in range(values.shape[2]):
            line = values[:, column, quantity]
            known = np.isfinite(line)
            line[:] = np.interp(places, places[known], line[known])
    return values


def soot_ratio(fuel: Blend, oxidizer: Blend) -> float:
    """Mass of oxidizer per mass of fuel with an atom of oxygen for each of carbon; 0 where there always is.

    With less, carbon condenses; its first traces jump the slopes of all quantities.
    """
    spare = [_atoms(side, "O") - _atoms(side, "C") for side in (fuel, oxidizer)]
    return float(max(-spare[0] / spare[1], 0.0)) if spare[1] > 0.0 else 0.0


def _atoms(blend: Blend, element: str) -> float:
    """mol/kg"""
    substances = composition(blend.reactants)
    if element not in substances.elements:
        return 0.0
    moles = blend.mass_fractions @ substances.element_moles
    return float(moles[0, substances.elements.index(element)])
