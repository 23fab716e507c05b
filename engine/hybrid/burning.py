"""Hybrid motors burnt: specifications grouped by what they have in common, each group marched together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.burns.curves import Curves
from engine.burns.grouping import grouped
from engine.burns.march import march
from engine.errors import AnalysisError
from engine.hybrid.combustion import CombustionTable, combustion_table
from engine.hybrid.feeds import Feed, RegulatedTank, SelfPressurizedTank, SteadyFlow
from engine.hybrid.histories import Histories
from engine.hybrid.motors import Motors
from engine.hybrid.ports import is_round, ports_of
from engine.hybrid.system import HybridSystem
from engine.hybrid_spec import HybridSpec, Injector
from engine.parsing import propellant
from engine.thermo.nasa_polynomials import Array

TOGETHER = 1024
"""Motors of one march: more gain nothing, and take memory."""
FIRST_STEP = 7e-4
"""Of the time in which a chamber fills."""


@dataclass(frozen=True)
class Burn:
    """Motors that were marched together: their places in the list, and what came of them."""

    places: list[int]
    motors: Motors
    table: CombustionTable
    histories: Histories


def burn(specs: Sequence[HybridSpec | AnalysisError]) -> Iterator[Burn]:
    """The burns of all specifications; those that are errors already are passed over."""
    for places, members in grouped(specs, kind_of, TOGETHER):
        yield _burn_group(places, members)


def kind_of(spec: HybridSpec) -> tuple[Any, ...]:
    """What motors that are marched together have in common: propellants, feed, cells along the port, kind of ports."""
    feed = flow_model(spec.injector) if spec.injector and spec.is_self_pressurized else spec.tank is not None
    given = spec.propellant
    pair = (given.fuel, given.oxidizer, given.fuel_temperature, given.oxidizer_temperature)
    return (*map(repr, pair), feed, spec.settings.stations, spec.rule.flux, is_round(spec.grain))


def table_of(spec: HybridSpec) -> CombustionTable:
    """What the pair of a specification burns to."""
    given = spec.propellant
    return combustion_table(
        propellant(given.fuel), propellant(given.oxidizer), given.fuel_temperature, given.oxidizer_temperature
    )


def _burn_group(places: list[int], specs: list[HybridSpec]) -> Burn:
    table, motors = table_of(specs[0]), Motors.of(specs)
    system = system_of(specs, motors, table)
    begin = system.begin()
    tolerance = np.array([spec.settings.tolerance for spec in specs])
    longest = np.array([spec.settings.time_step or np.inf for spec in specs])
    with np.errstate(all="ignore"):
        record = march(system, begin, FIRST_STEP * filling_time(motors), tolerance, longest)
        curves = Curves.of(record, len(specs))
        points = system.along(curves.burn, curves.phase == 0)
        histories = Histories.of(curves, points, motors, record.broken)
    return Burn(places, motors, table, histories)


def system_of(specs: Sequence[HybridSpec], motors: Motors, table: CombustionTable) -> HybridSystem:
    """The balances of motors of one kind."""
    ports, first = ports_of([spec.grain for spec in specs]), specs[0]
    is_total = first.rule.flux == "total"
    return HybridSystem(motors, table, feed_of(first), ports, first.settings.stations, by_total_flux=is_total)


def feed_of(spec: HybridSpec) -> Feed:
    """What feeds the motor of a specification."""
    if spec.injector is None:
        return SteadyFlow()
    if spec.is_self_pressurized:
        return SelfPressurizedTank(flow_model(spec.injector))
    return RegulatedTank(is_gas=spec.is_gas)


def flow_model(injector: Injector) -> str:
    """How the liquid of a tank that presses itself out flows through the holes."""
    return injector.model or "dyer"


def filling_time(motors: Motors) -> Array:
    """s, about how long the gas of a chamber stays in it: V/(c* At) times a c*^2/(p/rho) of 2.5."""
    volume = motors.chamber_volume + np.pi / 4.0 * motors.port_diameter**2 * motors.ports * motors.length
    return 2.5 * volume / (np.pi / 4.0 * motors.throat_diameter**2 * 1500.0)
