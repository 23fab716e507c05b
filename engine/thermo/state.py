"""The unknowns of a block of equilibrium cases, and what is asked of them."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from engine.thermo.constants import GAS_CONSTANT, STANDARD_PRESSURE
from engine.thermo.nasa_polynomials import Array
from engine.thermo.species import ProductSpecies


class _Rows:
    """Arrays that share their first axis, the case."""

    def take(self, rows: NDArray[np.intp]) -> Self:
        """The cases at `rows`, as copies."""
        return type(self)(*(getattr(self, item.name)[rows] for item in fields(self)))  # type: ignore[arg-type]

    def put(self, rows: NDArray[np.intp], other: Self) -> None:
        """Overwrites the cases at `rows` by those of `other`."""
        for item in fields(self):  # type: ignore[arg-type]
            getattr(self, item.name)[rows] = getattr(other, item.name)


@dataclass
class State(_Rows):
    """N cases: potentials (N, E) in units of RT, logarithms of the moles of each gas per kg (N, S) and of
    their sum (N,), moles of each condensed phase per kg (N, C), logarithms of T in K and of p in the standard pressure.
    """

    potentials: Array
    log_gas: Array
    log_total: Array
    condensed: Array
    log_temperature: Array
    log_pressure: Array

    @property
    def temperature(self) -> Array:
        """(N,) K."""
        return np.exp(self.log_temperature)


@dataclass
class Targets(_Rows):
    """What the cases have to meet: element moles (N, E) per kg, enthalpy/R (N,) in K mol/kg, entropy/R (N,) in mol/kg.

    At given volume `enthalpy` is the internal energy/R; the volume itself is that of the state. `log_flux` (N,) is
    the logarithm of n T/(p u) in the units of the state, that the area condition asks for; a problem reads
    only what it needs.
    """

    elements: Array
    enthalpy: Array
    entropy: Array
    log_flux: Array


COLD_TEMPERATURE = 3800.0
COLD_MOLES = 100.0
"""mol/kg in all: CEA's start, 0.1 kmol per kg shared evenly by all gases (NASA RP-1311 part I, sec. 3.1)."""


def cold_state(species: ProductSpecies, pressure: Array, temperature: Array | None) -> State:
    """A start for cases about whose composition nothing is known; pressure (N,) in standard pressures, T (N,) in K."""
    cases = len(pressure)
    gases = len(species.gases.names)
    hot = np.full(cases, COLD_TEMPERATURE) if temperature is None else temperature
    return State(
        potentials=np.zeros((cases, len(species.elements))),
        log_gas=np.full((cases, gases), np.log(COLD_MOLES / gases)),
        log_total=np.full(cases, np.log(COLD_MOLES)),
        condensed=np.zeros((cases, len(species.phases.names))),
        log_temperature=np.log(hot),
        log_pressure=np.log(pressure),
    )


def cold_state_at_density(species: ProductSpecies, density: Array, temperature: Array | None) -> State:
    """As `cold_state`, at `density` (N,) kg/m3 instead of a pressure."""
    state = cold_state(species, density * (GAS_CONSTANT / STANDARD_PRESSURE), temperature)
    state.log_pressure += state.log_total + state.log_temperature
    return state
