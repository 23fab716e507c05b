"""The combustor of finite area: from the injector face, where the propellants enter at rest, to the end of a duct.

Energy and momentum are kept in the duct, p_inj = p_c + rho_c u_c2, and total pressure is lost. What follows is the flow
from a gas at rest with the enthalpy of the propellants and a lower pressure p_inf, that is found here (NASA RP-1311
part I, section 6.4).
"""

from dataclasses import dataclass, replace

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
    loop = _Loop.begin(species, injector, targets, combustor, is_frozen)
    whole, left = loop, np.arange(len(injector.status))
    for _ in range(LONGEST_ITERATION):
        ended = loop.step()
        whole = whole.put(left, loop)
        left = left[~ended]
        if not len(left):
            break
        loop = loop.take(np.flatnonzero(~ended))
    targets.entropy = whole.targets.entropy
    return whole.closed()


@dataclass
class _Loop:
    """The state of the repetition for N combustors."""

    species: ProductSpecies
    is_frozen: bool
    combustor: Combustor
    targets: Targets
    injector: Station
    stagnation: Station
    sonic: Station
    end: Station
    flux: Array
    choked: NDArray[np.bool_]
    done: NDArray[np.bool_]

    @classmethod
    def begin(
        cls,
        species: ProductSpecies,
        injector: Station,
        targets: Targets,
        combustor: Combustor,
        is_frozen: bool,
    ) -> "_Loop":
        """At the pressure of the injector, with the combustor's end as in slow flow."""
        nothing, nowhere = np.zeros(len(injector.status), dtype=bool), np.zeros(len(injector.status))
        parts = (injector, injector.copy(), injector.copy(), injector.copy())
        own = targets.take(np.arange(len(nothing)))
        loop = cls(species, is_frozen, combustor, own, *parts, nowhere, nothing, nothing.copy())
        gamma = loop._settle_at_rest()
        loop.sonic = throat(species, loop.stagnation, own, gamma)
        loop._set_flux(is_frozen=False)
        ratio = np.exp(loop.flux - loop._equilibrium_flux())
        logs = loop.stagnation.state.log_pressure, loop.sonic.state.log_pressure
        loop.end = loop.stagnation.copy()
        loop.end.state.log_pressure = first_subsonic_log_pressure(*logs, ratio)
        return loop

    def take(self, rows: Places) -> "_Loop":
        """The combustors at `rows`."""
        return replace(
            self,
            combustor=self.combustor.take(rows),
            targets=self.targets.take(rows),
            injector=self.injector.take(rows),
            stagnation=self.stagnation.take(rows),
            sonic=self.sonic.take(rows),
            end=self.end.take(rows),
            flux=self.flux[rows],
            choked=self.choked[rows],
            done=self.done[rows],
        )

    def put(self, rows: Places, other: "_Loop") -> "_Loop":
        """With what `other` has found for the combustors at `rows`."""
        if len(rows) == len(self.done):
            return other
        self.targets.put(rows, other.targets)
        self.stagnation.put(rows, other.stagnation)
        self.sonic.put(rows, other.sonic)
        self.end.put(rows, other.end)
        self.choked[rows], self.done[rows] = other.choked, other.done
        return self

    def step(self) -> NDArray[np.bool_]:
        """One round; which (N,) are in balance, or lost."""
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
        by_flux = np.isfinite(self.combustor.mass_flux) & ~self.choked
        change = (self.injector.state.log_pressure - reached) * np.where(by_flux, 1.0 + momentum, 1.0)
        change = np.clip(change, -LARGEST_CHANGE, LARGEST_CHANGE)
        lost = ~np.isfinite(change)
        self.stagnation.state.log_pressure = self.stagnation.state.log_pressure + np.where(lost, 0.0, change)
        gamma = self._settle_at_rest()
        self.sonic = throat(self.species, self.stagnation, self.targets, gamma, self.sonic)
        before = self.flux
        self._set_flux(self.is_frozen)
        self.done = (np.abs(change) < TOLERANCE) & (np.abs(self.flux - before) < TOLERANCE)
        return self.done | lost

    def _settle_at_rest(self) -> Array:
        """The gas at rest at p_inf, and the entropy of all that follows; answers its exponent (N,)."""
        solve_station(self.species, self.stagnation, self.targets, Closure.HP)
        at_rest = properties(self.species, self.stagnation)
        self.targets.entropy = at_rest.entropy / GAS_CONSTANT
        return at_rest.gamma

    def _equilibrium_flux(self) -> Array:
        """ln(n T/(p u)) at the throat of the flow in equilibrium: the least there is before the gas freezes."""
        return log_flux(self.targets, properties(self.species, self.sonic), self.sonic.state.log_pressure)

    def _frozen_flux(self) -> Array:
        """The same of the gas that freezes at the combustor's end."""
        frozen = FrozenFlow.of(self.species, self.end, self.targets, None)
        at = frozen.properties(np.arange(len(self.flux)), frozen.throat)
        return log_flux(self.targets, at, frozen.throat.state.log_pressure)

    def _set_flux(self, is_frozen: bool) -> None:
        """Set the flux at the combustor's end from that at the throat, or to the least where it would choke."""
        least = self._equilibrium_flux()
        at_throat = self._frozen_flux() if is_frozen else least
        by_flux = np.log(STANDARD_PRESSURE) - 0.5 * np.log(GAS_CONSTANT) - np.log(self.combustor.mass_flux)
        by_area = at_throat + np.log(self.combustor.contraction_ratio)
        wanted = np.where(np.isfinite(self.combustor.mass_flux), by_flux, by_area)
        # the frozen throat of a gas that has choked already lets more through than reaches it
        self.choked = (wanted <= least + LEAST_CONTRACTION) | (wanted <= at_throat)
        self.flux = np.maximum(wanted, least + LEAST_CONTRACTION)

    def closed(self) -> ClosedCombustor:
        """What was found; the last step of p_inf was below the tolerance."""
        for station in (self.stagnation, self.sonic, self.end):
            good = station.status == Status.CONVERGED
            station.status[good & ~self.done] = Status.NOT_CONVERGED
            station.status[good & self.choked] = Status.NO_SUPERSONIC_SOLUTION
        march = [self.stagnation, self.sonic]
        flow = EquilibriumFlow(self.species, self.targets, self.stagnation, self.sonic, march)
        frozen = FrozenFlow.of(self.species, self.end, self.targets, None) if self.is_frozen else None
        return ClosedCombustor(self.stagnation, self.end, flow, frozen)
