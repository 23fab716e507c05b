"""The mixture that burns best."""

import numpy as np

from engine.hybrid.combustion import CombustionTable
from engine.thermo.nasa_polynomials import Array

SHARES = np.linspace(0.12, 0.95, 400)


def best_mixture(table: CombustionTable, pressure: Array) -> tuple[Array, Array]:
    """Mixture ratio and c* (m/s), (N,) each, at which a pair has the highest c* at chamber pressures (N,) Pa.

    Read from the table, the top of the parabola through the three best of even places.
    """
    places, columns = np.meshgrid(SHARES, pressure, indexing="ij")
    c_star = table.at_pressure(places, columns).c_star
    best = np.clip(c_star.argmax(axis=0), 1, len(SHARES) - 2)
    column = np.arange(len(pressure))
    left, middle, right = (c_star[best + shift, column] for shift in (-1, 0, 1))
    shift = 0.5 * (left - right) / (left - 2.0 * middle + right)
    share = SHARES[best] + np.clip(shift, -1.0, 1.0) * (SHARES[1] - SHARES[0])
    return table.stoichiometric * share / (1.0 - share), table.at_pressure(share, pressure).c_star
