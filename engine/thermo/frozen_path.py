"""The isentrope of a frozen composition: temperature leads along it, and at a melting point the share that has melted.

Pressure, enthalpy and heat capacity are explicit in these, so that whatever fixes a station is one equation.
"""

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.thermo.frozen_phases import FrozenPhases, freeze_phases
from engine.thermo.nasa_polynomials import Array
from engine.thermo.species import ProductSpecies
from engine.thermo.state import State
from engine.thermo.station import Places

COLDEST, HOTTEST = np.log(150.0), np.log(30000.0)
"""ln K; where a walk along the isentrope ends, outside the range of the data."""
LARGEST_STEP = 0.5
"""In ln T."""
SMALLEST_JUMP = 1e-9
"""Of s/R in mol/kg: substances of which there is less change their phase unnoticed."""


@dataclass(frozen=True)
class Position:
    """Where N cases are: `region` 2k between two transitions, 2k + 1 at the transition k.

    `log_temperature` (N,) leads in the former, and the `share` (N,) of the hotter phase in the latter.
    """

    region: Places
    log_temperature: Array
    share: Array

    @property
    def is_pinned(self) -> NDArray[np.bool_]:
        """(N,): where the temperature stands still."""
        return np.asarray(self.region % 2 == 1)


@dataclass(frozen=True)
class Point:
    """States of N cases: logarithms, enthalpy/R (K mol/kg), entropy/R, cp/R without melting, moles of phases (N, P).

    `stream` is n T, and `exponent` the isentropic one.
    """

    log_temperature: Array
    log_pressure: Array
    enthalpy: Array
    entropy: Array
    capacity: Array
    condensed: Array
    stream: Array
    exponent: Array
    is_pinned: NDArray[np.bool_]

    def take(self, rows: Places) -> "Point":
        """The cases at `rows`."""
        return Point(*(getattr(self, item.name)[rows] for item in fields(self)))


