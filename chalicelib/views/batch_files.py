"""The files that a batch left: tables and pictures."""

from typing import Any, NamedTuple
from uuid import UUID

from chalicelib.adapters.ports import ObjectStore, Reader
from chalicelib.domain.batch import BatchStatus
from chalicelib.domain.batch_keys import ResultKeys
from chalicelib.domain.errors import NotFoundError, NotReadyError
from chalicelib.views.get_batch import get_batch

PLOTS = ("overview.png", "overview.svg", "distributions.png", "distributions.svg")


class BatchFile(NamedTuple):
    """A file that a batch left: an address that needs no token, and where it lies."""

    url: str
    bucket: str
    key: str
    filename: str


def batch_results(
    batch_id: UUID,
    kind: str = "csv",
    *,
    project: str,
    reader: Reader,
    object_store: ObjectStore,
    results_bucket: str,
    upload_seconds: float,
) -> BatchFile:
    """The table of results, as "csv" or "parquet", good for `upload_seconds`.

    Raises NotReadyError where the batch has none, or not yet.
    """
    batch = _ended(batch_id, "results", project, reader)
    keys = _keys(batch, project)
    key = keys.parquet if kind == "parquet" else keys.results
    return _file(batch, "results", kind, key, object_store, results_bucket, upload_seconds)


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
    batch = _ended(batch_id, "errors", project, reader)
    key = _keys(batch, project).errors
    return _file(batch, "errors", "csv", key, object_store, results_bucket, upload_seconds)


def batch_summary(
    batch_id: UUID,
    *,
    project: str,
    reader: Reader,
    object_store: ObjectStore,
    results_bucket: str,
    upload_seconds: float,
) -> BatchFile:
    """The counts of the batch and the range of every answer, as JSON, good for `upload_seconds`.

    Raises NotReadyError where the batch has none, or not yet.
    """
    batch = _ended(batch_id, "summary", project, reader)
    key = _keys(batch, project).summary
    return _file(batch, "summary", "json", key, object_store, results_bucket, upload_seconds)


def batch_plot(
    batch_id: UUID,
    name: str,
    *,
    project: str,
    reader: Reader,
    object_store: ObjectStore,
    results_bucket: str,
    upload_seconds: float,
) -> BatchFile:
    """One of the pictures, such as "overview.png", good for `upload_seconds`; they are drawn once the batch has ended.

    Raises NotFoundError for a picture that no batch has, NotReadyError where this one has none, or not yet.
    """
    if name not in PLOTS:
        raise NotFoundError(f"there is no picture '{name[:60]}'; there are {', '.join(PLOTS)}")
    batch = _ended(batch_id, "pictures", project, reader)
    kind = name.rpartition(".")[2]
    key = _keys(batch, project).plot(name)
    what = name.rpartition(".")[0]
    absent = f"the pictures of batch {batch_id} are being drawn; ask again in some seconds"
    return _file(
        batch,
        what,
        kind,
        key,
        object_store,
        results_bucket,
        upload_seconds,
        absent=absent if batch["solved"] else None,
    )


def _ended(batch_id: UUID, what: str, project: str, reader: Reader) -> dict[str, Any]:
    batch = get_batch(batch_id, project=project, reader=reader)
    if not BatchStatus(batch["status"]).is_final:
        raise NotReadyError(f"batch {batch_id} is {batch['status']}; its {what} come when it ends")
    return batch


def _keys(batch: dict[str, Any], project: str) -> ResultKeys:
    """Where the files lie: with those of the earlier batch that this one answers from, if it does."""
    return ResultKeys(project, UUID(str(batch.get("answers_from", batch["id"]))))


def _file(
    batch: dict[str, Any],
    what: str,
    kind: str,
    key: str,
    object_store: ObjectStore,
    bucket: str,
    seconds: float,
    *,
    absent: str | None = None,
) -> BatchFile:
    if not object_store.exists(bucket, key):
        if absent is not None:
            raise NotReadyError(absent)
        reason = batch.get("error", {}).get("message", f"it was {batch['status']} before any row was solved")
        raise NotReadyError(f"batch {batch['id']} left no {what}: {reason}")
    filename = f"{batch['filename'].partition('.')[0]}-{what}.{kind}"
    return BatchFile(
        object_store.download_url(bucket, key, seconds=seconds, filename=filename), bucket, key, filename
    )
