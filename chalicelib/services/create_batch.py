"""Make a batch that waits for its file."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import engine
from chalicelib.adapters.ports import ObjectStore, UnitOfWorkFactory
from chalicelib.domain.access import Principal
from chalicelib.domain.batch import BatchLimits, NewBatch
from chalicelib.domain.errors import FieldProblem, InvalidRequestError
from chalicelib.services.batch_columns import check_columns, implied_motor_type
from chalicelib.services.batch_files import LISTED, READABLE
from chalicelib.services.batch_grids import Grids, grids_in
from chalicelib.services.batch_rows import copied, flatten, parse_cell, set_path
from chalicelib.services.check_spec import refuse_null_character
from engine.errors import SpecError


@dataclass(frozen=True, slots=True)
class CreatedBatch:
    """The batch, and the address that takes its file by one PUT."""

    batch_id: UUID
    upload_url: str


def create_batch(
    filename: str,
    constants: Mapping[str, Any] | None = None,
    *,
    force: bool = False,
    principal: Principal,
    correlation_id: str,
    unit_of_work: UnitOfWorkFactory,
    object_store: ObjectStore,
    uploads_bucket: str,
    upload_seconds: float,
    limits: BatchLimits,
) -> CreatedBatch:
    """Makes a batch for a file called `filename`, whose upload will start it.

    `constants` are values by dotted paths that hold for all of its rows where they have none of their own. With
    `force` the file is solved anew also where one of the same content was solved before. Raises InvalidRequestError
    for a name that is no plain file name or not of a readable format and for constants that no specification may have,
    and ServiceUnavailableError where the database does not answer.
    """
    _check_filename(filename)
    nested = _nested(constants or {})
    _check_constants(nested, limits)
    batch_id = uuid4()
    batch = NewBatch(
        id=batch_id,
        project=principal.project,
        user_id=principal.user_id,
        filename=filename,
        bucket=uploads_bucket,
        object_key=f"{principal.project}/{batch_id}/{filename}",
        correlation_id=correlation_id,
        constants=nested,
        force=force,
    )
    with unit_of_work() as work:
        work.batches.add(batch)
    return CreatedBatch(
        batch_id, object_store.upload_url(batch.bucket, batch.object_key, seconds=upload_seconds)
    )


def _nested(constants: Mapping[str, Any]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for path, value in flatten(dict(constants)):
        set_path(nested, path, parse_cell(value) if isinstance(value, str) else value)
    return nested


def _check_constants(nested: dict[str, Any], limits: BatchLimits) -> None:
    """Raises InvalidRequestError for names that no specification has and values that none may have."""
    values = dict(flatten(nested))
    grids = grids_in(values.items())
    try:
        check_columns((), values)
    except InvalidRequestError as error:
        raise _refused("unknown fields", error.fields) from error
    found = Grids(grids, limits.rows).problem
    if found is not None:
        field, _, message, hint = found
        raise _refused("a grid that makes no cases", (FieldProblem(field, message, hint),))
    for end in (0, 1):
        problems = _problems(nested, {path: float(grid.split(":")[end]) for path, grid in grids.items()})
        wrong = tuple(problem for problem in problems if problem.field in values)
        if wrong:
            raise _refused("values that are not possible", wrong)
    refuse_null_character(json.dumps(nested))


def _problems(nested: dict[str, Any], ends: Mapping[str, float]) -> Iterator[FieldProblem]:
    """What is wrong with values that are there; nothing is said of those that the rows have yet to give."""
    spec = copied(nested)
    for path, value in ends.items():
        set_path(spec, path, value)
    spec.setdefault("motor_type", implied_motor_type(tuple(path for path, _ in flatten(nested))))
    if spec["motor_type"] is None:
        return
    try:
        engine.parse_spec(spec)
    except SpecError as error:
        for problem in error.problems:
            if problem.value is not None:
                yield FieldProblem(problem.field, problem.message, problem.hint)


def _refused(what: str, problems: tuple[FieldProblem, ...]) -> InvalidRequestError:
    fields = tuple(problem._replace(field=f"constants.{problem.field}") for problem in problems)
    return InvalidRequestError(f"the constants have {what}", fields=fields)


def _check_filename(filename: str) -> None:
    if not re.fullmatch(r"[\w\-. ()+]{1,150}", filename) or not filename.lower().endswith(READABLE):
        message = (
            f"'{filename}' is not usable; give a plain file name of up to 150 letters, digits, spaces "
            f"and -_.()+ that ends in {LISTED}"
        )
        raise InvalidRequestError(message, fields=(FieldProblem("filename", message),))
