"""The table of results as Parquet, made from the one that is CSV, a part of it in memory at a time."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow

BLOCK_BYTES = 1 << 20
"""Of the CSV file; the reader goes up to 32 of them ahead."""
GROUP = 16
"""Blocks that are one group of rows in the Parquet file."""


def write_parquet(table: Path, columns: Sequence[str], file: IO[bytes]) -> None:
    """Writes the CSV file `table` into `file`: columns of numbers where all that they hold are numbers.

    `columns` are those of the batch's own file, whose kinds are found out by reading them once; the answers are
    numbers, and how a row ended is text.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = _kinds(table, columns)
    schema = pa.schema(kinds)
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        batches = _read(table, dict(kinds))
        # a group of rows each time: written as batches they would be held until there are a million
        while group := list(islice(batches, GROUP)):
            writer.write_table(pa.Table.from_batches(group))


def _kinds(table: Path, columns: Sequence[str]) -> list[tuple[str, "pyarrow.DataType"]]:
    import pyarrow as pa

    names = _header(table)
    textual = {"status", "error_code", "error"}
    numeric = set(columns)
    as_text = {name: pa.string() if name in textual | numeric else pa.float64() for name in names}
    for batch in _read(table, as_text):
        numeric = {name for name in numeric if _is_numeric(batch.column(name))}
    kinds = {name: pa.float64() for name in names}
    kinds |= {name: pa.string() for name in {*columns, *textual} - numeric}
    return [("line", pa.int64()), *((name, kinds[name]) for name in names[1:])]


def _header(table: Path) -> list[str]:
    import csv

    with table.open(encoding="utf-8", newline="") as text:
        return next(csv.reader(text))


def _is_numeric(values: "pyarrow.StringArray") -> bool:
    import pyarrow as pa

    try:
        values.cast(pa.float64())
    except pa.ArrowInvalid:
        return False
    return True


def _read(table: Path, kinds: dict[str, Any]) -> Iterator["pyarrow.RecordBatch"]:
    from pyarrow import csv

    options = csv.ConvertOptions(
        column_types=kinds, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=True
    )
    reading = csv.ReadOptions(block_size=BLOCK_BYTES, use_threads=False)
    parsing = csv.ParseOptions(newlines_in_values=True)
    with csv.open_csv(table, read_options=reading, parse_options=parsing, convert_options=options) as reader:
        batches: Iterable[pyarrow.RecordBatch] = reader
        yield from batches
