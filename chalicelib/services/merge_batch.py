"""Merge the parts of a batch, as streams: no table is ever whole in memory."""

import shutil
import tempfile
from pathlib import Path
from typing import IO

from chalicelib.adapters.ports import ObjectStore
from chalicelib.domain.batch import Batch, RowProblem, ShardCounts
from chalicelib.domain.batch_keys import ResultKeys
from chalicelib.domain.errors import NotFoundError
from chalicelib.services.batch_parquet import write_parquet
from chalicelib.services.batch_plots import draw_plots
from chalicelib.services.batch_rows import Row
from chalicelib.services.batch_shards import read_shard
from chalicelib.services.batch_tables import (
    CSV_TYPE,
    ERROR_COLUMNS,
    csv_bytes,
    error_row,
    result_header,
    result_row,
)
from chalicelib.services.deviations import DEVIATIONS
from chalicelib.services.shard_part import NONE

PARQUET_TYPE = "application/vnd.apache.parquet"
UNSOLVED = "its shard was not solved"


def merge_batch(batch: Batch, shards: list[ShardCounts], *, object_store: ObjectStore, bucket: str) -> None:
    """Writes results.csv (a line per good row, in the file's order), results.parquet, errors.csv (a line per
    problem) and the pictures of a quick look.

    A shard without a part gives its rows as failed, with the reason that its summary has. What is merged lies in
    a temporary folder, so that memory stays flat.
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
    with table.open("w+b") as results, table.with_name("errors.csv").open("w+b") as errors:
        results.write(csv_bytes([result_header(batch.columns, deviations)]))
        errors.write(csv_bytes([ERROR_COLUMNS]))
        for shard, counts in enumerate(shards):
            if _append(results, object_store, bucket, keys.part(shard)):
                _append(errors, object_store, bucket, keys.part_errors(shard))
            else:
                reason = str(counts.summary.get("error", UNSOLVED))
                _append_unsolved(results, errors, batch, shard, reason, object_store, bucket)
        for merged, key in ((results, keys.results), (errors, keys.errors)):
            merged.seek(0)
            object_store.put(bucket, key, merged, content_type=CSV_TYPE)


def _add_parquet(batch: Batch, table: Path, object_store: ObjectStore, bucket: str) -> None:
    keys, parquet = ResultKeys(batch.project, batch.id), table.with_name("results.parquet")
    with parquet.open("w+b") as file:
        write_parquet(table, batch.columns, file)
        file.seek(0)
        object_store.put(bucket, keys.parquet, file, content_type=PARQUET_TYPE)
    for name, content, content_type in draw_plots(parquet, batch.columns):
        object_store.put(bucket, keys.plot(name), content, content_type=content_type)


def _append(table: IO[bytes], object_store: ObjectStore, bucket: str, key: str) -> bool:
    """Whether the object was there; its bytes are at the end of the table now."""
    try:
        with object_store.open(bucket, key) as part:
            shutil.copyfileobj(part, table)
    except NotFoundError:
        return False
    return True


def _append_unsolved(
    results: IO[bytes],
    errors: IO[bytes],
    batch: Batch,
    shard: int,
    reason: str,
    object_store: ObjectStore,
    bucket: str,
) -> None:
    error = {"code": "not_solved", "message": reason}
    deviations = [None] * len(DEVIATIONS) if batch.validated else []
    with object_store.open(bucket, ResultKeys(batch.project, batch.id).shard(shard)) as stream:
        for row in read_shard(stream):
            written = row.cells if isinstance(row, Row) else {}
            cells = [written.get(name, "") for name in batch.columns]
            results.write(csv_bytes([result_row(row.line, cells, NONE, error, deviations)]))
            errors.write(csv_bytes([error_row(RowProblem(row.line, "", "", reason, "upload the row again"))]))
