"""What the ingredients of a solid propellant burn to, solved once over pressure and read from splines ever after."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.interpolate import CubicSpline

from engine.parsing import propellant
from engine.propellants import Ingredients
from engine.thermo.blends import blend_of
from engine.thermo.catalogue import Propellant
from engine.thermo.nasa_polynomials import Array
from engine.thermo.performance import rocket_stations
from engine.thermo.reactants import ReactantMixture, premix
from engine.thermo.rocket_results import RocketStations
from engine.thermo.species import ProductSpecies, product_species

PRESSURES = 25
LOWEST_PRESSURE, HIGHEST_PRESSURE = 5e4, 5e7
"""Pa; beyond them the gas is taken as it is at the end."""
CHAMBER = 0
NEAR_EXIT = 1.5


@dataclass(frozen=True, eq=False)
class CombustionTable:
    """A premixed propellant, burnt at its own enthalpy."""

    mixture: ReactantMixture
    curves: CubicSpline

    @property
    def products(self) -> ProductSpecies:
        """What it can burn to."""
        return product_species(self.mixture.elements)

    def at(self, pressure: Array) -> tuple[Array, Array, Array, Array]:
        """gamma, temperature, molar mass and c* at pressures (N,)."""
        gamma, temperature, molar_mass, c_star, _ = self._read(pressure)
        return gamma, temperature, molar_mass, c_star

    def condensed(self, pressure: Array) -> Array:
        """(N,) mol/kg, of what is no gas in the chamber at pressures (N,)."""
        return np.asarray(np.maximum(self._read(pressure)[-1], 0.0))

    def _read(self, pressure: Array) -> Array:
        place = np.clip(np.log(pressure), np.log(LOWEST_PRESSURE), np.log(HIGHEST_PRESSURE))
        return np.moveaxis(self.curves(place), -1, 0)

    def stations(
        self, pressure: Array, area_ratio: Array | None = None, *, detailed: bool = False
    ) -> RocketStations:
        """Chamber, throat and perhaps an exit at pressures (N,), solved by the core."""
        return _stations(self.mixture, pressure, area_ratio, detailed=detailed)


def combustion_table(ingredients: Ingredients, temperature: float | None) -> CombustionTable:
    """The table of ingredients that have `temperature` (K) before they burn, where they have none of their own."""
    return _made(propellant(ingredients), temperature)


@lru_cache(maxsize=256)
def _made(premixed: Propellant, temperature: float | None) -> CombustionTable:
    heat = None if temperature is None else np.array([temperature])
    mixture = premix(blend_of(premixed, heat))
    pressure = np.geomspace(LOWEST_PRESSURE, HIGHEST_PRESSURE, PRESSURES)
    flow = _stations(mixture, pressure, np.full(PRESSURES, NEAR_EXIT))
    # a mole counts in both molar masses, or in that of the whole alone
    condensed = 1.0 / flow.molar_mass_mixture[:, CHAMBER] - 1.0 / flow.molar_mass[:, CHAMBER]
    columns = [
        *(values[:, CHAMBER] for values in (flow.gamma, flow.temperature, flow.molar_mass)),
        flow.c_star,
        condensed,
    ]
    values = np.stack(columns, axis=-1)
    known = np.isfinite(values).all(axis=-1)
    if known.sum() < 2:
        return CombustionTable(mixture, CubicSpline([0.0, 1.0], np.full((2, len(columns)), np.nan)))
    return CombustionTable(mixture, CubicSpline(np.log(pressure[known]), values[known]))


def _stations(
    mixture: ReactantMixture, pressure: Array, area_ratio: Array | None, *, detailed: bool = False
) -> RocketStations:
    shape = (len(pressure), 1)
    return rocket_stations(
        product_species(mixture.elements),
        mixture.element_moles * np.ones(shape),
        mixture.enthalpy * np.ones(len(pressure)),
        pressure,
        area_ratio=None if area_ratio is None else area_ratio[:, None],
        with_composition=True,
        with_transport=detailed,
    )
