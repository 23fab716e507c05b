"""Which columns a batch file may have: the dotted paths of the specifications."""

import difflib
import re
import typing
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache

from pydantic import BaseModel

from chalicelib.domain.errors import FieldProblem, InvalidRequestError
from engine.registry import MOTOR_TYPES

ANY = "*"
"""Stands for any one name, such as an element in a formula."""
PLACE = "#"
"""Stands for a place in a list, such as that of an ingredient."""
NUMBER = re.compile(r"(?<=\.)\d{1,2}(?=\.|$)")


def check_columns(columns: Iterable[str], constants: Iterable[str]) -> None:
    """Raises InvalidRequestError that names every unknown column with the nearest known one."""
    known = set().union(*_paths_by_motor_type().values())
    problems = [_problem(name, known) for name in (*columns, *constants) if not _is_known(name, known)]
    if problems:
        names = ", ".join(f"'{problem.field}'" for problem in problems)
        raise InvalidRequestError(
            f"the header has unknown columns: {names}; columns are dotted paths of the specification",
            fields=tuple(problems),
        )


@lru_cache(maxsize=4096)
def implied_motor_type(names: tuple[str, ...]) -> str | None:
    """The one motor type that has all of the columns, of several the one whose specifications they come nearest to
    filling; None where no one does.
    """
    missing = {
        motor_type: sum(not _is_given(path, names) for path in _needed(MOTOR_TYPES[motor_type].model))
        for motor_type, known in _paths_by_motor_type().items()
        if all(_is_known(name, known) for name in names)
    }
    nearest = [motor_type for motor_type, count in missing.items() if count == min(missing.values())]
    return nearest[0] if len(nearest) == 1 else None


def _needed(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """The paths without which there is no specification."""
    for name, field in model.model_fields.items():
        path = f"{prefix}{field.alias or name}"
        inner = field.annotation
        if not field.is_required() or path == "motor_type":
            continue
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _needed(inner, f"{path}.")
        else:
            yield path


def _is_given(path: str, names: Iterable[str]) -> bool:
    return any(name == path or name.startswith(f"{path}.") for name in names)


@cache
def _paths_by_motor_type() -> dict[str, set[str]]:
    return {name: set(paths_of(motor.model)) for name, motor in MOTOR_TYPES.items()}


def paths_of(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """The dotted path of every plain field of a model, its inner models and their alternatives."""
    for name, field in model.model_fields.items():
        path = f"{prefix}{field.alias or name}"
        yield from _paths_in(field.annotation, path)


def _paths_in(annotation: typing.Any, path: str) -> Iterator[str]:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from paths_of(annotation, f"{path}.")
    elif origin is typing.Annotated:
        yield from _paths_in(arguments[0], path)
    elif origin is tuple:
        yield from _paths_in(arguments[0], f"{path}.{PLACE}")
    elif origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        yield f"{path}.{ANY}"
    elif origin is None or origin is typing.Literal:
        if annotation is not type(None):
            yield path
    else:
        for argument in arguments:
            yield from _paths_in(argument, path)


def _is_known(name: str, known: set[str]) -> bool:
    name = NUMBER.sub(PLACE, name)
    parent = name.rpartition(".")[0]
    return name in known or f"{parent}.{ANY}" in known


def _problem(name: str, known: set[str]) -> FieldProblem:
    nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    last = [path for path in sorted(known) if path.rpartition(".")[2] == name]
    hint = next((path.replace(PLACE, "0") for path in [*nearest, *last]), None)
    return FieldProblem(
        name, f"there is no column '{name}'", f"did you mean '{hint}'?" if hint else "leave the column out"
    )
