"""The cache of answers: levels one above the other, none of which can break the service."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Protocol, TypeVar

logger = logging.getLogger(__name__)

Counter = Callable[[str, str, int], None]
"""Takes a level, what happened there (hit, miss or error) and how often."""
T = TypeVar("T")

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0


class Level(Protocol):
    """One store of packed answers; it may raise whatever it likes."""

    name: str

    def get_many(self, keys: Sequence[str]) -> dict[str, bytes]: ...
    def put_many(self, values: Mapping[str, bytes]) -> None: ...
    def missing(self, keys: Sequence[str]) -> list[str]: ...
    def close(self) -> None: ...


class GuardedLevel:
    """A level that is left alone for a while after it failed: 1 s, then twice as long each time, up to 30 s.

    One caller at a time tries whether it is back; meanwhile the others go on without it.
    """

    def __init__(self, level: Level, count: Counter, clock: Callable[[], float] = time.monotonic) -> None:
        self.level = level
        self._count = count
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._resting_until = 0.0

    def call(self, function: Callable[[], T], otherwise: T) -> T:
        """What `function` answers; `otherwise` where the level is resting or fails."""
        if not self._may_try():
            return otherwise
        try:
            answer = function()
        except Exception as error:
            self._failed(error)
            return otherwise
        if self._failures:
            logger.info("the cache level %s answers again", self.level.name)
            self._failures = 0
        return answer

    def _may_try(self) -> bool:
        with self._lock:
            if not self._failures:
                return True
            if self._clock() < self._resting_until:
                return False
            self._resting_until = self._clock() + self._pause()
            return True

    def _failed(self, error: Exception) -> None:
        with self._lock:
            self._failures += 1
            pause = self._pause()
            self._resting_until = self._clock() + pause
        logger.warning("the cache level %s fails and rests for %g s: %r", self.level.name, pause, error)
        self._count(self.level.name, "error", 1)

    def _pause(self) -> float:
        return float(min(FIRST_PAUSE * 2.0 ** min(self._failures - 1, 10), LONGEST_PAUSE))


class LayeredCache:
    """Keeps `ports.ResultCache`: asks each level for what those above it have not, and fills those above."""

    def __init__(self, levels: Sequence[Level], count: Counter) -> None:
        self._levels = [GuardedLevel(level, count) for level in levels]
        self._count = count

    def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for depth, guarded in enumerate(self._levels):
            wanted = [key for key in dict.fromkeys(keys) if key not in found]
            if not wanted:
                break
            new = self._ask(guarded, wanted)
            if new:
                self._put(self._levels[:depth], new)
                found |= new
        return found

    def _ask(self, guarded: GuardedLevel, keys: list[str]) -> dict[str, bytes]:
        new: dict[str, bytes] | None = guarded.call(lambda: guarded.level.get_many(keys), None)
        if new is None:
            return {}
        for outcome, number in (("hit", len(new)), ("miss", len(keys) - len(new))):
            if number:
                self._count(guarded.level.name, outcome, number)
        return new

    def put_many(self, values: Mapping[str, bytes]) -> None:
        if values:
            self._put(self._levels, values)

    def _put(self, levels: Sequence[GuardedLevel], values: Mapping[str, bytes]) -> None:
        for guarded in levels:
            _store(guarded, values)

    def missing(self, keys: Sequence[str]) -> list[str]:
        if not keys or not self._levels:
            return []
        last = self._levels[-1]
        return last.call(lambda: last.level.missing(keys), [])

    def close(self) -> None:
        """Lets go of what the levels hold."""
        for guarded in self._levels:
            guarded.level.close()


def _store(guarded: GuardedLevel, values: Mapping[str, bytes]) -> None:
    guarded.call(lambda: guarded.level.put_many(values), None)
