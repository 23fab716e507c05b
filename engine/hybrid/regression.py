"""How much fuel the flow through the ports takes with it: r = a G^n x^m (Marxman and Gilbert, 1963)."""

import numpy as np

from engine.hybrid.motors import Motors
from engine.thermo.nasa_polynomials import Array


class Regression:
    """The law of N motors over C cells along the port, all of one length."""

    def __init__(self, motors: Motors, cells: int, *, by_total_flux: bool) -> None:
        self.by_total_flux = by_total_flux
        self.density = motors.fuel_density
        self.exponent = motors.law_exponent
        self.length = motors.length / cells
        self.factor = motors.law_coefficient * _length_factor(motors, cells)

    def fuel_flow(self, oxidizer_flow: Array, area: Array, perimeter: Array) -> Array:
        """kg/s of each cell: (C, ..., N) of an oxidizer flow (..., N), areas and perimeters (C, ..., N).

        By the flux of all that flows the fuel from upstream counts too. In cells of constant area the equation
        dm/dx = rho P a (m/A)^n x^m is separable, so that m^(1-n) grows from cell to cell by a plain sum.
        """
        flow = np.maximum(oxidizer_flow, 0.0)
        taken = self.density * perimeter * self.factor[:, *(None,) * (area.ndim - 2)] * self.length
        taken = taken / area**self.exponent
        if not self.by_total_flux:
            return np.asarray(taken * flow**self.exponent)
        power = 1.0 - self.exponent
        grown = flow**power + power * np.cumsum(taken, axis=0)
        ends = np.concatenate([flow[None], grown ** (1.0 / power)])
        return np.diff(ends, axis=0)


def _length_factor(motors: Motors, cells: int) -> Array:
    """(C, N): the mean of x^m over each cell; of a single cell L^m, as averaged laws have it."""
    exponent = motors.law_length_exponent
    if cells == 1:
        return np.asarray(motors.length**exponent)[None]
    edges = np.linspace(0.0, 1.0, cells + 1)[:, None] * motors.length
    return np.diff(edges ** (exponent + 1.0), axis=0) / ((exponent + 1.0) * motors.length / cells)
