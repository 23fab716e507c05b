"""Solve one shard of a batch, block by block."""

import json
import logging
import time
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from chalicelib.adapters.ports import ObjectStore, UnitOfWorkFactory, WorkflowLauncher
from chalicelib.domain.batch import Batch, BatchLimits, ClaimedShard, ShardCounts
from chalicelib.domain.batch_keys import ResultKeys
from chalicelib.domain.errors import NotFoundError
from chalicelib.services.batch_summary import ShardSummary
from chalicelib.services.batch_tables import CSV_TYPE, HEADLINES, csv_bytes, result_row
from chalicelib.services.deviations import DEVIATIONS, deviations_of
from chalicelib.services.retrying import retried
from chalicelib.services.solving import Answer, solve_specs, tabulate_specs

logger = logging.getLogger(__name__)

Case = dict[str, Any]


@dataclass
class Part:
    """What a shard leaves: lines of the results and of the errors, the headline numbers, and its summary."""

    rows: list[list[Any]] = field(default_factory=list)
    errors: list[list[Any]] = field(default_factory=list)
    headlines: list[tuple[Any, ...]] = field(default_factory=list)
    summary: ShardSummary = field(default_factory=ShardSummary)

    @property
    def counts(self) -> ShardCounts:
        solved = len(self.rows) - len(self.errors)
        return ShardCounts(solved=solved, failed=len(self.errors), summary=self.summary.as_dict())


def run_shard(
    batch_id: UUID,
    shard: int,
    task_token: str,
    *,
    unit_of_work: UnitOfWorkFactory,
    object_store: ObjectStore,
    workflows: WorkflowLauncher,
    results_bucket: str,
    limits: BatchLimits,
    lease_seconds: float,
) -> None:
    """Solves the shard under a lease, writes its part of the results, and tells the workflow.

    A shard that is done is only reported again; one that somebody else solves is left to them. Between
    blocks the progress is kept, the lease extended, and a cancelled batch noticed. The part is written
    under the shard's own key before the counts are, so that a second run changes nothing.

    Raises NotFoundError for an unknown batch; what breaks in the outside world is raised too, so that
    the message is delivered again.
    """
    batch, claim = _claim(batch_id, shard, task_token, unit_of_work, lease_seconds)
    if claim is None:
        _report_if_done(batch_id, shard, task_token, unit_of_work, workflows)
        return
    try:
        part = _solve(batch, claim, unit_of_work, object_store, results_bucket, limits, lease_seconds)
        newest_token = (
            None if part is None else _finish(batch, claim, part, unit_of_work, object_store, results_bucket)
        )
    except Exception:
        _give_back(claim, unit_of_work)
        raise
    if part is None:
        _report_if_done(batch_id, shard, task_token, unit_of_work, workflows)
    elif newest_token:
        workflows.report_success(newest_token)


@retried
def _claim(
    batch_id: UUID, shard: int, task_token: str, unit_of_work: UnitOfWorkFactory, lease_seconds: float
) -> tuple[Batch, ClaimedShard | None]:
    with unit_of_work() as work:
        batch = work.batches.get(batch_id)
        if batch is None:
            raise NotFoundError(f"there is no batch {batch_id}")
        claim = work.batches.claim_shard(
            batch_id, shard, task_token=task_token, lease_owner=uuid4(), lease_seconds=lease_seconds
        )
    return batch, claim


def _solve(
    batch: Batch,
    claim: ClaimedShard,
    unit_of_work: UnitOfWorkFactory,
    object_store: ObjectStore,
    results_bucket: str,
    limits: BatchLimits,
    lease_seconds: float,
) -> Part | None:
    """The part of the shard; None where the lease was lost or the batch has ended."""
    part, known = Part(), dict[str, Answer]()
    with object_store.open(results_bucket, ResultKeys(batch.project, batch.id).shard(claim.shard)) as stream:
        cases = (json.loads(line) for line in stream)
        while block := list(islice(cases, limits.block_rows)):
            begun = time.perf_counter()
            answers = _answers(block, known)
            part.summary.engine_seconds += time.perf_counter() - begun
            for case, answer in answers:
                _add(part, batch, case, answer)
            part.summary.duplicates = len(part.rows) - len(known)
            if not _progress(claim, part.counts, unit_of_work, lease_seconds):
                logger.info("shard %d of batch %s is no longer ours to solve", claim.shard, batch.id)
                return None
    return part


