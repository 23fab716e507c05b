"""Solve many specifications at once, so that one that breaks does not break the others."""

import json
import logging
from collections.abc import Sequence
from typing import Any, NamedTuple

from engine.errors import AnalysisError

logger = logging.getLogger(__name__)


class Answer(NamedTuple):
    """What came of one specification: a result, an error that trying again will not change, or a surprise."""

    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    surprise: Exception | None = None


def solve_specs(specs: Sequence[dict[str, Any]]) -> list[Answer]:
    """The answers in the order of `specs`, which share a motor type and are solved in one call.

    Where that call raises, they are solved one by one, and only those that raise again are surprises.
    """
    import engine

    try:
        return [_answer(outcome) for outcome in engine.analyze_many(specs)]
    except Exception as error:
        if len(specs) == 1:
            logger.exception("the engine broke")
            return [Answer(surprise=error)]
        logger.exception("the engine broke on %d cases together; they are solved one by one", len(specs))
    return [answer for spec in specs for answer in solve_specs([spec])]


def _answer(outcome: Any) -> Answer:
    if isinstance(outcome, AnalysisError):
        return Answer(error=describe(outcome))
    result: dict[str, Any] = outcome.model_dump(mode="json")
    if result.get("validation") is None:
        result.pop("validation", None)
    try:
        json.dumps(result, allow_nan=False)
    except ValueError:
        return Answer(
            error={"code": "not_finite", "message": "the solver's answer holds a number that is not finite"}
        )
    return Answer(result=result)


def describe(error: AnalysisError) -> dict[str, Any]:
    """The error as it is stored and shown."""
    return {"code": error.code, "message": str(error)}
