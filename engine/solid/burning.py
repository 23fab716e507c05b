"""Solid motors burnt: specifications grouped by what they have in common, each group marched together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.burns.grouping import grouped
from engine.errors import AnalysisError
from engine.solid.ambient import ambient_along
from engine.solid.answers import MeanPoints
from engine.solid.burn_rates import BurnRates, Gas
from engine.solid.chambers import Chambers
from engine.solid.combustion import CombustionTable, combustion_table
from engine.solid.erosive import ErosiveLaw
from engine.solid.histories import Histories
from engine.solid.motors import Motors
from engine.solid.quasi_steady import march_quasi_steady, unfinished
from engine.solid.stacks import Stacks
from engine.solid.transient import march_transient
from engine.solid.two_phase import two_phase_share
from engine.solid_propellants import SolidPropellant
from engine.solid_spec import SolidSpec
from engine.thermo.nasa_polynomials import Array

TOGETHER = 256
"""Motors of one march: their arrays stay in the processor's cache."""
MOST_VALUES = 2_000_000
"""Moments times grains of one march: of few, short steps are nothing to memory."""
STEPS_WANTED, STEPS_OF_THINNEST, MOST_WANTED = 250, 50, 2500
"""About, of a burn for which no time step is given; of its thinnest web at least, and of the burn at most."""

FIRST_PRESSURE = 5e6
"""Pa, at which ingredients are burnt to learn the motor's own pressure."""
LOOKS = 10
"""Depths at which that is looked at."""


@dataclass(frozen=True)
class Burn:
    """Motors that were marched together: their places in the list, and what came of them."""

    places: list[int]
    motors: Motors
    stacks: Stacks
    chambers: Chambers
    histories: Histories
    table: CombustionTable | None
    broken: NDArray[np.intp]

    @property
    def first_area(self) -> Array:
        """(N, G) m2: what burns at ignition."""
        return self.stacks.at(np.zeros(self.stacks.web.shape)).burning_area


def burn(specs: Sequence[SolidSpec | AnalysisError], *, detailed: bool = True) -> Iterator[Burn]:
    """The burns of all specifications; those that are errors already are passed over. Only `detailed` ones say what
    flows through ports.
    """
    for places, members in grouped(specs, kind_of, TOGETHER):
        yield from _burn_group(places, members, detailed)


def kind_of(spec: SolidSpec) -> tuple[Any, ...]:
    """What motors that are marched together have in common."""
    return (
        len(spec.grains),
        spec.settings.model,
        spec.settings.resolution,
        is_uniform(spec),
        repr((spec.propellant.ingredients, spec.propellant.temperature))
        if spec.propellant.ingredients
        else "",
        any(given.erosive_burning for given in spec.propellants),
        bool(spec.nozzle.erosion_coefficient or spec.nozzle.slag_coefficient),
    )


def is_uniform(spec: SolidSpec) -> bool:
    """Whether all grains have the motor's propellant."""
    return all(grain.propellant is None for grain in spec.grains)


def chambers_of(specs: Sequence[SolidSpec], stacks: Stacks, pressure: Array) -> Chambers:
    """The burn rates of motors of one kind, and the gases that they burn to at pressures (N,)."""
    given = [spec.propellant for spec in specs]
    owner = np.arange(len(specs))
    if not is_uniform(specs[0]):
        given = [propellant for spec in specs for propellant in spec.propellants]
        owner = np.repeat(owner, len(specs[0].grains))
    shares = [specs[int(place)].efficiency.c_star for place in owner]
    return Chambers(_rates_of(given, pressure[owner], shares), stacks.density, _erosive_law(specs))


def mean_pressures(specs: Sequence[SolidSpec], motors: Motors, stacks: Stacks) -> Array:
    """(N,) Pa, about; a first guess where all gases are given by hand."""
    pressure = np.full(len(specs), FIRST_PRESSURE)
    if all(propellant.ingredients is None for spec in specs for propellant in spec.propellants):
        return pressure
    depths = np.linspace(0.0, 0.9, LOOKS)[:, None, None] * stacks.web
    openings = stacks.openings(stacks.at(depths), np.ones(depths.shape, dtype=bool))
    for _ in range(2):
        chambers = chambers_of(specs, stacks, pressure)
        pressure = np.mean(chambers.steady_pressure(openings, motors.throat_area), axis=0)
    return pressure


