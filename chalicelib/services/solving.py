"""Solve many specifications at once, so that one that breaks does not break the others."""

import json
import logging
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from engine.errors import AnalysisError, Problem, SpecError

logger = logging.getLogger(__name__)

NOT_FINITE = {"code": "not_finite", "message": "the solver's answer holds a number that is not finite"}


class Answer(NamedTuple):
    """What came of one specification: a result, an error that trying again will not change, or a surprise.

    `problems` are those of a specification that is none, each with its field.
    """

    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    surprise: Exception | None = None
    problems: tuple[Problem, ...] = ()


Numbers = tuple[float | None, ...]
Specs = Sequence[dict[str, Any]]


def solve_specs(specs: Specs) -> list[Answer]:
    """The whole answers in the order of `specs`, which share a motor type and are solved in one call.

    Where that call raises, they are solved in halves, and only those that raise alone are surprises.
    """
    return _in_halves(_solved, specs)


def tabulate_specs(specs: Specs, outputs: Sequence[str], *, required: int) -> list[Numbers | Answer]:
    """Only the `outputs` of each, or why it has none; several times faster than whole answers, and as safe.

    Every case has the first `required` of them; of the others None stands for one that it has not.
    """
    return _in_halves(lambda part: _tabulated(part, outputs, required), specs)


def _in_halves(solve: Callable[[Specs], list[Any]], specs: Specs) -> list[Any]:
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


def _tabulated(specs: Specs, outputs: Sequence[str], required: int) -> list[Numbers | Answer]:
    import engine

    table = engine.tabulate(specs, outputs)
    rows = zip(*(table.columns[name].tolist() for name in outputs), strict=True)
    # the sum is finite where each of them is, and cheaper to ask
    answers = [row if math.isfinite(sum(row)) else _without_some(row, required) for row in rows]
    for place, error in table.errors.items():
        answers[place] = failure(error)
    return answers


def _without_some(row: Sequence[float], required: int) -> Numbers | Answer:
    if not math.isfinite(sum(row[:required])):
        return Answer(error=dict(NOT_FINITE))
    return tuple(number if math.isfinite(number) else None for number in row)


def failure(error: AnalysisError) -> Answer:
    """The answer that says why there is none."""
    return Answer(error=describe(error), problems=error.problems if isinstance(error, SpecError) else ())


def _answer(outcome: Any) -> Answer:
    if isinstance(outcome, AnalysisError):
        return failure(outcome)
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
