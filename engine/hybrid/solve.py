"""Solve many hybrid motors: checks, burns marched together, and an answer or an error for each."""

import time
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from engine.burns.designation import designation
from engine.errors import AnalysisError
from engine.hybrid.answers import MeanPoints, geometry
from engine.hybrid.burning import Burn, burn
from engine.hybrid.cautions import Judgement, cautions
from engine.hybrid.refusals import checked, refusal
from engine.hybrid.sizing import sized, sizes
from engine.hybrid_spec import HybridSpec
from engine.nozzle.tables import StationTables, numbers, rows_of
from engine.result import Caution, HybridResult
from engine.version import __version__


def solve_hybrid(specs: Sequence[HybridSpec]) -> list[HybridResult | AnalysisError]:
    """An answer or an error in the place of each specification; the same propellants and feeds are marched together."""
    start = time.perf_counter()
    usable = sized([checked(spec) for spec in specs], checked)
    answers: list[HybridResult | AnalysisError | None] = [
        item if isinstance(item, AnalysisError) else None for item in usable
    ]
    for burnt in burn(usable):
        with np.errstate(all="ignore"):
            judgement = Judgement.of(burnt)
            documents = _documents(burnt, judgement)
        spent = (time.perf_counter() - start) / len(burnt.places)
        for row, place in enumerate(burnt.places):
            spec = usable[place]
            if not isinstance(spec, HybridSpec):
                continue
            warnings = cautions(spec, burnt, judgement, row)
            answers[place] = refusal(spec, burnt, row) or _answer(spec, documents[row], warnings, spent)
        start = time.perf_counter()
    return [answer for answer in answers if answer is not None]


def _documents(burnt: Burn, judgement: Judgement) -> list[dict[str, Any]]:
    """The numbers of every motor, as plain objects."""
    mean = MeanPoints.of(burnt)
    tables = StationTables.of(mean.stations, mean.products)
    sizes = rows_of(geometry(burnt))
    best = {"best_mixture_ratio": judgement.best_ratio}
    headlines = rows_of(burnt.histories.numbers | mean.numbers() | best)
    histories = _histories(burnt)
    return [
        headline
        | {
            "geometry": size,
            "history": history,
            "stations": {name: column[row] for name, column in tables.stations.items()},
            "composition": {name: column[row] for name, column in tables.compositions.items()},
        }
        for row, (headline, size, history) in enumerate(zip(headlines, sizes, histories, strict=True))
    ]


def _histories(burnt: Burn) -> list[dict[str, list[float | None]]]:
    """The curves of every motor; those that say nothing of it, such as of a tank it has not, are left out."""
    curves = burnt.histories.curves
    ends = np.searchsorted(curves.burn, np.arange(curves.count + 1)).tolist()
    known = {
        name: numbers(values) for name, values in burnt.histories.points.items() if np.isfinite(values).any()
    }
    return [{name: values[first:last] for name, values in known.items()} for first, last in pairwise(ends)]


def _answer(
    spec: HybridSpec, document: dict[str, Any], warnings: list[Caution], duration: float
) -> HybridResult:
    return HybridResult.model_validate(
        document
        | {
            "motor_type": spec.motor_type,
            "designation": designation(document["total_impulse"], document["thrust"]),
            "warnings": warnings,
            "sized": None if spec.sizing is None else sizes(spec),
            "engine_version": __version__,
            "duration": duration,
        }
    )
