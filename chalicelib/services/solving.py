"""Solve many specifications at once, so that one that breaks does not break the others."""

import json
import logging
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from engine.errors import AnalysisError

logger = logging.getLogger(__name__)

NOT_FINITE = {"code": "not_finite", "message": "the solver's answer holds a number that is not finite"}


class Answer(NamedTuple):
    """What came of one specification: a result, an error that trying again will not change, or a surprise."""

    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    surprise: Exception | None = None


Specs = Sequence[dict[str, Any]]


def solve_specs(specs: Specs) -> list[Answer]:
    """The whole answers in the order of `specs`, which share a motor type and are solved in one call.

    Where that call raises, they are solved in halves, and only those that raise alone are surprises.
    """
    return _in_halves(_solved, specs)


def tabulate_specs(specs: Specs, outputs: Sequence[str]) -> list[Answer]:
    """Only the `outputs` of each, by name; several times faster than whole answers, and as safe."""
    return _in_halves(lambda part: _tabulated(part, outputs), specs)


def _in_halves(solve: Callable[[Specs], list[Answer]], specs: Specs) -> list[Answer]:
    try:
        return solve(specs)
    except Exception as error:
        if len(specs) == 1:
            logger.exception("the engine broke")
            return [Answer(surprise=error)]
        logger.exception("the engine broke on %d cases together; they are solved in halves", len(specs))
    half = len(specs) // 2
    return _in_halves(solve, specs[:half]) + _in_halves(solve, specs[half:])


def _solved(specs: Specs) -> list[Answer]:
    import engine

    return [_answer(outcome) for outcome in engine.analyze_many(specs)]


def _tabulated(specs: Specs, outputs: Sequence[str]) -> list[Answer]:
    import engine

    table = engine.tabulate(specs, outputs)
    rows = zip(*(table.columns[name].tolist() for name in outputs), strict=True)
    answers = []
    for place, row in enumerate(rows):
        if place in table.errors:
            answers.append(Answer(error=describe(table.errors[place])))
        elif all(map(math.isfinite, row)):
            answers.append(Answer(result=dict(zip(outputs, row, strict=True))))
        else:
            answers.append(Answer(error=dict(NOT_FINITE)))
    return answers


def _answer(outcome: Any) -> Answer:
    if isinstance(outcome, AnalysisError):
        return Answer(error=describe(outcome))
    result: dict[str, Any] = outcome.model_dump(mode="json")
    if result.get("validation") is None:
        result.pop("validation", None)
    try:
        json.dumps(result, allow_nan=False)
    except ValueError:
        return Answer(error=dict(NOT_FINITE))
    return Answer(result=result)


def describe(error: AnalysisError) -> dict[str, Any]:
    """The error as it is stored and shown."""
    return {"code": error.code, "message": str(error)}
