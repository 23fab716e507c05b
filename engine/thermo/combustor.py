"""The combustor of finite area: from the injector face, where the propellants enter at rest, to the end of a duct.

Energy and momentum are kept in the duct, p_inj = p_c + rho_c u_c2, and total pressure is lost. What follows is the flow
from a gas at rest with the enthalpy of the propellants and a lower pressure p_inf, that is found here (NASA RP-1311
part I, section 6.4).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.thermo.constants import GAS_CONSTANT, STANDARD_PRESSURE
from engine.thermo.expansion import EquilibriumFlow, first_subsonic_log_pressure, throat
from engine.thermo.frozen import FrozenFlow
from engine.thermo.nasa_polynomials import Array
from engine.thermo.newton_system import Closure
from engine.thermo.species import ProductSpecies
from engine.thermo.state import Targets
from engine.thermo.station import Places, Station, log_flux, properties, solve_station
from engine.thermo.status import Status

TOLERANCE = 1e-11
LONGEST_ITERATION = 60
LEAST_CONTRACTION = 1e-6
"""ln of chamber over throat area, where a mass flux would choke the chamber itself."""
LARGEST_CHANGE = 0.3
"""In ln p."""


@dataclass(frozen=True)
class Combustor:
    """N combustors, each by its `contraction_ratio` (N,), chamber over throat area, or its `mass_flux` (N,) kg/(s m2)
    in the chamber; NaN for the one that is not given.
    """

    contraction_ratio: Array
    mass_flux: Array

    @property
    def is_possible(self) -> NDArray[np.bool_]:
        """(N,): whether just one is given, in its range."""
        by_area = np.isfinite(self.contraction_ratio) & (self.contraction_ratio > 1.0)
        by_flux = np.isfinite(self.mass_flux) & (self.mass_flux > 0.0)
        neither = np.isnan(self.contraction_ratio), np.isnan(self.mass_flux)
        return np.asarray((by_area & neither[1]) | (by_flux & neither[0]))

    def take(self, rows: Places) -> "Combustor":
        """The cases at `rows`."""
        return Combustor(self.contraction_ratio[rows], self.mass_flux[rows])


@dataclass
class ClosedCombustor:
    """N combustors in balance: the gas at rest at p_inf, the flow from it, and the station at the combustor's end.

    `frozen` is the flow beyond that station where the composition freezes there.
    """

    stagnation: Station
    end: Station
    flow: EquilibriumFlow
    frozen: FrozenFlow | None


def close_combustor(
    species: ProductSpecies, injector: Station, targets: Targets, combustor: Combustor, is_frozen: bool
) -> ClosedCombustor:
    """Find p_inf, by repetition: it hardly changes what p_c/p_inf is. Sets the entropy of `targets`.

    A case that is not solved has the status that says so in all of the stations.
    """
    loop = _Loop(species, injector, targets, combustor, is_frozen)
    for _ in range(LONGEST_ITERATION):
        if loop.step():
            break
    return loop.closed()


class _Loop:
    """The state of the repetition."""

    def __init__(
        self,
        species: ProductSpecies,
        injector: Station,
        targets: Targets,
        combustor: Combustor,
        is_frozen: bool,
    ) -> None:
        self.species, self.targets, self.combustor = species, targets, combustor
        self.injector, self.is_frozen = injector, is_frozen
        self.is_by_flux = np.isfinite(combustor.mass_flux)
        self.done = np.zeros(len(injector.status), dtype=bool)
        self.stagnation = injector.copy()
        self.frozen: FrozenFlow | None = None
        gamma = self._settle_at_rest()
        self.sonic = throat(species, self.stagnation, targets, gamma)
        self._set_flux(self._throat_flux())
        self.end = self._first_end()

    def step(self) -> bool:
        """One round; whether all are in balance, or lost."""
        wanted = self.targets.take(np.arange(len(self.flux)))
        wanted.log_flux = self.flux
        self.end.status = self.sonic.status.copy()
        solve_station(self.species, self.end, wanted, Closure.SP)
        solve_station(self.species, self.end, wanted, Closure.SUBSONIC)
        at_end = properties(self.species, self.end)
        stream = at_end.temperature / at_end.molar_mass
        momentum = 2.0 * (self.targets.enthalpy - at_end.enthalpy / GAS_CONSTANT) / stream
        reached = self.end.state.log_pressure + np.log1p(momentum)
        # at a given flux the Mach number falls as p_inf rises; of a perfect gas this makes Newton's step
        slope = np.where(self.is_by_flux & ~self.choked, 1.0 + momentum, 1.0)
        change = (self.injector.state.log_pressure - reached) * slope
        change = np.clip(change, -LARGEST_CHANGE, LARGEST_CHANGE)
        lost = ~np.isfinite(change)
        self.stagnation.state.log_pressure = self.stagnation.state.log_pressure + np.where(lost, 0.0, change)
        gamma = self._settle_at_rest()
        self.sonic = throat(self.species, self.stagnation, self.targets, gamma, self.sonic)
        before = self.flux
        self._set_flux(self._frozen_throat_flux() if self.is_frozen else self._throat_flux())
        self.done = (np.abs(change) < TOLERANCE) & (np.abs(self.flux - before) < TOLERANCE)
        return bool((self.done | lost).all())

    def _settle_at_rest(self) -> Array:
        """The gas at rest at p_inf, and the entropy of all that follows; answers its exponent (N,)."""
        solve_station(self.species, self.stagnation, self.targets, Closure.HP)
        at_rest = properties(self.species, self.stagnation)
        self.targets.entropy = at_rest.entropy / GAS_CONSTANT
        return at_rest.gamma

    def _throat_flux(self) -> Array:
        """ln(n T/(p u)) at the throat."""
        at = properties(self.species, self.sonic)
        return log_flux(self.targets, at, self.sonic.state.log_pressure)

    def _frozen_throat_flux(self) -> Array:
        """The same of the gas that freezes at the combustor's end."""
        self.frozen = FrozenFlow.of(self.species, self.end, self.targets, None)
        at = self.frozen.properties(np.arange(len(self.flux)), self.frozen.throat)
        return log_flux(self.targets, at, self.frozen.throat.state.log_pressure)

    def _set_flux(self, at_throat: Array) -> None:
        """Set the flux at the combustor's end from that `at_throat` (N,)."""
        unit = np.log(STANDARD_PRESSURE) - 0.5 * np.log(GAS_CONSTANT)
        by_flux = unit - np.log(self.combustor.mass_flux) - at_throat
        self.choked = by_flux <= LEAST_CONTRACTION
        by_area = np.log(self.combustor.contraction_ratio)
        self.flux = at_throat + np.where(self.is_by_flux, np.maximum(by_flux, LEAST_CONTRACTION), by_area)

    def _first_end(self) -> Station:
        station = self.stagnation.copy()
        ratio = np.exp(self.flux - self._throat_flux())
        logs = station.state.log_pressure, self.sonic.state.log_pressure
        station.state.log_pressure = first_subsonic_log_pressure(*logs, ratio)
        return station

    def closed(self) -> ClosedCombustor:
        """What was found; the last step of p_inf was below the tolerance."""
        for station in (self.stagnation, self.sonic, self.end):
            good = station.status == Status.CONVERGED
            station.status[good & ~self.done] = Status.NOT_CONVERGED
            station.status[good & self.choked] = Status.NO_SUPERSONIC_SOLUTION
        flow = EquilibriumFlow(
            self.species, self.targets, self.stagnation, self.sonic, [self.stagnation, self.sonic]
        )
        return ClosedCombustor(self.stagnation, self.end, flow, self.frozen)
