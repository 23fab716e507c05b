"""Read the file of a batch as a stream: rows of cases, and what is wrong with the others. Little of it is in memory."""

from collections.abc import Mapping
from typing import Any, BinaryIO

from chalicelib.domain.errors import InvalidRequestError
from chalicelib.services.batch_csv import read_csv
from chalicelib.services.batch_json_lines import read_json_lines
from chalicelib.services.batch_parquet_input import read_parquet
from chalicelib.services.batch_rows import BatchFile
from chalicelib.services.batch_text import Lines

READABLE = (".csv", ".jsonl", ".parquet", ".csv.gz", ".jsonl.gz")
LISTED = f"{', '.join(READABLE[:-1])} or {READABLE[-1]}"


def open_batch(
    stream: BinaryIO, filename: str, constants: Mapping[str, Any] | None = None, *, most: int
) -> BatchFile:
    """The rows of the file `filename` over `constants` (nested like a specification), at most `most` of a line.

    Raises InvalidRequestError where it cannot be a batch at all; so does reading on, where the file stops being text
    or has an endless line.
    """
    kind = filename.lower().removesuffix(".gz")
    if not filename.lower().endswith(READABLE):
        raise InvalidRequestError(f"'{filename}' is not a file that can be read; use {LISTED}")
    if kind.endswith(".parquet"):
        return read_parquet(stream, constants or {}, most)
    lines = Lines(stream)
    read = read_json_lines if kind.endswith(".jsonl") else read_csv
    return read(lines, constants or {}, most)
