"""End a study: merge what its pieces left into one answer and one table of cases."""

import json
import logging
from typing import Any
from uuid import UUID

from chalicelib.adapters.ports import ObjectStore, UnitOfWorkFactory, WorkflowLauncher
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.study import Study, StudyStatus
from chalicelib.domain.study_keys import StudyKeys
from chalicelib.services.check_study import check_study
from chalicelib.services.retrying import retried
from chalicelib.services.study_tables import write_tables
from engine.errors import AnalysisError

logger = logging.getLogger(__name__)


def finish_study(
    study_id: UUID,
    task_token: str | None,
    error: str | None,
    *,
    unit_of_work: UnitOfWorkFactory,
    object_store: ObjectStore,
    workflows: WorkflowLauncher,
    results_bucket: str,
) -> None:
    """Writes cases.csv, cases.parquet and summary.json, keeps the summary, and sets the final status.

    Where the workflow gave up, `error` says why and the study has failed; so it has where its parts cannot
    be merged. A study that has ended is only reported, and one that has tasks to solve is left alone. Raises
    NotFoundError for an unknown study.
    """
    study, open_tasks = _load(study_id, unit_of_work)
    if error is not None:
        _end(study_id, None, {"code": "workflow_failed", "message": error[:2000]}, unit_of_work)
    elif study.status == StudyStatus.RUNNING and not open_tasks:
        try:
            summary = _merge(study, object_store, results_bucket)
        except AnalysisError as broken:
            _end(study_id, None, {"code": broken.code, "message": str(broken)}, unit_of_work)
        else:
            _end(study_id, summary, None, unit_of_work)
    else:
        logger.info("study %s is %s with %d tasks to solve", study_id, study.status, len(open_tasks))
    if task_token:
        workflows.report_success(task_token)


@retried
def _load(study_id: UUID, unit_of_work: UnitOfWorkFactory) -> tuple[Study, list[int]]:
    with unit_of_work() as work:
        study = work.studies.get(study_id)
        if study is None:
            raise NotFoundError(f"there is no study {study_id}")
        return study, work.studies.open_tasks(study_id)


def _merge(study: Study, store: ObjectStore, bucket: str) -> dict[str, Any]:
    """Writes the files; answers the summary."""
    from engine.studies.running import merge, pieces

    checked = check_study(study.document)
    keys = StudyKeys(study.project, study.id)
    merged = merge(checked, [_read(store, bucket, keys.part(piece.index)) for piece in pieces(checked)])
    write_tables(merged.table, keys, store, bucket)
    summary: dict[str, Any] = merged.summary
    content = json.dumps(summary, indent=2, allow_nan=False).encode()
    store.put(bucket, keys.summary, content, content_type="application/json")
    return summary


def _read(store: ObjectStore, bucket: str, key: str) -> bytes:
    with store.open(bucket, key) as stream:
        return stream.read()


@retried
def _end(
    study_id: UUID,
    summary: dict[str, Any] | None,
    error: dict[str, Any] | None,
    unit_of_work: UnitOfWorkFactory,
) -> None:
    with unit_of_work() as work:
        work.studies.finish(study_id, summary=summary, error=error)
