"""A shard of a batch: a line of JSON that says how to read it, then a piece of the file as it stood there, in UTF-8."""

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import BinaryIO, NamedTuple

from chalicelib.adapters.ports import ObjectStore
from chalicelib.domain.batch import RowProblem
from chalicelib.domain.errors import NotFoundError
from chalicelib.services.batch_files import format_of
from chalicelib.services.batch_repeats import Repeats
from chalicelib.services.batch_rows import Format, Row


class Piece(NamedTuple):
    """Which cases of the file a shard holds.

    They begin at `line`, whose first `skipped` cases belong to the shard before, and are `cases` in number; `together`
    of them are solved in one call of the engine.
    """

    line: int
    skipped: int
    cases: int
    together: int


def pack_shard(piece: Piece, how: Format, texts: Iterable[str]) -> bytes:
    """The shard of the records `texts`."""
    head = json.dumps({**how.described(), **piece._asdict()}, separators=(",", ":"))
    return "".join([head, "\n", *texts]).encode()


def read_shard(stream: BinaryIO) -> tuple[Piece, Iterator[Row | RowProblem]]:
    """The shard's piece of the file, and its cases."""
    head = json.loads(stream.readline())
    piece = Piece(**{name: head[name] for name in Piece._fields})
    return piece, islice(_cases(format_of(head), stream, piece.line, piece.skipped), piece.cases)


def load_repeats(object_store: ObjectStore, bucket: str, key: str) -> Repeats:
    """What of the shard repeats in others; most shards have none."""
    try:
        with object_store.open(bucket, key) as stream:
            return Repeats.unpacked(stream.read())
    except NotFoundError:
        return Repeats()


def with_repeats(
    rows: Iterator[Row | RowProblem], repeats: Repeats
) -> Iterator[tuple[Row | RowProblem, Sequence[int]]]:
    """The rows that the shard answers, each with the later lines that say the same."""
    for place, row in enumerate(rows):
        if place not in repeats.elsewhere:
            yield row, repeats.lines.get(place, ())


def _cases(how: Format, stream: BinaryIO, line: int, skipped: int) -> Iterator[Row | RowProblem]:
    for record in how.records(io.TextIOWrapper(stream, encoding="utf-8", newline=""), line):
        yield from how.rows(record, skipped)
        skipped = 0
