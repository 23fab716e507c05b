"""The mixture that burns best."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from engine.errors import Problem, SpecError
from engine.hybrid.combustion import HIGHEST_PRESSURE, LOWEST_PRESSURE, CombustionTable, combustion_table
from engine.parsing import parse_propellant
from engine.thermo.nasa_polynomials import Array

SHARES = np.linspace(0.12, 0.95, 400)


def best_mixture_ratio(
    *, fuel: str | Mapping[str, Any], oxidizer: str | Mapping[str, Any], chamber_pressure: ArrayLike
) -> Array:
    """Mass of oxidizer per mass of fuel at which a pair has the highest c*, of the shape of `chamber_pressure` (Pa).

    Propellants by name or in full, as everywhere. Raises SpecError for what is no propellant or no pressure.

    >>> best_mixture_ratio(fuel="HTPB", oxidizer="N2O", chamber_pressure=3e6).round(2).tolist()
    5.94
    """
    sides = (parse_propellant(fuel, "fuel"), parse_propellant(oxidizer, "oxidizer"))
    pressure = np.asarray(chamber_pressure, dtype=np.float64)
    if not (np.isfinite(pressure) & (pressure >= LOWEST_PRESSURE) & (pressure <= HIGHEST_PRESSURE)).all():
        message = f"is from {LOWEST_PRESSURE:g} to {HIGHEST_PRESSURE:g} Pa"
        raise SpecError([Problem("chamber_pressure", message, chamber_pressure)])
    ratio, _ = best_mixture(combustion_table(*sides), pressure.ravel())
    return ratio.reshape(pressure.shape)


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
