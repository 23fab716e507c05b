"""Make a batch that waits for its file."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from chalicelib.adapters.ports import ObjectStore, UnitOfWorkFactory
from chalicelib.domain.access import Principal
from chalicelib.domain.batch import NewBatch
from chalicelib.domain.errors import FieldProblem, InvalidRequestError
from chalicelib.services.batch_columns import check_columns
from chalicelib.services.batch_files import LISTED, READABLE
from chalicelib.services.batch_rows import flatten, parse_cell, set_path
from chalicelib.services.check_spec import refuse_null_character


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
) -> CreatedBatch:
    """Makes a batch for a file called `filename`, whose upload will start it.

    `constants` are values by dotted paths that hold for all of its rows where they have none of their own. With
    `force` the file is solved anew also where one of the same content was solved before. Raises InvalidRequestError
    for a name that is no plain file name or not of a readable format and for constants that no specification has,
    and ServiceUnavailableError where the database does not answer.
    """
    _check_filename(filename)
    nested = _nested(constants or {})
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
    try:
        check_columns((), (path for path, _ in flatten(nested)))
    except InvalidRequestError as error:
        fields = tuple(problem._replace(field=f"constants.{problem.field}") for problem in error.fields)
        raise InvalidRequestError("the constants have unknown fields", fields=fields) from error
    refuse_null_character(json.dumps(nested))
    return nested


def _check_filename(filename: str) -> None:
    if not re.fullmatch(r"[\w\-. ()+]{1,150}", filename) or not filename.lower().endswith(READABLE):
        message = (
            f"'{filename}' is not usable; give a plain file name of up to 150 letters, digits, spaces "
            f"and -_.()+ that ends in {LISTED}"
        )
        raise InvalidRequestError(message, fields=(FieldProblem("filename", message),))
