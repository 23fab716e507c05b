"""From a plain mapping to a checked study, or to problems that name field, value and remedy; and how many cases it has.

Nothing here imports numpy: the service checks every request with it.
"""

import math
from collections.abc import Mapping
from typing import Any

from engine.errors import Problem, SpecError
from engine.nearest import nearest
from engine.outputs import check_outputs
from engine.parsing import parse_as
from engine.studies.kinds import OptimizationStudy, SensitivityStudy, Study, SweepStudy, UncertaintyStudy
from engine.studies.trials import check_variables

__all__ = ["Study", "count_cases", "parse_study"]

MOST_CASES, COUNTABLE = 2_000_000, 10**15
SCAN = 32
"""Starts that are looked at before a gradient is followed."""
ITERATIONS = 100
"""Of a gradient method, at the most."""
KINDS: dict[str, type[Study]] = {
    "sweep": SweepStudy,
    "optimization": OptimizationStudy,
    "uncertainty": UncertaintyStudy,
    "sensitivity": SensitivityStudy,
}


def parse_study(document: Mapping[str, Any] | Study) -> Study:
    """The checked study of a mapping (or one checked already).

    Raises SpecError, whose problems name every wrong field by its path, with value and remedy: unknown fields, paths
    and outputs, distributions without meaning, values that no motor can have, more cases than one study may have.
    """
    if isinstance(document, Study):
        return document
    study = parse_as(_with_distributions(document), _kind(document))
    _check_outputs(study)
    cases = count_cases(study)
    if cases > MOST_CASES:
        field, remedy = _measure(study)
        many = f"{cases:,}" if cases < COUNTABLE else f"more than {COUNTABLE:,}"
        message = f"make {many} cases, and a study may have {MOST_CASES:,}"
        raise SpecError([Problem(field, f"{message}; {remedy}, or cut the study into several")])
    check_variables(study.base, study.variables)
    return study


def count_cases(study: Study) -> int:
    """How many motors are solved; for an optimisation, at the most."""
    if isinstance(study, SweepStudy):
        return math.prod(variable.size for variable in study.variables)
    if isinstance(study, UncertaintyStudy):
        return study.samples
    if isinstance(study, SensitivityStudy):
        return study.samples * study.group
    descent = SCAN + ITERATIONS * (2 * len(study.variables) + 1)
    evolution = study.size_of_population * (study.number_of_generations + 1)
    if study.is_multiple:
        return evolution
    return descent if study.method in ("auto", "gradient") else evolution + descent


def _measure(study: Study) -> tuple[str, str]:
    """The field that says how many cases there are, and how there are fewer."""
    if isinstance(study, SweepStudy):
        return "variables", "make the grids coarser"
    if isinstance(study, OptimizationStudy):
        return "generations", "take fewer generations, or a smaller population"
    return "samples", "ask for fewer"


def _kind(document: Any) -> type[Study]:
    if not isinstance(document, Mapping):
        raise SpecError([Problem("", f"a study is an object with fields, not {document!r:.80}", document)])
    name = document.get("type")
    if not isinstance(name, str) or name not in KINDS:
        said = "is missing" if name is None else f"{name!r:.80} is no kind of study"
        hint = nearest(name, KINDS) if isinstance(name, str) else None
        raise SpecError([Problem("type", f"{said}; {hint or 'give one of ' + ', '.join(KINDS)}", name, hint)])
    return KINDS[name]


def _with_distributions(document: Any) -> Any:
    """The document; of its variables, those with ends alone are uniform where distributions are asked for."""
    if not isinstance(document, Mapping) or document.get("type") not in ("uncertainty", "sensitivity"):
        return document
    variables = document.get("variables")
    if not isinstance(variables, list | tuple):
        return document
    plain = [
        {"distribution": "uniform", **item}
        if isinstance(item, Mapping) and "distribution" not in item and {"minimum", "maximum"} & item.keys()
        else item
        for item in variables
    ]
    return {**document, "variables": plain}


def _check_outputs(study: Study) -> None:
    if not isinstance(study, OptimizationStudy):
        check_outputs(study.outputs)
        return
    problems: list[Problem] = []
    for name in ("objectives", "constraints"):
        for place, part in enumerate(getattr(study, name)):
            problems += _problems_of(part.output, f"{name}.{place}.output")
    try:
        check_outputs(study.reported)
    except SpecError as error:
        problems += error.problems
    if problems:
        raise SpecError(problems)


def _problems_of(output: str, field: str) -> list[Problem]:
    try:
        check_outputs([output])
    except SpecError as error:
        return [problem._replace(field=field) for problem in error.problems]
    return []
