"""The tables that a batch left."""

from typing import NamedTuple
from uuid import UUID

from chalicelib.adapters.ports import ObjectStore, Reader
from chalicelib.domain.batch import BatchStatus
from chalicelib.domain.batch_keys import ResultKeys
from chalicelib.domain.errors import NotReadyError
from chalicelib.views.get_batch import get_batch


class BatchFile(NamedTuple):
    """A file that a batch left: an address that needs no token, and where it lies."""

    url: str
    bucket: str
    key: str
    filename: str


def batch_results(
    batch_id: UUID,
    *,
    project: str,
    reader: Reader,
    object_store: ObjectStore,
    results_bucket: str,
    upload_seconds: float,
) -> BatchFile:
    """The table of results, good for `upload_seconds`.

    Raises NotReadyError where the batch has none, or not yet.
    """
    return _file(batch_id, "results", project, reader, object_store, results_bucket, upload_seconds)


def batch_errors(
    batch_id: UUID,
    *,
    project: str,
    reader: Reader,
    object_store: ObjectStore,
    results_bucket: str,
    upload_seconds: float,
) -> BatchFile:
    """The table of refused and failed rows, good for `upload_seconds`.

    Raises NotReadyError where the batch has none, or not yet.
    """
    return _file(batch_id, "errors", project, reader, object_store, results_bucket, upload_seconds)


def _file(
    batch_id: UUID,
    table: str,
    project: str,
    reader: Reader,
    object_store: ObjectStore,
    bucket: str,
    upload_seconds: float,
) -> BatchFile:
    batch = get_batch(batch_id, project=project, reader=reader)
    if not BatchStatus(batch["status"]).is_final:
        raise NotReadyError(f"batch {batch_id} is {batch['status']}; its {table} come when it ends")
    keys = ResultKeys(project, batch_id)
    key = keys.results if table == "results" else keys.errors
    if not object_store.exists(bucket, key):
        reason = batch.get("error", {}).get("message", f"it was {batch['status']} before any row was solved")
        raise NotReadyError(f"batch {batch_id} left no {table}: {reason}")
    filename = f"{batch['filename'].rpartition('.')[0]}-{table}.csv"
    return BatchFile(
        object_store.download_url(bucket, key, seconds=upload_seconds, filename=filename),
        bucket,
        key,
        filename,
    )