@dataclass(frozen=True)
class FrozenPath:
    """N isentropes: moles of gases (N, S) per kg, condensed substances, the entropy/R (N,) that is kept, and what of it
    is due to mixing (N,).
    """

    species: ProductSpecies
    gas: Array
    phases: FrozenPhases
    entropy: Array
    mixing: Array

    @classmethod
    def of(cls, species: ProductSpecies, state: State, entropy: Array) -> "FrozenPath":
        """Through `state`, with its composition and the `entropy` over R (N,)."""
        gas = np.exp(state.log_gas)
        fractions = gas / gas.sum(axis=1, keepdims=True)
        logs = np.where(fractions > 0.0, np.log(np.maximum(fractions, 1e-300)), 0.0)
        phases = freeze_phases(species.phases, state.condensed)
        return cls(species, gas, phases, entropy, -(gas * logs).sum(axis=1))

    def take(self, rows: Places) -> "FrozenPath":
        """The cases at `rows`."""
        return FrozenPath(
            self.species, self.gas[rows], self.phases.take(rows), self.entropy[rows], self.mixing[rows]
        )

    @cached_property
    def moles(self) -> Array:
        """(N,) mol of gas per kg."""
        return np.asarray(self.gas.sum(axis=1))

    @cached_property
    def _jumps(self) -> Array:
        """(N, J): rise of s/R through each transition."""
        jumps = np.empty((len(self.gas), len(self.phases.transition)))
        for number, temperature in enumerate(self.phases.transition):
            at = self.species.phases.properties(np.array([temperature]), self.phases.phases)
            rise = self.phases.shares[number + 1] - self.phases.shares[number]
            jumps[:, number] = self.phases.amounts @ (rise @ (at.enthalpy - at.gibbs)[0])
        return jumps

    def changes(self, number: int) -> NDArray[np.bool_]:
        """(N,): who has a substance that goes through the transition `number`."""
        return np.asarray(self._jumps[:, number] > SMALLEST_JUMP)

    def position(self, log_temperature: Array) -> Position:
        """The place at a temperature (N,); at a transition it is that where all has melted."""
        interval = np.searchsorted(np.log(self.phases.transition), log_temperature, side="right")
        return Position(2 * interval, log_temperature, np.zeros(len(log_temperature)))

    def at(self, position: Position) -> Point:
        """The states there."""
        low = position.region // 2
        condensed = self.phases.moles(low)
        pinned = position.is_pinned
        if pinned.any():
            rise = self.phases.moles(np.minimum(low + 1, len(self.phases.transition))) - condensed
            condensed = condensed + np.where(pinned, position.share, 0.0)[:, None] * rise
        return self._point(position.log_temperature, condensed, pinned, None)

    def of_state(self, state: State) -> Point:
        """The same of states that lie on these isentropes."""
        condensed = state.condensed[:, self.phases.phases]
        siblings = self.species.phases.siblings[np.ix_(self.phases.phases, self.phases.phases)]
        present = (condensed > 0.0).astype(np.float64)
        pinned = np.asarray(((present @ siblings) * present).any(axis=1))
        return self._point(state.log_temperature, condensed, pinned, state.log_pressure)

    def onset(self, number: int) -> Point:
        """The states (N,) where the transition `number` begins as the gas cools, seen from above."""
        cases = len(self.gas)
        log_temperature = np.full(cases, np.log(self.phases.transition[number]))
        return self.at(Position(np.full(cases, 2 * number + 2), log_temperature, np.zeros(cases)))

    def melting(self, number: int, share: Array) -> Point:
        """The states (N,) at the transition `number` with a `share` (N,) of the substance melted."""
        log_temperature = np.full(len(share), np.log(self.phases.transition[number]))
        return self.at(Position(np.full(len(share), 2 * number + 1), log_temperature, share))

    def _point(
        self,
        log_temperature: Array,
        condensed: Array,
        pinned: NDArray[np.bool_],
        log_pressure: Array | None,
    ) -> Point:
        temperature = np.exp(log_temperature)
        gases = self.species.gases.properties(temperature)
        phases = self.species.phases.properties(temperature, self.phases.phases)
        enthalpy = (self.gas * gases.enthalpy).sum(axis=1) + (condensed * phases.enthalpy).sum(axis=1)
        gibbs = (self.gas * gases.gibbs).sum(axis=1) + (condensed * phases.gibbs).sum(axis=1)
        capacity = (self.gas * gases.heat_capacity).sum(axis=1) + (condensed * phases.heat_capacity).sum(
            axis=1
        )
        standard = enthalpy - gibbs + self.mixing
        if log_pressure is None:
            log_pressure = (standard - self.entropy) / self.moles
        return Point(
            log_temperature=log_temperature,
            log_pressure=log_pressure,
            enthalpy=enthalpy * temperature,
            entropy=standard - self.moles * log_pressure,
            capacity=capacity,
            condensed=condensed,
            stream=self.moles * temperature,
            exponent=np.where(pinned, 1.0, capacity / (capacity - self.moles)),
            is_pinned=pinned,
        )

    def move(self, position: Position, at: Point, change: Array) -> Position:
        """Along by about `change` (N,) of ln p, to the next transition at most; `at` are the states at `position`."""
        step = np.clip(self.moles / at.capacity * change, -LARGEST_STEP, LARGEST_STEP)
        log_temperature = np.clip(position.log_temperature + step, COLDEST, HOTTEST)
        if not len(self.phases.transition):
            return Position(position.region, log_temperature, position.share)
        pinned = self._move_pinned(position, change)
        free = self._move_free(position, log_temperature)
        chosen = (
            np.where(position.is_pinned, getattr(pinned, item.name), getattr(free, item.name))
            for item in fields(Position)
        )
        return Position(*chosen)

    def _move_free(self, position: Position, log_temperature: Array) -> Position:
        """Stops at a transition that takes or gives heat; one that does not is passed."""
        interval = position.region // 2
        logs = np.log(self.phases.transition)
        ends = np.concatenate([[-np.inf], logs, [np.inf]])
        last = len(logs) - 1
        falls, rises = log_temperature < ends[interval], log_temperature > ends[interval + 1]
        number = np.clip(np.where(falls, interval - 1, interval), 0, last)
        crosses = falls | rises
        stops = crosses & (self._jumps[np.arange(len(number)), number] > SMALLEST_JUMP)
        passes = np.where(falls, -2, np.where(rises, 2, 0))
        return Position(
            region=np.where(stops, 2 * number + 1, position.region + passes),
            log_temperature=np.where(stops, logs[number], log_temperature),
            share=np.where(stops & falls, 1.0, 0.0),
        )

    def _move_pinned(self, position: Position, change: Array) -> Position:
        """Leaves the transition, at its temperature, when all has frozen or melted."""
        number = np.clip(position.region // 2, 0, len(self.phases.transition) - 1)
        jump = np.maximum(self._jumps[np.arange(len(number)), number], SMALLEST_JUMP)
        share = position.share + self.moles / jump * change
        leaves = np.where(share < 0.0, -1, np.where(share > 1.0, 1, 0))
        return Position(position.region + leaves, position.log_temperature, np.where(leaves == 0, share, 0.0))
