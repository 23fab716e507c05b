"""Rows that stand in a file again: found over the whole file in little memory, and solved where they stand first."""

import hashlib
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from struct import Struct
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Places = np.ndarray[Any, np.dtype[np.int64]]

BUCKETS = 64
MOST_PAIRS = 2_000_000
IN_MEMORY = 1 << 20
"""Bytes of a bucket, above which it is a file."""
ENTRY = Struct("<16sqq")


@dataclass
class Repeats:
    """Of one shard: `lines` are those of other shards that say the same as its case at a place; `elsewhere` are the
    places of its cases that another shard solves.
    """

    elsewhere: set[int] = field(default_factory=set)
    lines: dict[int, list[int]] = field(default_factory=dict)

    @property
    def surplus(self) -> int:
        """How many rows more than its own the shard answers."""
        return sum(map(len, self.lines.values())) - len(self.elsewhere)

    def packed(self) -> bytes:
        return json.dumps({"elsewhere": sorted(self.elsewhere), "lines": self.lines}).encode()

    @classmethod
    def unpacked(cls, content: bytes) -> "Repeats":
        found = json.loads(content)
        return cls(set(found["elsewhere"]), {int(place): lines for place, lines in found["lines"].items()})


class RepeatFinder:
    """Takes the text of every row that is one case; the same texts are found together in the end.

    Texts are kept as hashes of 128 bits, in buckets that become files where they grow.
    """

    def __init__(self) -> None:
        make = tempfile.SpooledTemporaryFile
        self._buckets: list[IO[bytes]] = [make(IN_MEMORY) for _ in range(BUCKETS)]

    def note(self, text: str, place: int, line: int) -> None:
        """Takes the row at `place` among all cases of the file."""
        digest = hashlib.blake2b(text.strip().encode(), digest_size=16).digest()
        self._buckets[digest[0] % BUCKETS].write(ENTRY.pack(digest, place, line))

    def found(self, shard_rows: Sequence[int], most: int) -> Iterator[tuple[int, Repeats]]:
        """What repeats in which shards, of those with `shard_rows` cases each.

        A shard takes over `most` rows of others, all together MOST_PAIRS; those beyond are solved again where they
        stand, once in each shard.
        """
        import numpy as np

        ends = np.cumsum(shard_rows)
        starts = ends - shard_rows
        first, place, line = _pairs(self._buckets, ends)
        owner, other = (np.searchsorted(ends, places, side="right") for places in (first, place))
        order = np.lexsort((line, owner))
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order)) - np.searchsorted(owner[order], owner[order])
        kept = rank < most
        first, place, line, owner, other = (values[kept] for values in (first, place, line, owner, other))
        for shard in np.union1d(owner, other).tolist():
            lines: dict[int, list[int]] = {}
            ours = owner == shard
            for its, copy in zip((first[ours] - starts[shard]).tolist(), line[ours].tolist(), strict=True):
                lines.setdefault(its, []).append(copy)
            yield shard, Repeats(set((place[other == shard] - starts[shard]).tolist()), lines)

    def close(self) -> None:
        for bucket in self._buckets:
            bucket.close()


def _pairs(buckets: Sequence[IO[bytes]], ends: "Places") -> "tuple[Places, Places, Places]":
    """Place of the first, and place and line of each row in another shard that says the same."""
    import numpy as np

    kind = np.dtype([("high", "<u8"), ("low", "<u8"), ("place", "<i8"), ("line", "<i8")])
    found = [np.empty((3, 0), dtype=np.int64)]
    for bucket in buckets:
        bucket.seek(0)
        rows: np.ndarray[Any, Any] = np.frombuffer(bucket.read(), dtype=kind)
        rows = rows[np.lexsort((rows["place"], rows["low"], rows["high"]))]
        again = (rows["high"][1:] == rows["high"][:-1]) & (rows["low"][1:] == rows["low"][:-1])
        places = np.flatnonzero(again) + 1
        starts = np.maximum.accumulate(np.where(np.concatenate([[False], again]), 0, np.arange(len(rows))))
        first, place, line = rows["place"][starts[places]], rows["place"][places], rows["line"][places]
        apart = np.searchsorted(ends, first, side="right") != np.searchsorted(ends, place, side="right")
        found.append(np.stack([first[apart], place[apart], line[apart]]))
        if sum(part.shape[1] for part in found) > MOST_PAIRS:
            break
    first, place, line = np.concatenate(found, axis=1)[:, :MOST_PAIRS]
    return first, place, line
