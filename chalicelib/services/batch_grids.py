"""Grids in a batch file: `start:stop:step` in the place of a number makes many cases of one row."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chalicelib.domain.batch import RowProblem
from chalicelib.services.batch_rows import NUMBER, Row, copied, set_path

GRID = re.compile(rf"\s*({NUMBER})\s*:\s*({NUMBER})\s*:\s*({NUMBER})\s*")
SLACK = 1e-9
"""Of a step, by which the last value of a grid may miss its end."""


def grids_in(values: Iterable[tuple[str, Any]]) -> dict[str, str]:
    """The values that are grids, `start:stop:step`, by their paths."""
    return {
        path: value
        for path, value in values
        if isinstance(value, str) and ":" in value and GRID.fullmatch(value)
    }


class Grids:
    """The grids of one row, as texts by path: they make its product of cases, the last one changing fastest.

    A grid goes from start to stop, both included, and no further. One without an end, and more than `most` cases,
    are a `problem`: field, value, message, remedy.
    """

    def __init__(self, texts: Mapping[str, str], most: int) -> None:
        self._texts = texts
        self._bounds = [_bounds(text) for text in texts.values()]
        counts = [_count(*bounds) for bounds in self._bounds]
        self._counts = [count or 0 for count in counts]
        cases = math.prod(self._counts)
        self.problem: tuple[str, str, str, str] | None = None
        if None in counts:
            path = list(texts)[counts.index(None)]
            message = "this grid never reaches its end: the step is zero or leads away from it"
            self.problem = path, texts[path], message, "write start:stop:step, such as 4:8:0.5"
        elif cases > most:
            path = list(texts)[self._counts.index(max(self._counts))]
            message = f"the grids make {cases} cases of one line, and a file may have {most}"
            self.problem = path, texts[path], message, "take a larger step, or several files"
        self.cases = cases if self.problem is None else 1

    def of(self, row: Row, first: int = 0) -> Iterator[Row | RowProblem]:
        """The cases of `row` from the one at place `first` on, made as they are asked for."""
        if self.problem is not None:
            yield RowProblem(row.line, *self.problem)
            return
        for place in range(first, self.cases):
            spec, cells = copied(row.spec), dict(row.cells)
            for path, value in zip(self._texts, self._values(place), strict=True):
                set_path(spec, path, value)
                cells[path] = repr(value)
            yield Row(row.line, spec, cells)

    def _values(self, place: int) -> list[float]:
        steps = []
        for count in reversed(self._counts):
            place, step = divmod(place, count)
            steps.append(step)
        pairs = zip(self._bounds, reversed(steps), strict=True)
        # twelve digits: 4 + 3 * 0.1 is 4.3 for everybody
        return [float(f"{start + number * step:.12g}") for (start, _, step), number in pairs]


def _count(start: float, stop: float, step: float) -> int | None:
    steps = (stop - start) / step if step else math.inf
    return int(steps + SLACK) + 1 if 0.0 <= steps + SLACK < math.inf else None


def _bounds(grid: str) -> tuple[float, float, float]:
    match = GRID.fullmatch(grid)
    if match is None:
        raise ValueError(f"{grid!r} is no grid")
    start, stop, step = (float(part) for part in match.groups())
    return start, stop, step
