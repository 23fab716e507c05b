"""Batch files that are Parquet: columns are dotted paths or nested objects; a null leaves its field out."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, BinaryIO

from chalicelib.domain.batch import RowProblem
from chalicelib.domain.errors import InvalidRequestError
from chalicelib.services.batch_json_lines import as_rows
from chalicelib.services.batch_rows import BatchFile, flatten, set_path

ROWS_AT_ONCE = 2_000
PLAIN = (str, bool, int, float)


def read_parquet(stream: BinaryIO, given: Mapping[str, Any], most: int) -> BatchFile:
    """The rows of the file over the constants `given`; a row's line is its number, counted from 1.

    Only the row group at hand is in memory. Raises InvalidRequestError for a file that is not Parquet.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(stream)
    except (pa.ArrowInvalid, OSError) as error:
        raise InvalidRequestError(f"the file is not Parquet: {error}; write it again") from error
    plain = [name for name in file.schema_arrow.names if not _is_nested(file, name)]
    return as_rows(_objects(file), given, most, plain)


def _is_nested(file: Any, name: str) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_nested(file.schema_arrow.field(name).type))


def _objects(file: Any) -> Iterator[tuple[int, dict[str, Any]] | RowProblem]:
    line = 0
    for batch in file.iter_batches(batch_size=ROWS_AT_ONCE):
        for values in batch.to_pylist():
            line += 1
            yield _object(line, values)


def _object(line: int, values: dict[str, Any]) -> tuple[int, dict[str, Any]] | RowProblem:
    spec: dict[str, Any] = {}
    for path, value in flatten(values):
        if value is None:
            continue
        if isinstance(value, Decimal):
            value = float(value)
        if not isinstance(value, PLAIN):
            message = f"a {type(value).__name__} is no value of a specification"
            return RowProblem(line, path, str(value)[:200], message, "give numbers, texts or truth values")
        set_path(spec, path, value)
    return line, spec
