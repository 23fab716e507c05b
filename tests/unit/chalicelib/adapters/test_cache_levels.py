"""The levels of the cache: what is bounded, what is promoted, and what an outage costs."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import redis
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import observability
from chalicelib.adapters.cache_levels import LONGEST_PAUSE, GuardedLevel, LayeredCache
from chalicelib.adapters.cache_memory import OVERHEAD, MemoryCache
from chalicelib.adapters.cache_valkey import ValkeyCache
from chalicelib.adapters.database.cache_counts import CacheCounts
from chalicelib.domain.errors import ServiceUnavailableError
from tests.unit.chalicelib.fakes import FakeCache


class Far(FakeCache):
    """A level in another process, which may be away."""

    name = "far"

    def __init__(self) -> None:
        super().__init__()
        self.away = False
        self.attempts = 0
        self.closed = False

    def _reach(self) -> None:
        self.attempts += 1
        if self.away:
            raise ConnectionError("refused")

    def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        self._reach()
        return super().get_many(keys)

    def put_many(self, values: Mapping[str, bytes]) -> None:
        self._reach()
        super().put_many(values)

    def missing(self, keys: Sequence[str]) -> list[str]:
        self._reach()
        return super().missing(keys)

    def close(self) -> None:
        self.closed = True


class Watch:
    now = 0.0

    def __call__(self) -> float:
        return self.now


Counts = Counter[tuple[str, str]]


@pytest.fixture
def counts() -> Counts:
    return Counter()


@pytest.fixture
def far() -> Far:
    return Far()


@pytest.fixture
def near() -> MemoryCache:
    return MemoryCache(10_000)


@pytest.fixture
def layered(near: MemoryCache, far: Far, counts: Counts) -> LayeredCache:
    return LayeredCache([near, far], lambda level, outcome, number: counts.update({(level, outcome): number}))


def test_what_was_used_last_is_kept_within_the_bytes() -> None:
    memory = MemoryCache(3 * (OVERHEAD + 10))
    memory.put_many(dict.fromkeys("abc", b"0123456789"))
    memory.get_many(["a"])
    memory.put_many({"d": b"0123456789"})
    assert sorted(memory.get_many(list("abcd"))) == ["a", "c", "d"]
    memory.put_many({"e": b"x" * (OVERHEAD + 11)})
    assert sorted(memory.get_many(list("abcde"))) == ["d", "e"]


def test_what_is_larger_than_all_is_not_kept_and_drives_nothing_out() -> None:
    memory = MemoryCache(1000)
    memory.put_many({"a": b"1"})
    memory.put_many({"b": b"x" * 1000, "a": b"2"})
    assert memory.get_many(["a", "b"]) == {"a": b"2"}
    assert memory.missing(["a", "b"]) == ["b"]


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.binary(max_size=400))), st.integers(0, 2000))
def test_the_size_is_that_of_what_is_held_and_never_over_the_limit(
    puts: list[tuple[str, bytes]], limit: int
) -> None:
    memory = MemoryCache(limit)
    for key, value in puts:
        memory.put_many({key: value})
        held = memory.get_many(list("abcdefgh"))
        assert memory.size == sum(len(one) + OVERHEAD for one in held.values()) <= limit
        assert held.get(key, value) == value


def test_threads_do_not_break_the_count_of_bytes() -> None:
    memory = MemoryCache(20 * (OVERHEAD + 8))

    def use(number: int) -> None:
        for step in range(300):
            key = str((number * 7 + step) % 40)
            memory.put_many({key: b"8 bytes!"})
            memory.get_many([key, str(step % 40)])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(use, range(4)))
    held = memory.get_many([str(number) for number in range(40)])
    assert memory.size == len(held) * (OVERHEAD + 8)
    assert len(held) == 20


def test_each_level_is_asked_for_what_is_missing_above_and_fills_it(
    layered: LayeredCache, near: MemoryCache, far: Far, counts: Counts
) -> None:
    far.put_many({"a": b"A", "b": b"B"})
    near.put_many({"a": b"A"})
    assert layered.get_many(["a", "b", "c", "b"]) == {"a": b"A", "b": b"B"}
    assert far.lookups == [["b", "c"]]
    assert near.get_many(["b"]) == {"b": b"B"}
    assert counts == {
        ("memory", "hit"): 1,
        ("memory", "miss"): 2,
        ("far", "hit"): 1,
        ("far", "miss"): 1,
    }
    layered.get_many(["a"])
    assert len(far.lookups) == 1


def test_what_is_put_is_in_every_level(layered: LayeredCache, near: MemoryCache, far: Far) -> None:
    layered.put_many({"a": b"A"})
    assert near.get_many(["a"]) == far.values == {"a": b"A"}
    layered.put_many({})
    assert far.attempts == 1


def test_missing_is_what_the_lasting_level_lacks(layered: LayeredCache, near: MemoryCache, far: Far) -> None:
    near.put_many({"a": b"A"})
    far.put_many({"b": b"B"})
    assert layered.missing(["a", "b"]) == ["a"]
    assert layered.missing([]) == []
    far.away = True
    assert layered.missing(["a"]) == []


def test_without_levels_nothing_is_known_and_nothing_breaks() -> None:
    empty = LayeredCache([], lambda *_: None)
    empty.put_many({"a": b"A"})
    assert empty.get_many(["a"]) == {}
    assert empty.missing(["a"]) == []


def test_an_outage_is_a_miss_and_counted_and_the_near_level_goes_on(
    layered: LayeredCache, far: Far, counts: Counts
) -> None:
    layered.put_many({"a": b"A"})
    far.away = True
    assert layered.get_many(["a", "b"]) == {"a": b"A"}
    layered.put_many({"c": b"C"})
    assert layered.get_many(["c"]) == {"c": b"C"}
    assert counts["far", "error"] == 1
    assert counts["far", "miss"] == 0


def test_a_level_that_failed_is_left_alone_for_longer_and_longer(far: Far) -> None:
    watch = Watch()
    guarded = GuardedLevel(far, lambda *_: None, watch)
    far.away = True

    def ask() -> dict[str, bytes]:
        return guarded.call(lambda: far.get_many(["a"]), {})

    waits = []
    ask()
    for _ in range(8):
        begun, attempts = watch.now, far.attempts
        while far.attempts == attempts:
            watch.now += 0.5
            ask()
        waits.append(watch.now - begun)
    assert waits == [1, 2, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]


def test_a_level_that_is_back_is_asked_again_each_time(far: Far) -> None:
    watch = Watch()
    guarded = GuardedLevel(far, lambda *_: None, watch)
    far.values["a"] = b"A"
    far.away = True
    guarded.call(lambda: far.get_many(["a"]), {})
    far.away = False
    watch.now = 1.0
    for _ in range(3):
        assert guarded.call(lambda: far.get_many(["a"]), {}) == {"a": b"A"}
    far.away = True
    guarded.call(lambda: far.get_many(["a"]), {})
    far.away = False
    watch.now += 1.0
    assert guarded.call(lambda: far.get_many(["a"]), {}) == {"a": b"A"}


def test_one_caller_at_a_time_tries_whether_it_is_back(far: Far) -> None:
    watch = Watch()
    guarded = GuardedLevel(far, lambda *_: None, watch)
    far.away = True
    guarded.call(lambda: far.get_many(["a"]), {})
    watch.now = 5.0
    inner: list[str] = []

    def slow() -> str:
        inner.append(guarded.call(lambda: "asked too", "went on without"))
        return "asked"

    assert guarded.call(slow, "went on without") == "asked"
    assert inner == ["went on without"]


def test_closing_closes_every_level(layered: LayeredCache, near: MemoryCache, far: Far) -> None:
    near.put_many({"a": b"A"})
    layered.close()
    assert far.closed
    assert near.size == 0


@pytest.mark.parametrize(
    ("url", "tls"), [("valkey://cache:6379/1", False), ("redis://cache", False), ("valkeys://cache", True)]
)
def test_the_servers_address_says_whether_it_is_encrypted(url: str, tls: bool) -> None:
    cache = ValkeyCache(url, prefix="hrma:", seconds=60, timeout=0.1)
    kind = cache._client.connection_pool.connection_class
    assert kind.__name__ == ("SSLConnection" if tls else "Connection")
    cache.close()


def test_a_server_that_refuses_is_raised_at_once() -> None:
    cache = ValkeyCache("redis://127.0.0.1:1", prefix="hrma:", seconds=60, timeout=0.1)
    with pytest.raises(redis.ConnectionError, match="refused"):
        cache.get_many(["a"])
    cache.close()


class Statements:
    """A database that keeps what it is told, or is away."""

    def __init__(self) -> None:
        self.told: list[Any] = []
        self.away = False

    @contextmanager
    def connection(self) -> Iterator["Statements"]:
        if self.away:
            raise ServiceUnavailableError("the database does not answer")
        yield self

    def execute(self, _statement: str, parameters: Any) -> None:
        self.told.append(list(zip(*parameters.values(), strict=True)))


def test_counts_are_told_together_and_kept_while_the_database_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    metrics: list[Any] = []
    monkeypatch.setattr(observability, "count", lambda *given, **words: metrics.append((given, words)))
    database = Statements()
    counts = CacheCounts(database, seconds=3600.0)  # type: ignore[arg-type]
    counts.add("memory", "hit", 2)
    counts.add("memory", "miss", 1)
    counts.add("memory", "hit", 3)
    assert database.told == []
    database.away = True
    counts.tell()
    database.away = False
    counts.add("far", "error", 1)
    for _ in range(2):
        counts.tell()
    assert database.told == [[("far", "error", 1), ("memory", "hit", 5), ("memory", "miss", 1)]]
    assert metrics[0] == (("cache_lookups", 2), {"level": "memory", "outcome": "hit"})
    assert len(metrics) == 4


def test_counts_are_told_when_it_is_time() -> None:
    database = Statements()
    counts = CacheCounts(database, seconds=0.0)  # type: ignore[arg-type]
    counts.add("memory", "hit", 2)
    assert database.told == [[("memory", "hit", 2)]]
