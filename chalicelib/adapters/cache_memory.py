"""The first level of the cache: what this process has seen lately."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock

OVERHEAD = 250
"""Bytes that an entry takes beside its value: key, links and objects, as CPython has them."""


class MemoryCache:
    """Keeps the answers used last, as many as `limit` bytes hold; threads may share it."""

    name = "memory"

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._entries: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    @property
    def size(self) -> int:
        """Bytes that are held, with what an entry costs beside its value."""
        return self._size

    def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        with self._lock:
            found = {key: self._entries[key] for key in keys if key in self._entries}
            for key in found:
                self._entries.move_to_end(key)
        return found

    def put_many(self, values: Mapping[str, bytes]) -> None:
        with self._lock:
            for key, value in values.items():
                self._put(key, value)

    def missing(self, keys: Sequence[str]) -> list[str]:
        with self._lock:
            return [key for key in keys if key not in self._entries]

    def _put(self, key: str, value: bytes) -> None:
        before = self._entries.pop(key, None)
        if before is not None:
            self._size -= len(before) + OVERHEAD
        if len(value) + OVERHEAD > self._limit:
            return
        self._entries[key] = value
        self._size += len(value) + OVERHEAD
        while self._size > self._limit:
            _, oldest = self._entries.popitem(last=False)
            self._size -= len(oldest) + OVERHEAD

    def close(self) -> None:
        """Forgets everything."""
        with self._lock:
            self._entries.clear()
            self._size = 0
