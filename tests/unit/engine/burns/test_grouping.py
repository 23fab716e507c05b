from engine.burns.grouping import grouped
from engine.errors import AnalysisError


def test_those_of_a_kind_come_together_so_many_at_a_time_and_errors_are_passed_over() -> None:
    specs = [5, AnalysisError("no motor", code="x"), 7, 8, 9]
    assert list(grouped(specs, lambda number: number % 2, 2)) == [([0, 2], [5, 7]), ([4], [9]), ([3], [8])]


def test_nothing_is_no_group() -> None:
    assert list(grouped([], lambda number: number, 2)) == []
