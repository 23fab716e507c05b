from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.services.batch_summary import ShardSummary, summarise
from chalicelib.services.batch_tables import HEADLINES

FINITE = st.floats(-1e9, 1e9)


def summary_of(rows: list[tuple[int, float, float | None]]) -> dict[str, Any]:
    summary = ShardSummary()
    summary.count(HEADLINES, [(thrust, *[None] * (len(HEADLINES) - 1)) for _, thrust, _ in rows])
    for line, _, deviation in rows:
        summary.compare(line, {"c_star": deviation})
    return summary.as_dict()


@given(st.lists(st.tuples(st.integers(2, 99), FINITE, st.none() | FINITE), min_size=1), st.integers(0, 9))
def test_summaries_of_shards_add_up_to_that_of_the_whole(
    rows: list[tuple[int, float, float | None]], cut: int
) -> None:
    whole = summarise([summary_of(rows)])
    parts = summarise([summary_of(rows[:cut]), summary_of(rows[cut:])])
    assert parts["ranges"]["thrust"] == pytest.approx(whole["ranges"]["thrust"], abs=1e-6)
    assert parts["worst_deviation"] == whole["worst_deviation"]
    assert whole["ranges"]["thrust"]["minimum"] == min(thrust for _, thrust, _ in rows)
    assert whole["ranges"].keys() == {"thrust"}


def test_a_batch_without_answers_has_no_ranges() -> None:
    summary = ShardSummary()
    summary.count(HEADLINES, [])
    assert summarise([summary.as_dict(), {"error": "it broke"}]) == {
        "ranges": {},
        "worst_deviation": None,
        "engine_seconds": 0.0,
        "duplicates": 0,
    }
