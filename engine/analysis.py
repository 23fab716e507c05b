"""The two functions that answer for a motor, whatever its type: one case, and many at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import AnalysisError
from engine.parsing import parse_spec, require_list
from engine.registry import MOTOR_TYPES
from engine.result import AnalysisResult
from engine.spec import AnalysisSpec


def analyze(spec: Mapping[str, Any] | AnalysisSpec) -> AnalysisResult:
    """What the motor of `spec` does; a batch of one.

    Raises SpecError for a specification that breaks a rule, AnalysisError for a case without an answer.
    """
    (answer,) = analyze_many([spec])
    if isinstance(answer, AnalysisError):
        raise answer
    return answer


def analyze_many(
    specs: Sequence[Mapping[str, Any] | AnalysisSpec],
) -> list[AnalysisResult | AnalysisError]:
    """An answer, or the error, in the place of each of `specs`, solved together where their chemistry is the same.

    Nothing that is wrong with one case changes the others. Where a specification says `"validate": true`, its
    answer carries the comparison with NASA CEA.
    """
    require_list(specs)
    answers: dict[int, AnalysisResult | AnalysisError] = {}
    groups: dict[str, list[tuple[int, AnalysisSpec]]] = {}
    for place, given in enumerate(specs):
        try:
            spec = parse_spec(given)
        except AnalysisError as error:
            answers[place] = error
        else:
            groups.setdefault(spec.motor_type, []).append((place, spec))
    for motor_type, members in groups.items():
        solver = MOTOR_TYPES[motor_type].load_solver()
        solved = solver([spec for _, spec in members])
        answers.update(zip((place for place, _ in members), _validated(members, solved), strict=True))
    return [answers[place] for place in range(len(specs))]


def _validated(
    members: list[tuple[int, AnalysisSpec]], solved: list[AnalysisResult | AnalysisError]
) -> list[AnalysisResult | AnalysisError]:
    return [
        _with_validation(spec, answer) if spec.is_validated and isinstance(answer, AnalysisResult) else answer
        for (_, spec), answer in zip(members, solved, strict=True)
    ]


def _with_validation(spec: AnalysisSpec, answer: AnalysisResult) -> AnalysisResult | AnalysisError:
    # the references are loaded only where they are asked for
    from engine.validation import validate

    try:
        report = validate(spec, answer)
    except AnalysisError as error:
        return error
    return answer.model_copy(update={"validation": report.model_dump(mode="json")})
