"""Motors that can be marched together, out of a list of any."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TypeVar

from engine.errors import AnalysisError

Spec = TypeVar("Spec")


def grouped(
    specs: Sequence[Spec | AnalysisError], kind_of: Callable[[Spec], Hashable], most: int
) -> Iterator[tuple[list[int], list[Spec]]]:
    """Places and specifications of one kind, at most so many at a time; errors are passed over.

    >>> list(grouped([5, 8, 7, 9], lambda number: number % 2, 2))
    [([0, 2], [5, 7]), ([3], [9]), ([1], [8])]
    """
    groups: dict[Hashable, list[tuple[int, Spec]]] = {}
    for place, spec in enumerate(specs):
        if not isinstance(spec, AnalysisError):
            groups.setdefault(kind_of(spec), []).append((place, spec))
    for members in groups.values():
        for first in range(0, len(members), most):
            part = members[first : first + most]
            yield [place for place, _ in part], [spec for _, spec in part]
