"""Solve many liquid engines: checks, ideal flow, sizing, and an answer or an error for each."""

import math
import time
from collections.abc import Sequence

import numpy as np

from engine.errors import AnalysisError, Problem, SpecError
from engine.liquid.cautions import cautions
from engine.liquid.combustion import Combustion, burn
from engine.liquid.mixing import check_temperatures, impossible_ratio, mixture_ratio, sides
from engine.liquid.sizing import EXIT, Performance, size_motors
from engine.liquid.tables import StationTables
from engine.result import AnalysisResult
from engine.spec import LiquidSpec
from engine.thermo.status import REASONS, Status
from engine.version import __version__

CHAMBER = -3


def solve_liquid(specs: Sequence[LiquidSpec]) -> list[AnalysisResult | AnalysisError]:
    """An answer or an error in the place of each specification; the same propellants are solved together."""
    start = time.perf_counter()
    checked = [_checked(spec) for spec in specs]
    answers: list[AnalysisResult | AnalysisError | None] = [
        item if isinstance(item, AnalysisError) else None for item in checked
    ]
    for combustion in burn(checked):
        members = [specs[place] for place in combustion.places]
        with np.errstate(all="ignore"):
            performance = size_motors(members, combustion.stations)
            tables = StationTables.of(combustion)
        spent = (time.perf_counter() - start) / len(members)
        for row, place in enumerate(combustion.places):
            answers[place] = _answer(specs[place], combustion, performance, tables, row, spent)
        start = time.perf_counter()
    return [answer for answer in answers if answer is not None]


def _checked(spec: LiquidSpec) -> LiquidSpec | AnalysisError:
    try:
        check_temperatures(spec)
    except SpecError as error:
        return error
    return spec


def _answer(
    spec: LiquidSpec,
    combustion: Combustion,
    performance: Performance,
    tables: StationTables,
    row: int,
    duration: float,
) -> AnalysisResult | AnalysisError:
    status = Status(combustion.stations.status[row])
    if status is not Status.CONVERGED:
        refused = impossible_ratio(spec) if status is Status.INVALID_INPUT else None
        return refused or AnalysisError(_why(spec, status), code=status.name.lower())
    if not math.isfinite(performance.throat_area[row]):
        return SpecError([_unreachable_thrust(spec, performance, row)], code="no_thrust")
    flow, headline = combustion.stations, {name: float(v[row]) for name, v in vars(performance).items()}
    throat_area = headline.pop("throat_area")
    exit_pressure = float(flow.pressure[row, EXIT])
    # one validation of the whole is several times faster than making the parts one by one
    return AnalysisResult.model_validate(
        {
            "motor_type": spec.motor_type,
            **headline,
            "chamber_pressure": spec.chamber_pressure,
            "stagnation_pressure": float(flow.stagnation_pressure[row]),
            "chamber_temperature": float(flow.temperature[row, CHAMBER]),
            "chamber_gamma": float(flow.gamma[row, CHAMBER]),
            "chamber_molar_mass": float(flow.molar_mass[row, CHAMBER]),
            "exit_pressure": exit_pressure,
            "exit_temperature": float(flow.temperature[row, EXIT]),
            "exit_mach": float(flow.mach[row, EXIT]),
            "exit_velocity": float(flow.velocity[row, EXIT]),
            "geometry": _geometry(throat_area, spec.nozzle.area_ratio),
            "stations": {name: column[row] for name, column in tables.stations.items()},
            "composition": {name: column[row] for name, column in tables.compositions.items()},
            "warnings": cautions(spec, exit_pressure, headline["ambient_pressure"]),
            "engine_version": __version__,
            "duration": duration,
        }
    )


def _why(spec: LiquidSpec, status: Status) -> str:
    names = [side.propellant.name for side in sides(spec)]
    ratio = f"mixture ratio {mixture_ratio(spec):g}, " if len(names) == 2 else ""
    return (
        f"no answer for {' and '.join(names)} at {ratio}{spec.chamber_pressure:g} Pa and area "
        f"ratio {spec.nozzle.area_ratio:g}: {REASONS[status]}"
    )


def _unreachable_thrust(spec: LiquidSpec, performance: Performance, row: int) -> Problem:
    message = (
        f"{spec.thrust:g} N cannot be reached: at {performance.ambient_pressure[row]:g} Pa ambient the thrust "
        f"coefficient is {performance.thrust_coefficient[row]:.3g}; take a smaller area ratio, a higher chamber "
        "pressure or a lower ambient pressure"
    )
    return Problem("thrust", message, spec.thrust)


def _geometry(throat_area: float, area_ratio: float) -> dict[str, float]:
    throat_diameter = math.sqrt(4.0 * throat_area / math.pi)
    return {
        "throat_diameter": throat_diameter,
        "throat_area": throat_area,
        "exit_diameter": throat_diameter * math.sqrt(area_ratio),
        "exit_area": throat_area * area_ratio,
        "area_ratio": area_ratio,
    }
