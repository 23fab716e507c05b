"""Values put into copies of a specification."""

import copy

import pytest

from engine.studies.places import Filler, first_overlap


def test_values_land_where_their_paths_lead_and_the_base_stays_as_it_is() -> None:
    base = {"a": {"b": 1, "c": [{"d": 2}, {"d": 3}]}, "e": None}
    before = copy.deepcopy(base)
    filler = Filler(base, ["a.c.1.d", "a.new", "e.f", "g"])
    assert filler.filled([10, 20, 30, "x"]) == {
        "a": {"b": 1, "c": [{"d": 2}, {"d": 10}], "new": 20},
        "e": {"f": 30},
        "g": "x",
    }
    assert filler.filled([11, 21, 31, "y"])["a"]["c"][1] == {"d": 11}
    assert base == before


@pytest.mark.parametrize(
    ("path", "words"), [("a.b.c", "a.b is 1"), ("a.c.2.d", "a list of 2"), ("a.c.x", "a list of 2")]
)
def test_a_path_through_a_plain_value_or_beyond_a_list_is_refused(path: str, words: str) -> None:
    with pytest.raises(LookupError, match=words):
        Filler({"a": {"b": 1, "c": [{}, {}]}}, [path])


def test_paths_inside_one_another_overlap() -> None:
    assert first_overlap(["a.b", "a.bc", "c"]) is None
    assert first_overlap(["a.b", "c", "a"]) == (0, 2)
    assert first_overlap(["a", "a"]) == (0, 1)
