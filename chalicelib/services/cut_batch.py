"""Cut the file of a batch into shards of checked rows, holding one shard in memory."""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TextIO

from chalicelib.adapters.ports import ObjectStore
from chalicelib.domain.batch import Batch, BatchLimits, RowProblem, solving_seconds
from chalicelib.domain.batch_keys import ResultKeys
from chalicelib.domain.errors import InvalidRequestError
from chalicelib.services.batch_columns import check_columns, implied_motor_type
from chalicelib.services.batch_files import open_batch
from chalicelib.services.batch_rows import BatchFile, Row, flatten
from chalicelib.services.batch_tables import CSV_TYPE, error_row, harmless
from chalicelib.services.check_spec import check_rules, refuse_null_character

IN_MEMORY = 1 << 20


@dataclass
class Plan:
    """What a file turned out to hold: its columns, its rows, and the good rows of each shard."""

    columns: list[str]
    validated: bool = False
    rows: int = 0
    shard_rows: list[int] = field(default_factory=list)

    @property
    def valid(self) -> int:
        """Rows in the shards that are cut."""
        return sum(self.shard_rows)


def cut_batch(
    batch: Batch,
    *,
    object_store: ObjectStore,
    results_bucket: str,
    limits: BatchLimits,
    keep: Callable[[int, int], bool] = lambda _rows, _valid: True,
) -> Plan | None:
    """Writes the shards (JSON-lines of line, spec and cells) and the table of refused rows.

    After each shard, and after as many refused rows, `keep` is told how many rows were read and how many are valid;
    where it answers False the batch has ended and so does the cutting, with None.
    The same file makes the same objects, so that it may be done again. Raises InvalidRequestError where
    the file as a whole cannot be used, NotFoundError where it is gone.
    """
    keys = ResultKeys(batch.project, batch.id)
    with (
        object_store.open(batch.bucket, batch.object_key) as stream,
        tempfile.SpooledTemporaryFile(IN_MEMORY) as refused,
    ):
        file = open_batch(stream, batch.filename, batch.constants, most=limits.rows)
        plan = Plan(file.columns)
        text = io.TextIOWrapper(refused, encoding="utf-8", newline="", write_through=True)
        shard: list[str] = []
        seconds = 0.0
        for row, written in _checked_rows(file, plan, limits, text):
            if plan.rows % limits.shard_rows == 0 and not keep(plan.rows, plan.valid + len(shard)):
                return None
            if row is None:
                continue
            shard.append(written)
            seconds += solving_seconds(row.spec)
            if len(shard) == limits.shard_rows or seconds > limits.shard_seconds:
                _put_shard(shard, keys, plan, object_store, results_bucket)
                seconds = 0.0
        _put_shard(shard, keys, plan, object_store, results_bucket)
        _put_manifest(keys, plan, object_store, results_bucket)
        text.detach()
        refused.seek(0)
        object_store.put(results_bucket, keys.row_errors, refused, content_type=CSV_TYPE)
    if plan.rows == 0:
        raise InvalidRequestError("the file has no rows; every line after the header is one case")
    return plan


def _checked_rows(
    file: BatchFile, plan: Plan, limits: BatchLimits, refused: TextIO
) -> Iterator[tuple[Row | None, str]]:
    """The rows that pass the checks, each with itself as JSON; None for the others, which go into `refused`."""
    table = csv.writer(refused, lineterminator="\n")
    check_columns(file.columns, (path for path, _ in flatten(file.constants)))
    for row in file.rows:
        plan.rows += 1
        if plan.rows > limits.rows:
            raise InvalidRequestError(f"the file has more than {limits.rows} rows; cut it into several files")
        problems, written = ([row], "") if isinstance(row, RowProblem) else _checked(row)
        if problems:
            table.writerows([harmless(cell) for cell in error_row(problem)] for problem in problems)
            yield None, ""
        elif isinstance(row, Row):
            plan.validated = plan.validated or row.spec.get("validate") is True
            yield row, written


def _checked(row: Row) -> tuple[list[RowProblem], str]:
    """What is wrong with the row, and the row as JSON where nothing is."""
    if "motor_type" not in row.spec and (implied := _implied(row)):
        row.spec["motor_type"] = implied
    written = json.dumps(row._asdict(), separators=(",", ":"))
    try:
        check_rules(row.spec)
        refuse_null_character(written)
    except InvalidRequestError as error:
        problems = [
            RowProblem(
                row.line, problem.field, row.cells.get(problem.field, ""), problem.message, problem.hint
            )
            for problem in error.fields
        ]
        return problems or [RowProblem(row.line, "", "", error.detail)], ""
    return [], written


def _implied(row: Row) -> str | None:
    return implied_motor_type(tuple(path for path, _ in flatten(row.spec)))


def _put_manifest(keys: ResultKeys, plan: Plan, object_store: ObjectStore, bucket: str) -> None:
    """The list of shards that the workflow maps over."""
    manifest = [{"shard": shard} for shard in range(len(plan.shard_rows))]
    object_store.put(bucket, keys.manifest, json.dumps(manifest).encode(), content_type="application/json")


def _put_shard(
    shard: list[str], keys: ResultKeys, plan: Plan, object_store: ObjectStore, bucket: str
) -> None:
    if not shard:
        return
    content = "\n".join(shard).encode() + b"\n"
    key = keys.shard(len(plan.shard_rows))
    object_store.put(bucket, key, content, content_type="application/jsonl")
    plan.shard_rows.append(len(shard))
    shard.clear()
