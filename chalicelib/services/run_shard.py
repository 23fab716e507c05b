"""Solve one shard of a batch, block by block."""

import json
import logging
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from chalicelib.adapters.ports import ObjectStore, UnitOfWorkFactory, WorkflowLauncher
from chalicelib.domain.batch import Batch, BatchLimits, ClaimedShard, RowProblem, ShardCounts
from chalicelib.domain.batch_keys import ResultKeys
from chalicelib.domain.errors import NotFoundError
from chalicelib.services.batch_rows import Row
from chalicelib.services.batch_shards import load_repeats, read_shard, with_repeats
from chalicelib.services.batch_tables import CSV_TYPE, HEADLINES, answers_of, csv_bytes
from chalicelib.services.collecting import collecting_later
from chalicelib.services.retrying import retried
from chalicelib.services.shard_part import Lines, Part
from chalicelib.services.solving import Answer, Numbers, solve_specs, tabulate_specs

logger = logging.getLogger(__name__)
Answered = tuple[Row | RowProblem, Sequence[int]]
PACE_SECONDS, PACE_CASES = 0.5, 100
canonical = json.JSONEncoder(sort_keys=True).encode


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
        with collecting_later():
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
    answers = answers_of(batch.columns, batch.constants)
    part, known = Part(batch.columns, batch.validated, answers), dict[str, Numbers | Answer]()
    begun, motor_types = time.perf_counter(), set[str]()
    keys = ResultKeys(batch.project, batch.id)
    repeats = load_repeats(object_store, results_bucket, keys.repeats(claim.shard))
    with object_store.open(results_bucket, keys.shard(claim.shard)) as stream:
        piece, rows = read_shard(stream)
        answered = with_repeats(rows, repeats)
        while block := list(islice(answered, min(limits.block_rows, piece.together))):
            _solve_block(block, known, part)
            motor_types.update(str(row.spec.get("motor_type")) for row, _ in block if isinstance(row, Row))
            if not _progress(claim, part.counts, unit_of_work, lease_seconds):
                logger.info("shard %d of batch %s is no longer ours to solve", claim.shard, batch.id)
                return None
    part.summary.pace = _pace(motor_types, len(known), time.perf_counter() - begun, compared=batch.validated)
    return part


def _pace(motor_types: set[str], cases: int, seconds: float, *, compared: bool) -> dict[str, Any] | None:
    """What one case took, where the shard tells: many of one motor type, long enough for the start not to count."""
    if len(motor_types) != 1 or compared or seconds < PACE_SECONDS or cases < PACE_CASES:
        return None
    return {"motor_type": next(iter(motor_types)), "cases": cases, "seconds": seconds}


def _solve_block(block: Sequence[Answered], known: dict[str, Numbers | Answer], part: Part) -> None:
    """Adds a block of rows to the part; `known` are the shard's answers so far: what comes again is solved once."""
    keys = [canonical(row.spec) if isinstance(row, Row) else "" for row, _ in block]
    cases = {key: row.spec for key, (row, _) in zip(keys, block, strict=True) if isinstance(row, Row)}
    new = {key: spec for key, spec in cases.items() if key not in known}
    begun = time.perf_counter()
    known.update(_answers(new, part.answers))
    part.summary.engine_seconds += time.perf_counter() - begun
    part.summary.duplicates += sum(map(bool, keys)) - len(new)
    for key, (row, later) in zip(keys, block, strict=True):
        _add(part, row, known.get(key), part.main)
        for line in later:
            _add(part, row._replace(line=line), known.get(key), part.late)
            part.summary.duplicates += 1


def _add(part: Part, row: Row | RowProblem, answer: Numbers | Answer | None, into: Lines) -> None:
    if isinstance(row, RowProblem):
        part.refuse(row, into=into)
    elif answer is not None:
        part.add(row, answer, into)


def _answers(
    specs: dict[str, dict[str, Any]], names: Sequence[str]
) -> Iterator[tuple[str, Numbers | Answer]]:
    compared = {key: spec for key, spec in specs.items() if spec.get("validate") is True}
    plain = {key: spec for key, spec in specs.items() if key not in compared}
    if plain:
        numbers = tabulate_specs(list(plain.values()), names, required=len(HEADLINES))
        yield from zip(plain, numbers, strict=True)
    if compared:
        yield from zip(compared, solve_specs(list(compared.values())), strict=True)


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
    keys, late = ResultKeys(batch.project, batch.id), part.late.sorted()
    counts = part.close()
    tables = {keys.part_errors(claim.shard): part.main.errors, keys.part(claim.shard): part.main.rows}
    if counts.summary["late"]:
        tables = {keys.late_errors(claim.shard): late.errors, keys.late(claim.shard): late.rows} | tables
    for key, lines in tables.items():
        object_store.put(results_bucket, key, csv_bytes(lines), content_type=CSV_TYPE)
    return _mark_done(claim, part, counts, unit_of_work)


@retried
def _mark_done(
    claim: ClaimedShard, part: Part, counts: ShardCounts, unit_of_work: UnitOfWorkFactory
) -> str | None:
    with unit_of_work() as work:
        return work.batches.finish_shard(claim, counts, part.headlines)


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
