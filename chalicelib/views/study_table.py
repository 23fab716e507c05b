"""The table of cases that a study left."""

from typing import Literal, NamedTuple
from uuid import UUID

from chalicelib.adapters.ports import ObjectStore, Reader
from chalicelib.domain.errors import NotReadyError
from chalicelib.domain.study import StudyStatus
from chalicelib.domain.study_keys import StudyKeys
from chalicelib.views.get_study import get_study


class StudyTable(NamedTuple):
    """A file that a study left, and an address of it that needs no token."""

    url: str
    filename: str


def study_table(
    study_id: UUID,
    kind: Literal["csv", "parquet"],
    *,
    project: str,
    reader: Reader,
    object_store: ObjectStore,
    results_bucket: str,
    upload_seconds: float,
) -> StudyTable:
    """The table as csv or parquet, good for `upload_seconds`.

    Raises NotFoundError for an unknown study, and NotReadyError where it has no table, or not yet.
    """
    study = get_study(study_id, project=project, reader=reader)
    status = StudyStatus(study["status"])
    if status != StudyStatus.SUCCEEDED:
        state = f"has {status} and left no table" if status.is_final else f"is {status}"
        raise NotReadyError(f"study {study_id} {state}; the table comes with its success")
    filename = f"{study['type']}-{study_id}.{kind}"
    key = StudyKeys(project, study_id).table(kind)
    url = object_store.download_url(results_bucket, key, seconds=upload_seconds, filename=filename)
    return StudyTable(url, filename)
