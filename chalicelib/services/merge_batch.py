"""Merge the parts of a batch, as streams: no table is ever whole in memory."""

import shutil
import tempfile
from pathlib import Path
from typing import IO

from chalicelib.adapters.ports import ObjectStore
from chalicelib.domain.batch import Batch, RowProblem, ShardCounts
from chalicelib.domain.batch_keys import ResultKeys
from chalicelib.services.batch_parquet import write_parquet
from chalicelib.services.batch_rows import Row
from chalicelib.services.batch_shards import load_repeats, read_shard, with_repeats
from chalicelib.services.batch_tables import (
    CSV_TYPE,
    ERROR_COLUMNS,
    answers_of,
    csv_bytes,
    error_row,
    result_header,
    result_row,
)
from chalicelib.services.deviations import DEVIATIONS
from chalicelib.services.woven_table import Woven

PARQUET_TYPE = "application/vnd.apache.parquet"
UNSOLVED = "its shard was not solved"


def merge_batch(batch: Batch, shards: list[ShardCounts], *, object_store: ObjectStore, bucket: str) -> None:
    """Writes results.csv (a line per good row, in the file's order), results.parquet and errors.csv (a line per
    problem).

    A shard that was not solved to its end gives its rows as failed, with the reason that its summary has. What is
    merged lies in a temporary folder, so that memory stays flat.
    """
    with tempfile.TemporaryDirectory(prefix="hrma-merge-") as folder:
        table = Path(folder) / "results.csv"
        _merge_tables(batch, shards, table, object_store, bucket)
        _add_parquet(batch, table, object_store, bucket)


def _merge_tables(
    batch: Batch, shards: list[ShardCounts], table: Path, object_store: ObjectStore, bucket: str
) -> None:
    keys = ResultKeys(batch.project, batch.id)
    deviations = DEVIATIONS if batch.validated else ()
    header = result_header(batch.columns, answers_of(batch.columns, batch.constants), deviations)
    heads = {table: header, table.with_name("errors.csv"): ERROR_COLUMNS}
    with Woven(table) as results, Woven(table.with_name("errors.csv")) as errors:
        for shard, counts in enumerate(shards):
            if counts.is_complete:
                _append(results.main, object_store, bucket, keys.part(shard))
                _append(errors.main, object_store, bucket, keys.part_errors(shard))
            else:
                reason = str(counts.summary.get("error", UNSOLVED))
                _append_unsolved(results, errors, batch, shard, reason, object_store, bucket)
            if counts.summary.get("late"):
                _append(results.late, object_store, bucket, keys.late(shard))
                _append(errors.late, object_store, bucket, keys.late_errors(shard))
        for woven, key in ((results, keys.results), (errors, keys.errors)):
            woven.write(csv_bytes([heads[woven.path]]))
            with woven.path.open("rb") as merged:
                object_store.put(bucket, key, merged, content_type=CSV_TYPE)


def _add_parquet(batch: Batch, table: Path, object_store: ObjectStore, bucket: str) -> None:
    keys, parquet = ResultKeys(batch.project, batch.id), table.with_name("results.parquet")
    with parquet.open("w+b") as file:
        write_parquet(table, batch.columns, file)
        file.seek(0)
        object_store.put(bucket, keys.parquet, file, content_type=PARQUET_TYPE)


def _append(table: IO[bytes], object_store: ObjectStore, bucket: str, key: str) -> None:
    with object_store.open(bucket, key) as part:
        shutil.copyfileobj(part, table)


def _append_unsolved(
    results: Woven,
    errors: Woven,
    batch: Batch,
    shard: int,
    reason: str,
    object_store: ObjectStore,
    bucket: str,
) -> None:
    error = {"code": "not_solved", "message": reason}
    deviations = [None] * len(DEVIATIONS) if batch.validated else []
    nothing = [None] * len(answers_of(batch.columns, batch.constants))
    keys = ResultKeys(batch.project, batch.id)
    repeats = load_repeats(object_store, bucket, keys.repeats(shard))
    with object_store.open(bucket, keys.shard(shard)) as stream:
        for row, later in with_repeats(read_shard(stream)[1], repeats):
            written = row.cells if isinstance(row, Row) else {}
            cells = [written.get(name, "") for name in batch.columns]
            for line in (row.line, *later):
                late = line != row.line
                problem = RowProblem(line, "", "", reason, "upload the row again")
                results.add(csv_bytes([result_row(line, cells, nothing, error, deviations)]), late=late)
                errors.add(csv_bytes([error_row(problem)]), late=late)
