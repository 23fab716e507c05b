"""Check a specification by the engine's own rules, and say what is wrong in the service's words."""

import json
from typing import Any

import engine
from chalicelib.domain.errors import FieldProblem, InvalidRequestError
from engine.errors import SpecError


def check_spec(spec: dict[str, Any]) -> str:
    """The motor type of a good specification; raises InvalidRequestError whose fields say what is not."""
    motor_type = check_rules(spec)
    refuse_null_character(json.dumps(spec))
    return motor_type


def check_rules(spec: dict[str, Any]) -> str:
    """The same without a look at the characters."""
    try:
        return engine.parse_spec(spec).motor_type
    except SpecError as error:
        raise refusal(error) from error


def refusal(error: SpecError) -> InvalidRequestError:
    """What the engine found wrong, in the service's words."""
    fields = tuple(FieldProblem(problem.field, problem.message, problem.hint) for problem in error.problems)
    return InvalidRequestError(str(error), fields=fields)


def refuse_null_character(written: str) -> None:
    """Raises InvalidRequestError for JSON that the database would not take."""
    if "\\u0000" in written:
        raise InvalidRequestError("the specification holds the character U+0000; take it out")
