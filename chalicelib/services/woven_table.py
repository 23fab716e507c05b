"""A CSV table put together on disk from lines in order and from late ones, which belong among them."""

import heapq
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Self

QUOTE = b'"'


class Woven:
    """The table at `path`: `main` has its lines in the order of their first column, `late` has others in any order."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.main = path.with_suffix(".main").open("w+b")
        self.late = path.with_suffix(".late").open("w+b")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.main.close()
        self.late.close()

    def add(self, line: bytes, *, late: bool) -> None:
        (self.late if late else self.main).write(line)

    def write(self, head: bytes) -> None:
        """Writes the table, `head` first; the places of late lines are in memory, and nothing else."""
        has_late = self.late.tell() > 0
        self.main.seek(0)
        with self.path.open("wb") as table:
            table.write(head)
            if not has_late:
                shutil.copyfileobj(self.main, table)
                return
            main = ((_line(record), record) for record in _records(self.main))
            for _, record in heapq.merge(main, self._sorted(), key=lambda pair: pair[0]):
                table.write(record)

    def _sorted(self) -> Iterator[tuple[int, bytes]]:
        import numpy as np

        self.late.seek(0)
        known = [(_line(record), len(record)) for record in _records(self.late)]
        lines, sizes = np.array(known, dtype=np.int64).T
        starts = np.cumsum(sizes) - sizes
        del known
        order = np.argsort(lines, kind="stable")
        for line, start, size in zip(*(values[order] for values in (lines, starts, sizes)), strict=True):
            self.late.seek(int(start))
            yield int(line), self.late.read(int(size))


def _line(record: bytes) -> int:
    return int(record[: record.index(b",")])


def _records(file: IO[bytes]) -> Iterator[bytes]:
    """Lines of the table, those with quoted line breaks whole."""
    for first in file:
        record = first
        while record.count(QUOTE) % 2:
            record += file.readline()
        yield record
