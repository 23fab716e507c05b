"""Solve many liquid engines: checks, ideal flow, sizing, and an answer or an error for each."""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.errors import AnalysisError
from engine.liquid.cautions import cautions
from engine.liquid.combustion import Combustion, burn
from engine.liquid.headlines import geometry, headlines
from engine.liquid.refusals import checked, refusal
from engine.liquid.sizing import Performance, size_motors
from engine.nozzle.tables import StationTables, rows_of
from engine.result import AnalysisResult
from engine.spec import LiquidSpec
from engine.version import __version__


def solve_liquid(specs: Sequence[LiquidSpec]) -> list[AnalysisResult | AnalysisError]:
    """An answer or an error in the place of each specification; the same propellants are solved together."""
    start = time.perf_counter()
    usable = [checked(spec) for spec in specs]
    answers: list[AnalysisResult | AnalysisError | None] = [
        item if isinstance(item, AnalysisError) else None for item in usable
    ]
    for combustion in burn(usable):
        members = [specs[place] for place in combustion.places]
        with np.errstate(all="ignore"):
            performance = size_motors(members, combustion.stations)
            documents = _documents(members, combustion, performance)
        spent = (time.perf_counter() - start) / len(members)
        for row, place in enumerate(combustion.places):
            error = refusal(specs[place], combustion.stations, performance, row)
            answers[place] = error or _answer(specs[place], documents[row], spent)
        start = time.perf_counter()
    return [answer for answer in answers if answer is not None]


def _documents(
    specs: Sequence[LiquidSpec], combustion: Combustion, performance: Performance
) -> list[dict[str, Any]]:
    """The numbers of every motor, as plain objects."""
    tables = StationTables.of(combustion.stations, combustion.products)
    sizes = rows_of(geometry(specs, performance))
    numbers = rows_of(headlines(specs, combustion.stations, performance))
    return [
        headline
        | {
            "geometry": size,
            "stations": {name: column[row] for name, column in tables.stations.items()},
            "composition": {name: column[row] for name, column in tables.compositions.items()},
        }
        for row, (headline, size) in enumerate(zip(numbers, sizes, strict=True))
    ]


def _answer(spec: LiquidSpec, document: dict[str, Any], duration: float) -> AnalysisResult:
    # one validation of the whole is several times faster than making the parts one by one
    return AnalysisResult.model_validate(
        document
        | {
            "motor_type": spec.motor_type,
            "warnings": cautions(spec, document["exit_pressure"], document["ambient_pressure"]),
            "engine_version": __version__,
            "duration": duration,
        }
    )
