"""A shard of a batch: a line of JSON that says how to read it, then a piece of the file as it stood there, in UTF-8."""

import io
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO, NamedTuple

from chalicelib.domain.batch import RowProblem
from chalicelib.services.batch_files import format_of
from chalicelib.services.batch_rows import Format, Row


class Piece(NamedTuple):
    """Which cases of the file a shard holds.

    They begin at `line`, whose first `skipped` cases belong to the shard before, and are `cases` in number.
    """

    line: int
    skipped: int
    cases: int


def pack_shard(piece: Piece, how: Format, texts: Iterable[str]) -> bytes:
    """The shard of the records `texts`."""
    head = json.dumps({**how.described(), **piece._asdict()}, separators=(",", ":"))
    return "".join([head, "\n", *texts]).encode()


def read_shard(stream: BinaryIO) -> Iterator[Row | RowProblem]:
    """The cases of a shard."""
    head = json.loads(stream.readline())
    how = format_of(head)
    return islice(_cases(how, stream, head["line"], head["skipped"]), head["cases"])


def _cases(how: Format, stream: BinaryIO, line: int, skipped: int) -> Iterator[Row | RowProblem]:
    for record in how.records(io.TextIOWrapper(stream, encoding="utf-8", newline=""), line):
        yield from how.rows(record, skipped)
        skipped = 0
