"""Read the file of a batch as a stream of records, whatever its format. Little of it is in memory."""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, NamedTuple

from chalicelib.domain.errors import InvalidRequestError
from chalicelib.services.batch_csv import CsvFormat, read_head
from chalicelib.services.batch_json_lines import JsonFormat
from chalicelib.services.batch_parquet_input import open_parquet
from chalicelib.services.batch_rows import Format, Record
from chalicelib.services.batch_text import Lines

READABLE = (".csv", ".jsonl", ".parquet", ".csv.gz", ".jsonl.gz")
LISTED = f"{', '.join(READABLE[:-1])} or {READABLE[-1]}"


class BatchFile(NamedTuple):
    """The records of a file, to be read once, and how."""

    format: Format
    records: Iterator[Record]


def open_batch(
    stream: BinaryIO, filename: str, constants: Mapping[str, Any] | None = None, *, most: int
) -> BatchFile:
    """The records of the file `filename` over `constants` (nested like a specification), at most `most` cases each.

    Raises InvalidRequestError where it cannot be a batch at all; so does reading on, where the file stops being text
    or has an endless line.
    """
    kind = filename.lower().removesuffix(".gz")
    if not filename.lower().endswith(READABLE):
        raise InvalidRequestError(f"'{filename}' is not a file that can be read; use {LISTED}")
    if kind.endswith(".parquet"):
        rows, columns = open_parquet(stream)
        of_rows = JsonFormat(constants or {}, most, columns)
        return BatchFile(of_rows, of_rows.records(rows, 1))
    lines = Lines(stream)
    found = (
        JsonFormat(constants or {}, most)
        if kind.endswith(".jsonl")
        else read_head(lines, constants or {}, most)
    )
    return BatchFile(found, found.records(lines, lines.number + 1))


def format_of(described: Mapping[str, Any]) -> Format:
    """The format that described itself so."""
    if described["kind"] == "jsonl":
        return JsonFormat(described["constants"], described["most"])
    return CsvFormat(*(described[name] for name in ("header", "delimiter", "constants", "most")))