def _answers(block: list[Case], known: dict[str, Answer]) -> list[tuple[Case, Answer]]:
    """The answer of each case; `known` are those of the shard so far, so that what comes again is solved once."""
    keys = [json.dumps(case["spec"], sort_keys=True) for case in block]
    new = {key: case["spec"] for key, case in zip(keys, block, strict=True) if key not in known}
    compared = {key: spec for key, spec in new.items() if spec.get("validate") is True}
    plain = {key: spec for key, spec in new.items() if key not in compared}
    if plain:
        known.update(zip(plain, tabulate_specs(list(plain.values()), HEADLINES), strict=True))
    if compared:
        known.update(zip(compared, solve_specs(list(compared.values())), strict=True))
    return list(zip(block, (known[key] for key in keys), strict=True))


def _add(part: Part, batch: Batch, case: Case, answer: Answer) -> None:
    cells = [case["cells"].get(name, "") for name in batch.columns]
    error = answer.error
    if answer.surprise is not None:
        error = {"code": "internal_error", "message": f"the engine broke: {type(answer.surprise).__name__}"}
    deviations = deviations_of(answer.result) if batch.validated else {}
    values = [deviations.get(name) for name in DEVIATIONS] if batch.validated else []
    part.rows.append(result_row(case["line"], cells, answer.result, error, values))
    if error is not None:
        part.errors.append([case["line"], "", "", error["message"], ""])
    ended = "succeeded" if error is None else "failed"
    numbers = [None if answer.result is None else answer.result.get(name) for name in HEADLINES]
    part.headlines.append((case["line"], ended, error and error["code"], *numbers))
    part.summary.add(case["line"], answer.result, deviations)


@retried
def _progress(
    claim: ClaimedShard, counts: ShardCounts, unit_of_work: UnitOfWorkFactory, lease_seconds: float
) -> bool:
    with unit_of_work() as work:
        return work.batches.progress(claim, counts, lease_seconds=lease_seconds)


def _finish(
    batch: Batch,
    claim: ClaimedShard,
    part: Part,
    unit_of_work: UnitOfWorkFactory,
    object_store: ObjectStore,
    results_bucket: str,
) -> str | None:
    """Writes the part and marks the shard done; answers the newest task token, "" where there is none."""
    keys = ResultKeys(batch.project, batch.id)
    object_store.put(
        results_bucket, keys.part_errors(claim.shard), csv_bytes(part.errors), content_type=CSV_TYPE
    )
    object_store.put(results_bucket, keys.part(claim.shard), csv_bytes(part.rows), content_type=CSV_TYPE)
    return _mark_done(claim, part, unit_of_work)


@retried
def _mark_done(claim: ClaimedShard, part: Part, unit_of_work: UnitOfWorkFactory) -> str | None:
    with unit_of_work() as work:
        return work.batches.finish_shard(claim, part.counts, part.headlines)


@retried
def _give_back(claim: ClaimedShard, unit_of_work: UnitOfWorkFactory) -> None:
    with unit_of_work() as work:
        work.batches.release_shard(claim)


def _report_if_done(
    batch_id: UUID, shard: int, task_token: str, unit_of_work: UnitOfWorkFactory, workflows: WorkflowLauncher
) -> None:
    with unit_of_work() as work:
        done = work.batches.shard_is_done(batch_id, shard)
    if done and task_token:
        workflows.report_success(task_token)
