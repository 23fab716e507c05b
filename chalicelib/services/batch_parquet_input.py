"""Batch files that are Parquet: columns are dotted paths or nested objects; a null leaves its field out."""

import json
import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO

from chalicelib.domain.errors import InvalidRequestError
from chalicelib.services.batch_rows import flatten, set_path

ROWS_AT_ONCE = 2_000
BUFFER = 1 << 20
"""Bytes of a column that are read at once, so that a row group of any size is not held."""


def open_parquet(stream: BinaryIO) -> tuple[Iterator[str], list[str]]:
    """The rows of the file as lines of JSON, and its columns of plain values.

    Raises InvalidRequestError for a file that is not Parquet; so does reading on, where it is broken further on.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(stream, buffer_size=BUFFER)
    except (pa.ArrowException, OSError) as error:
        raise InvalidRequestError(f"the file is not Parquet: {error}; write it again") from error
    schema = file.schema_arrow
    return _lines(file), [field.name for field in schema if not pa.types.is_nested(field.type)]


def _lines(file: Any) -> Iterator[str]:
    import pyarrow as pa

    read = 0
    try:
        for batch in file.iter_batches(batch_size=ROWS_AT_ONCE):
            for values in batch.to_pylist():
                yield json.dumps(_object(values)) + "\n"
            read += batch.num_rows
    except (pa.ArrowException, OSError, UnicodeError) as error:
        raise InvalidRequestError(f"the file is broken after row {read}: {error}; write it again") from error


def _object(values: dict[str, Any]) -> dict[str, Any]:
    spec: dict[str, Any] = {}
    for path, value in flatten(values):
        if value is not None:
            set_path(spec, path, _plain(value))
    return spec


def _plain(value: Any) -> Any:
    """Numbers, texts and truth values as they are; of anything else its text, which no field takes."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if isinstance(value, str | bool | int | float) else str(value)
