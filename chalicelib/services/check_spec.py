"""Check a specification by the engine's own rules, and say what is wrong in the service's words."""

import json
from typing import Any

import engine
from chalicelib.domain.errors import FieldProblem, InvalidRequestError
from engine.errors import SpecError


def check_spec(spec: dict[str, Any]) -> str:
    """The motor type of a good specification; raises InvalidRequestError whose fields say what is not."""
    try:
        checked = engine.parse_spec(spec)
    except SpecError as error:
        raise refusal(error) from error
    if "\\u0000" in json.dumps(spec):
        raise InvalidRequestError("the specification holds the character U+0000; take it out")
    return checked.motor_type


def refusal(error: SpecError) -> InvalidRequestError:
    """What the engine found wrong, in the service's words."""
    fields = tuple(FieldProblem(problem.field, problem.message, problem.hint) for problem in error.problems)
    return InvalidRequestError(str(error), fields=fields)
