"""The cases of a study as files: CSV for people, Parquet for programs."""

import tempfile
from collections.abc import Mapping
from typing import Any

from chalicelib.adapters.ports import ObjectStore
from chalicelib.domain.study_keys import StudyKeys

IN_MEMORY = 1 << 24
CONTENT_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}


def write_tables(columns: Mapping[str, Any], keys: StudyKeys, store: ObjectStore, bucket: str) -> None:
    """Writes the columns, arrays of one length, in both formats; what is no number is empty."""
    import pyarrow as pa
    from pyarrow import csv, parquet

    table = pa.table({name: pa.array(values, from_pandas=True) for name, values in columns.items()})
    for kind, write in (("csv", csv.write_csv), ("parquet", parquet.write_table)):
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
            write(table, pa.PythonFile(file, mode="w"))
            file.seek(0)
            store.put(bucket, keys.table(kind), file, content_type=CONTENT_TYPES[kind])
