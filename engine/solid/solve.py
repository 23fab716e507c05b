"""Solve many solid motors: checks, burns marched together, and an answer or an error for each."""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.burns.designation import designation
from engine.errors import AnalysisError
from engine.nozzle.tables import numbers, rows_of
from engine.result import Caution, SolidResult, Station
from engine.solid.answers import geometry
from engine.solid.burning import Burn, burn, mean_points
from engine.solid.cautions import cautions
from engine.solid.refusals import checked, refusal
from engine.solid_spec import SolidSpec
from engine.version import __version__


def solve_solid(specs: Sequence[SolidSpec]) -> list[SolidResult | AnalysisError]:
    """An answer or an error in the place of each specification; motors of one kind are marched together."""
    start = time.perf_counter()
    usable = [checked(spec) for spec in specs]
    answers: list[SolidResult | AnalysisError | None] = [
        item if isinstance(item, AnalysisError) else None for item in usable
    ]
    for burnt in burn(usable):
        with np.errstate(all="ignore"):
            documents = _documents(burnt)
        spent = (time.perf_counter() - start) / len(burnt.places)
        for row, place in enumerate(burnt.places):
            error = refusal(specs[place], burnt, row)
            answers[place] = error or _answer(
                specs[place], documents[row], cautions(specs[place], burnt, row), spent
            )
        start = time.perf_counter()
    return [answer for answer in answers if answer is not None]


def _documents(burnt: Burn) -> list[dict[str, Any]]:
    """The numbers of every motor, as plain objects."""
    mean = mean_points(burnt)
    sizes, headlines = (
        rows_of(geometry(burnt.motors)),
        rows_of(burnt.histories.numbers | mean.numbers()),
    )
    tables = mean.tables(tuple(Station.model_fields))
    return [
        headline | table | {"geometry": size, "history": _history(burnt, row), "grains": _grains(burnt, row)}
        for row, (headline, size, table) in enumerate(zip(headlines, sizes, tables, strict=True))
    ]


def _history(burnt: Burn, row: int) -> dict[str, list[float | None]]:
    moments = burnt.histories.moments[row]
    return {name: numbers(values[:moments, row]) for name, values in burnt.histories.points.items()}


def _grains(burnt: Burn, row: int) -> list[dict[str, float | None]]:
    return rows_of({name: values[row] for name, values in burnt.histories.grains.items()})


def _answer(
    spec: SolidSpec, document: dict[str, Any], warnings: list[Caution], duration: float
) -> SolidResult:
    name = designation(document["total_impulse"], document["thrust"])
    return SolidResult.model_validate(
        document
        | {
            "motor_type": spec.motor_type,
            "designation": name,
            "impulse_class": name.rstrip("0123456789"),
            "warnings": warnings,
            "engine_version": __version__,
            "duration": duration,
        }
    )
