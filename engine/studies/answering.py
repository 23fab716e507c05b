"""Whole answers for many motors, without the references that validation brings."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import AnalysisError
from engine.parsing import parse_spec
from engine.registry import MOTOR_TYPES


def answers(specs: Sequence[Mapping[str, Any]]) -> list[Any]:
    """An answer or an error for each motor, those of one type solved together."""
    found: list[Any] = [None] * len(specs)
    groups: dict[str, list[tuple[int, Any]]] = {}
    for place, given in enumerate(specs):
        try:
            spec = parse_spec(given)
            groups.setdefault(spec.motor_type, []).append((place, spec))
        except AnalysisError as error:
            found[place] = error
    for motor_type, members in groups.items():
        solved = MOTOR_TYPES[motor_type].load_solver()([spec for _, spec in members])
        for (place, _), answer in zip(members, solved, strict=True):
            found[place] = answer
    return found
