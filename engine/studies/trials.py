"""Whether a study's variables can be what they say: its base is tried with their typical and their extreme values."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import Problem, SpecError
from engine.parsing import parse_spec
from engine.studies.places import Filler, first_overlap
from engine.studies.variables import Variable


def check_variables(base: Mapping[str, Any], variables: Sequence[Variable]) -> None:
    """Raises SpecError for a path that no such motor has, for a value that it cannot have, and for what is wrong
    with the base itself.
    """
    paths = [variable.path for variable in variables]
    overlap = first_overlap(paths)
    if overlap is not None:
        before, place = overlap
        message = f"{paths[place]!r} is varied by variables.{before} already, which has {paths[before]!r}"
        raise SpecError([Problem(f"variables.{place}.path", f"{message}; keep one of them", paths[place])])
    filler = _filler(base, paths)
    trials = [list(variable.trials()) for variable in variables]
    typical = [values[0][1] for values in trials]
    problems = _problems(filler, typical, paths, lambda place: f"variables.{place}.{trials[place][0][0]}")
    if problems:
        raise SpecError(problems)
    for place, values in enumerate(trials):
        for field, value in values[1:]:
            if value == typical[place]:
                continue
            tried = [*typical[:place], value, *typical[place + 1 :]]
            problems += _problems(filler, tried, paths, lambda _, name=f"variables.{place}.{field}": name)
    if problems:
        raise SpecError(list({problem.field: problem for problem in reversed(problems)}.values())[::-1])


def _filler(base: Mapping[str, Any], paths: Sequence[str]) -> Filler:
    for place, path in enumerate(paths):
        try:
            Filler(base, [path])
        except LookupError as error:
            raise SpecError([Problem(f"variables.{place}.path", str(error), path)]) from None
    return Filler(base, paths)


def _problems(filler: Filler, values: Sequence[Any], paths: Sequence[str], field_of: Any) -> list[Problem]:
    """What is wrong with the motor of these values, said of the variable where it is about one."""
    try:
        parse_spec(filler.filled(values))
    except SpecError as error:
        said = [_said(problem, paths, field_of) for problem in error.problems]
    else:
        return []
    of_variables = [problem for problem in said if problem.field.startswith("variables.")]
    return of_variables or said


def _said(problem: Problem, paths: Sequence[str], field_of: Any) -> Problem:
    is_unknown = problem.message.startswith("is not a field here")
    for place, path in enumerate(paths):
        if is_unknown and (path == problem.field or path.startswith(f"{problem.field}.")):
            message = f"no such motor has {path!r}: {problem.field} {problem.message}"
            return problem._replace(field=f"variables.{place}.path", message=message, value=path)
        if problem.field == path or problem.field.startswith(f"{path}."):
            return problem._replace(field=field_of(place), message=f"{path}: {problem.message}")
    return problem._replace(field=f"base.{problem.field}")
