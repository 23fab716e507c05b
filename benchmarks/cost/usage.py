"""What one batch used, as it was measured."""

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

CHUNK = 8 << 20
"""Bytes of a ranged read, and of a part of a large object."""
FUNCTIONS = ("planning", "solving", "merging")


@dataclass(frozen=True)
class Function:
    """One kind of work: its memory (MB), its runs, the processor seconds of all of them, those of the database that
    they waited for, and their requests to S3.
    """

    memory: int
    runs: int
    processor_seconds: float
    database_seconds: float
    put_requests: int
    get_requests: int


@dataclass(frozen=True)
class Usage:
    """A batch of so many rows: its functions, the bytes that it left, and those that the database logged."""

    rows: int
    shards: int
    functions: dict[str, Function]
    import_seconds: float
    stored_bytes: int
    database_bytes: int
    logged_bytes: int
    conditions: str

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def usage_of(document: dict[str, Any]) -> Usage:
    """The usage that `plain` made the document of."""
    functions = {name: Function(**function) for name, function in document["functions"].items()}
    return Usage(**{**document, "functions": functions})


def puts(sizes: Iterable[int], is_cut: bool = True) -> int:
    """PUT requests of objects of these sizes; of those that are cut also the beginning and the end of each."""
    return sum(1 if size < CHUNK or not is_cut else math.ceil(size / CHUNK) + 2 for size in sizes)


def gets(sizes: Iterable[int]) -> int:
    """GET requests of reading objects of these sizes in ranges."""
    return sum(max(1, math.ceil(size / CHUNK)) for size in sizes)