def with_two_phase_loss(
    motors: Motors, stacks: Stacks, table: CombustionTable | None, pressure: Array
) -> Motors:
    """With what lagging droplets cost the nozzles, where it is known what condenses."""
    if table is None:
        return motors
    volume = stacks.case_volume - 0.5 * stacks.at(np.zeros(stacks.web.shape)).volume.sum(axis=-1)
    length = volume / motors.throat_area
    share = two_phase_share(
        table.condensed(pressure), pressure, motors.throat_diameter, motors.area_ratio, length
    )
    return replace(motors, nozzle_efficiency=motors.nozzle_efficiency * share)


def _rates_of(given: Sequence[SolidPropellant], pressure: Array, shares: Sequence[float]) -> BurnRates:
    """Of propellants with the gas that each burns to at its pressure."""
    places: dict[CombustionTable, list[int]] = {}
    gases: list[list[Gas]] = []
    for place, propellant in enumerate(given):
        table = table_of(propellant)
        if table is None:
            gases.append([Gas.by_hand(rate) for rate in propellant.burn_rates])
        else:
            places.setdefault(table, []).append(place)
            gases.append([])
    for table, members in places.items():
        found = np.stack(table.at(pressure[members]), axis=-1).tolist()
        for place, values in zip(members, found, strict=True):
            gases[place] = [Gas(*values)] * len(given[place].burn_rates)
    return BurnRates.of(given, gases, shares)


def _erosive_law(specs: Sequence[SolidSpec]) -> ErosiveLaw | None:
    """(N, G): None where flow erodes nothing."""
    laws = [[given.erosive_burning for given in spec.propellants] for spec in specs]
    if not any(law for row in laws for law in row):
        return None
    coefficient = [[0.0 if law is None else law.coefficient for law in row] for row in laws]
    exponent = [[0.0 if law is None else law.exponent for law in row] for row in laws]
    return ErosiveLaw(np.array(coefficient), np.array(exponent))


def table_of(propellant: SolidPropellant) -> CombustionTable | None:
    """What its ingredients burn to; None where that is given by hand."""
    if propellant.ingredients is None:
        return None
    return combustion_table(propellant.ingredients, propellant.temperature)


def mean_points(burnt: Burn, *, detailed: bool = True) -> MeanPoints:
    """The mean operating points of motors that were marched together."""
    pressure = burnt.histories.numbers["chamber_pressure"]
    gas = burnt.chambers.gas(pressure, burnt.stacks.web if burnt.chambers.is_uniform else burnt.first_area)
    return MeanPoints.of(pressure, gas, burnt.motors, burnt.table, detailed=detailed)


def _burn_group(places: list[int], specs: list[SolidSpec], detailed: bool) -> Iterator[Burn]:
    """In one march, or in parts where their moments would take much memory."""
    motors, stacks = Motors.of(specs), Stacks.of(specs)
    table = table_of(specs[0].propellant) if is_uniform(specs[0]) else None
    is_transient = specs[0].settings.model == "transient"
    with np.errstate(all="ignore"):
        pressure = mean_pressures(specs, motors, stacks)
        chambers = chambers_of(specs, stacks, pressure)
        steps, longest = time_steps(motors, stacks, chambers)
        expected = np.nanmax(longest / steps) * stacks.web.size
        if expected > MOST_VALUES and len(specs) > 1 and not is_transient:
            half = len(specs) // 2
            yield from _burn_group(places[:half], specs[:half], detailed)
            yield from _burn_group(places[half:], specs[half:], detailed)
            return
        motors = with_two_phase_loss(motors, stacks, table, pressure)
        if is_transient:
            moments, broken = march_transient(motors, stacks, chambers)
        else:
            moments = march_quasi_steady(motors, stacks, chambers, steps)
            broken = unfinished(motors, moments)
        ambient = ambient_along(specs, moments.time)
        histories = Histories.of(moments, motors, stacks, chambers, ambient, detailed=detailed)
    yield Burn(places, motors, stacks, chambers, histories, table, broken)


def time_steps(motors: Motors, stacks: Stacks, chambers: Chambers) -> tuple[Array, Array]:
    """(N,) s: as given, or a small part of how long the thickest web would burn at the first pressure; and that."""
    openings = stacks.openings(stacks.at(np.zeros(stacks.web.shape)), stacks.web > 0.0)
    pressure = chambers.steady_pressure(openings, motors.throat_area)
    times = stacks.web / chambers.rates(pressure)
    longest = np.max(times, axis=-1)
    wanted = np.minimum(longest / STEPS_WANTED, np.min(times, axis=-1) / STEPS_OF_THINNEST)
    wanted = np.maximum(wanted, longest / MOST_WANTED)
    return np.where(np.isnan(motors.time_step), wanted, motors.time_step), longest
