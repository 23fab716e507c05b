"""Begin the batch of an uploaded file: cut it into shards, start the workflow."""

import hashlib
import json
import logging
from functools import partial
from uuid import UUID

import engine
from chalicelib.adapters.ports import ObjectStore, UnitOfWorkFactory, WorkflowLauncher
from chalicelib.domain.batch import Batch, BatchLimits, BatchStatus, NewBatch
from chalicelib.domain.batch_keys import ResultKeys, direct_batch_id, parse_upload_key
from chalicelib.domain.errors import DomainError, InvalidRequestError, NotFoundError
from chalicelib.services.cut_batch import Plan, cut_batch
from chalicelib.services.retrying import retried

logger = logging.getLogger(__name__)


def plan_batch(
    bucket: str,
    key: str,
    etag: str,
    size: int,
    *,
    unit_of_work: UnitOfWorkFactory,
    object_store: ObjectStore,
    workflows: WorkflowLauncher,
    results_bucket: str,
    limits: BatchLimits,
    lease_seconds: float,
    correlation_id: str | None = None,
) -> UUID | None:
    """Begins the batch of the object; answers its id, or None where it is begun already or has ended.

    The notification may come twice, and the process may die anywhere: a second call goes on where the
    first one stopped. A file that cannot be read at all makes a failed batch that says why.

    Raises InvalidRequestError for a key that belongs to no project; what breaks in the outside world
    is raised too, so that the notification is delivered again.
    """
    batch = _find_or_add(bucket, key, etag, correlation_id, unit_of_work)
    if not _claim(batch, etag, unit_of_work, lease_seconds):
        return _resume(batch, etag, results_bucket, unit_of_work, workflows)
    earlier = _answer_again(batch, etag, size, unit_of_work)
    if earlier is not None:
        logger.info("batch %s has the content of batch %s, and its answers", batch.id, earlier)
        return batch.id
    try:
        _check_size(size, limits)
        plan = cut_batch(
            batch,
            object_store=object_store,
            results_bucket=results_bucket,
            limits=limits,
            case_seconds=_case_seconds(batch, unit_of_work),
            keep=partial(_progress, batch.id, unit_of_work, lease_seconds),
        )
    except (InvalidRequestError, NotFoundError) as error:
        _refuse(batch, error, unit_of_work)
        return batch.id
    except Exception:
        _release(batch, unit_of_work)
        raise
    if plan is not None and _keep(batch, plan, unit_of_work):
        _start(batch, len(plan.shard_rows), results_bucket, unit_of_work, workflows)
    return batch.id


@retried
def _answer_again(batch: Batch, etag: str, size: int, unit_of_work: UnitOfWorkFactory) -> UUID | None:
    """The earlier batch of the same content, where there is one whose answers stand for those of this one."""
    kind = batch.filename.lower().partition(".")[2]
    content = json.dumps([etag, size, kind, batch.constants, engine.__version__], sort_keys=True)
    with unit_of_work() as work:
        return work.batches.answer_again(batch.id, hashlib.sha256(content.encode()).hexdigest())


def _check_size(size: int, limits: BatchLimits) -> None:
    if size > limits.file_bytes:
        raise InvalidRequestError(
            f"the file has {size} bytes and may have {limits.file_bytes}; cut it into several files"
        )


@retried
def _find_or_add(
    bucket: str, key: str, etag: str, correlation_id: str | None, unit_of_work: UnitOfWorkFactory
) -> Batch:
    upload = parse_upload_key(key)
    with unit_of_work() as work:
        made = work.batches.get(upload.batch_id) if upload.batch_id else None
        if made and (made.bucket, made.object_key) == (bucket, key) and made.etag in (None, etag):
            return made
        batch_id = direct_batch_id(bucket, key, etag)
        work.batches.add(
            NewBatch(
                id=batch_id,
                project=upload.project,
                user_id="upload",
                filename=upload.filename,
                bucket=bucket,
                object_key=key,
                correlation_id=correlation_id or str(batch_id),
                status=BatchStatus.QUEUED,
                etag=etag,
            )
        )
        batch = work.batches.get(batch_id)
    if batch is None:
        raise NotFoundError(f"batch {batch_id} was removed while it was made")
    return batch


@retried
def _claim(batch: Batch, etag: str, unit_of_work: UnitOfWorkFactory, lease_seconds: float) -> bool:
    with unit_of_work() as work:
        return work.batches.claim_planning(batch.id, etag, lease_seconds=lease_seconds)


def _resume(
    batch: Batch,
    etag: str,
    results_bucket: str,
    unit_of_work: UnitOfWorkFactory,
    workflows: WorkflowLauncher,
) -> UUID | None:
    """Starts the workflow of a batch that was planned by a process that died right after."""
    with unit_of_work() as work:
        known = work.batches.get(batch.id)
    if known is None or known.status != BatchStatus.RUNNING or known.workflow_started or known.etag != etag:
        logger.info("batch %s is begun or ended already", batch.id)
        return None
    _start(known, known.shards, results_bucket, unit_of_work, workflows)
    return known.id


@retried
def _case_seconds(batch: Batch, unit_of_work: UnitOfWorkFactory) -> dict[str, float]:
    with unit_of_work() as work:
        return work.batches.case_seconds(batch.id)


@retried
def _progress(batch_id: UUID, unit_of_work: UnitOfWorkFactory, lease_seconds: float, rows: int) -> bool:
    with unit_of_work() as work:
        return work.batches.planning_progress(batch_id, rows=rows, lease_seconds=lease_seconds)


@retried
def _keep(batch: Batch, plan: Plan, unit_of_work: UnitOfWorkFactory) -> bool:
    with unit_of_work() as work:
        return work.batches.planned(
            batch.id,
            columns=plan.columns,
            validated=plan.validated,
            shard_rows=plan.shard_rows,
        )


def _start(
    batch: Batch,
    shards: int,
    results_bucket: str,
    unit_of_work: UnitOfWorkFactory,
    workflows: WorkflowLauncher,
) -> None:
    manifest = ResultKeys(batch.project, batch.id).manifest
    workflows.start_batch(
        batch.id, batch.correlation_id, bucket=results_bucket, manifest=manifest, shards=shards
    )
    with unit_of_work() as work:
        work.batches.workflow_started(batch.id)


@retried
def _refuse(batch: Batch, error: DomainError, unit_of_work: UnitOfWorkFactory) -> None:
    described = {
        "code": error.code,
        "message": error.detail,
        "fields": [problem._asdict() for problem in error.fields],
    }
    with unit_of_work() as work:
        work.batches.finish(batch.id, BatchStatus.FAILED, described)


def _release(batch: Batch, unit_of_work: UnitOfWorkFactory) -> None:
    with unit_of_work() as work:
        work.batches.release_planning(batch.id)
