"""Blocks of solved motors, read from what the solution reports."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

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
    places: NDArray[np.intp] | slice

    @classmethod
    def of(
        cls, flow: RocketStations, rows: NDArray[np.intp], species: ProductSpecies, places: NDArray[np.intp]
    ) -> "SolvedBlock":
        """With arrays that are views where rows or places follow each other."""
        return cls(flow, _as_slice(rows), species, _as_slice(places))

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
        """The states at the station, with the gases that matter there, or those of a state `like` it."""
        fractions = self.flow.mole_fractions[self.rows, station][:, self.places]
        count = len(self.species.gases.names)
        gases, moles = fractions[:, :count], 1.0 / self.value("molar_mass_mixture", station)
        if like is None:
            present = np.flatnonzero(gases.max(axis=0) > NEGLIGIBLE)
            species = replace(self.species, gases=self.species.gases.take(present))
        else:
            species, present = like.species, like.present
        condensed = fractions[:, count:] * moles
        return StationState(
            species,
            present,
            np.flatnonzero(condensed[0] > 0.0),
            self.value("temperature", station)[:, 0],
            np.log(self.value("pressure", station)[:, 0] / STANDARD_PRESSURE),
            gases[:, present] * moles,
            condensed,
        )


def _as_slice(places: NDArray[np.intp]) -> NDArray[np.intp] | slice:
    if len(places) and int(places[-1]) - int(places[0]) == len(places) - 1 and (np.diff(places) == 1).all():
        return slice(int(places[0]), int(places[-1]) + 1)
    return places
