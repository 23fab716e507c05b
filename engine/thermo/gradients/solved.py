"""Blocks of solved motors, read from what the solution reports."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.thermo.blocks import PartPlaces
from engine.thermo.constants import GAS_CONSTANT, STANDARD_PRESSURE
from engine.thermo.gradients.nozzle import Gas
from engine.thermo.gradients.states import StationState
from engine.thermo.nasa_polynomials import Array
from engine.thermo.rocket_results import RocketStations
from engine.thermo.species import ProductSpecies

NEGLIGIBLE = 1e-14
"""A gas that is rarer in all cases of a block is left out; what it adds to any sum is lost in rounding."""


@dataclass(frozen=True)
class SolvedBlock:
    """The cases `rows` (n,) of solved motors, of the same elements and with the same condensed phases at each station.

    `species` are made of those elements and stand at `places` among the flow's; stations go by their number.
    """

    flow: RocketStations
    rows: NDArray[np.intp] | slice
    species: ProductSpecies
    places: PartPlaces

    @classmethod
    def of(
        cls, flow: RocketStations, rows: NDArray[np.intp], species: ProductSpecies, places: PartPlaces
    ) -> "SolvedBlock":
        """With arrays that are views where rows follow each other."""
        return cls(flow, _as_slice(rows), species, places)

    def value(self, name: str, station: int) -> Array:
        """(n, 1), of a field of the solution."""
        found: Array = getattr(self.flow, name)[self.rows, station]
        return found[:, None]

    def gas(self, station: int) -> Gas:
        """What of the station's state the nozzle needs."""
        values = (
            self.value(name, station)[:, 0] for name in ("temperature", "molar_mass", "velocity", "gamma")
        )
        temperature, molar_mass, velocity, gamma = values
        return Gas(temperature, 1.0 / molar_mass, velocity / np.sqrt(GAS_CONSTANT), gamma)

    def state(self, station: int, like: StationState | None = None) -> StationState:
        """The states at the station, with the gases that matter there, or with those of the state it froze at."""
        temperature = self.value("temperature", station)[:, 0]
        log_pressure = np.log(self.value("pressure", station)[:, 0] / STANDARD_PRESSURE)
        condensed = self.flow.condensed_moles[self.rows, station][:, self.places.phases]
        if like is None:
            species, gas = self._gases(station, temperature, log_pressure)
        else:
            species, gas = like.species, like.gas
        active = np.flatnonzero(condensed[0] > 0.0)
        return StationState(species, active, temperature, log_pressure, gas, condensed)

    def _gases(self, station: int, temperature: Array, log_pressure: Array) -> tuple[ProductSpecies, Array]:
        """Those that matter, and their moles per kg (n, S), in equilibrium."""
        gases = self.species.gases
        logs = self.flow.potentials[self.rows, station][:, self.places.elements] @ gases.formula.T
        logs -= gases.gibbs(temperature)
        logs -= log_pressure[:, None]
        present = np.flatnonzero(logs.max(axis=0) > np.log(NEGLIGIBLE))
        moles = np.exp(logs[:, present]) / self.value("molar_mass", station)
        return replace(self.species, gases=gases.take(present)), moles


def _as_slice(places: NDArray[np.intp]) -> NDArray[np.intp] | slice:
    if len(places) and int(places[-1]) - int(places[0]) == len(places) - 1 and (np.diff(places) == 1).all():
        return slice(int(places[0]), int(places[-1]) + 1)
    return places
