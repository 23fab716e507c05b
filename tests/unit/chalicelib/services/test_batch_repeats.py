"""Rows that say the same in different shards: each text has one owner, and each line one place to be answered."""

import tracemalloc
from collections import Counter
from contextlib import closing
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.services import batch_repeats
from chalicelib.services.batch_repeats import RepeatFinder, Repeats


def find(texts: list[str], shard_rows: list[int], most: int) -> dict[int, Repeats]:
    with closing(RepeatFinder()) as finder:
        for place, text in enumerate(texts):
            finder.note(text, place, place + 2)
        found = dict(finder.found(shard_rows, most))
    assert {shard: Repeats.unpacked(one.packed()) for shard, one in found.items()} == found
    return found


@given(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=60), st.integers(1, 7), st.integers(1, 99))
def test_every_line_is_answered_once_and_by_the_first_that_says_the_same(
    texts: list[str], size: int, most: int
) -> None:
    shard_rows = [len(texts[start : start + size]) for start in range(0, len(texts), size)]
    found = find(texts, shard_rows, most)
    answered: Counter[int] = Counter()
    for shard, start in enumerate([0, *accumulate(shard_rows)][:-1]):
        repeats = found.get(shard, Repeats())
        own = [place for place in range(shard_rows[shard]) if place not in repeats.elsewhere]
        answered.update(start + place + 2 for place in own)
        for place, lines in repeats.lines.items():
            assert place in own
            assert texts[start + place] not in texts[:start]
            assert all(texts[line - 2] == texts[start + place] for line in lines)
            answered.update(lines)
        assert sum(map(len, repeats.lines.values())) <= most
        assert repeats.surplus == len(own) + sum(map(len, repeats.lines.values())) - shard_rows[shard]
        if most >= len(texts):
            assert {texts[start + place] for place in own}.isdisjoint(texts[:start])
    assert answered == Counter(range(2, len(texts) + 2))


def test_no_more_pairs_are_kept_than_memory_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_repeats, "MOST_PAIRS", 5)
    found = find(["a", "b"] * 20, [2] * 20, 100)
    assert sum(len(one.elsewhere) for one in found.values()) == 5


def test_many_rows_are_looked_through_in_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_repeats, "IN_MEMORY", 1 << 12)
    tracemalloc.start()
    with closing(RepeatFinder()) as finder:
        for place in range(60_000):
            finder.note(f"row {place % 50_000}", place, place)
        _, held = tracemalloc.get_traced_memory()
        found = dict(finder.found([10_000] * 6, 10_000))
    tracemalloc.stop()
    assert held < 2_000_000
    assert found[0].surplus == 10_000
    assert found[5].surplus == -10_000
