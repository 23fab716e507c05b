"""How a study is cut into tasks: consecutive pieces that take some minutes together."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from typing import Protocol

from chalicelib.domain.study import TaskPieces


class Piece(Protocol):
    """A piece of a study as the engine cuts it: its first and last case."""

    @property
    def first(self) -> int: ...
    @property
    def last(self) -> int: ...


def cases_of(piece: Piece) -> int:
    """How many cases the piece has."""
    return piece.last - piece.first + 1


def group_pieces(pieces: Sequence[Piece], tasks: int) -> list[TaskPieces]:
    """At most `tasks` groups of consecutive pieces, each with about the same number of cases."""
    ends = list(accumulate(cases_of(piece) for piece in pieces))
    grouped: list[TaskPieces] = []
    begin, before = 0, 0
    for task in range(tasks):
        if begin == len(pieces):
            break
        wanted = ends[-1] * (task + 1) / tasks
        end = max(begin, bisect_left(ends, wanted, hi=len(ends) - 1))
        grouped.append(TaskPieces(begin, end, ends[end] - before))
        begin, before = end + 1, ends[end]
    return grouped
