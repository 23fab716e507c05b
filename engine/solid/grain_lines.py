"""What every grain of many motors has at every depth, put down once and read by straight lines."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.solid.motors import Motors
from engine.solid.openings import Openings
from engine.solid.stacks import Stacks
from engine.thermo.nasa_polynomials import Array

PLACES = 256
JUST_BEFORE = 1.0 - 1e-9


@dataclass(frozen=True)
class GrainLines:
    """Of N motors with G grains: `values` (F, N, G, P) of burning area, aft area, port area, hydraulic diameter and
    volume at even depths from none to `burnout` (N, G) m.
    """

    burnout: Array
    values: Array

    @classmethod
    def of(cls, motors: Motors, stacks: Stacks) -> "GrainLines":
        """Those of motors, until no more web is left than counts as burnt out."""
        burnout = np.maximum(stacks.web - motors.burnout_web[:, None], 0.0)
        share = np.linspace(0.0, 1.0, PLACES)[:, None, None]
        # at the very end of a web nothing is left: the last place is just before
        state = stacks.at(np.minimum(share * burnout, JUST_BEFORE * burnout))
        openings = stacks.openings(state, np.ones(burnout.shape, dtype=bool))
        return cls(burnout, np.moveaxis(np.stack([*openings, state.volume]), 1, -1).copy())

    def take(self, places: NDArray[np.intp]) -> "GrainLines":
        """Those of the motors at `places`."""
        return GrainLines(self.burnout[places], self.values[:, places])

    def burns(self, depth: Array) -> NDArray[np.bool_]:
        """(..., N, G): whether grains are not burnt out at depths (..., N, G)."""
        return np.asarray(depth < self.burnout)

    def at(self, depth: Array) -> tuple[Openings, Array]:
        """The openings of the grains and the volume left of them; those that have burnt out make no gas."""
        count = self.burnout.size
        share = depth / np.where(self.burnout > 0.0, self.burnout, np.inf)
        # what is no number stands still
        place = np.where(share > 0.0, np.minimum(share, 1.0), 0.0) * (PLACES - 1)
        left = np.minimum(place, PLACES - 2).astype(np.intp)
        row = left + (np.arange(count) * PLACES).reshape(self.burnout.shape)
        flat = self.values.reshape(len(self.values), -1)
        low = flat[:, row]
        found = low + (place - left) * (flat[:, row + 1] - low)
        burning = self.burns(depth)
        return Openings(found[0] * burning, found[1] * burning, found[2], found[3]), found[4]
