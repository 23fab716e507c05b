"""Make a batch that waits for its file."""

import re
from dataclasses import dataclass
from uuid import UUID, uuid4

from chalicelib.adapters.ports import ObjectStore, UnitOfWorkFactory
from chalicelib.domain.access import Principal
from chalicelib.domain.batch import NewBatch
from chalicelib.domain.errors import FieldProblem, InvalidRequestError
from chalicelib.services.batch_files import READABLE


@dataclass(frozen=True, slots=True)
class CreatedBatch:
    """The batch, and the address that takes its file by one PUT."""

    batch_id: UUID
    upload_url: str


def create_batch(
    filename: str,
    *,
    principal: Principal,
    correlation_id: str,
    unit_of_work: UnitOfWorkFactory,
    object_store: ObjectStore,
    uploads_bucket: str,
    upload_seconds: float,
) -> CreatedBatch:
    """Makes a batch for a file called `filename`, whose upload will start it.

    Raises InvalidRequestError for a name that is no plain file name or not of a readable format, and
    ServiceUnavailableError where the database does not answer.
    """
    _check_filename(filename)
    batch_id = uuid4()
    batch = NewBatch(
        id=batch_id,
        project=principal.project,
        user_id=principal.user_id,
        filename=filename,
        bucket=uploads_bucket,
        object_key=f"{principal.project}/{batch_id}/{filename}",
        correlation_id=correlation_id,
    )
    with unit_of_work() as work:
        work.batches.add(batch)
    return CreatedBatch(
        batch_id, object_store.upload_url(batch.bucket, batch.object_key, seconds=upload_seconds)
    )


def _check_filename(filename: str) -> None:
    if not re.fullmatch(r"[\w\-. ()+]{1,150}", filename) or not filename.lower().endswith(READABLE):
        message = (
            f"'{filename}' is not usable; give a plain file name of up to 150 letters, digits, spaces "
            f"and -_.()+ that ends in {' or '.join(READABLE)}"
        )
        raise InvalidRequestError(message, fields=(FieldProblem("filename", message),))
