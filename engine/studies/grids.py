"""The values of a sweep's axis: written out, as start:stop:step, or so many between two ends."""

import math
import re
from collections.abc import Iterator
from typing import Literal

NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
GRID = re.compile(rf"\s*({NUMBER})\s*:\s*({NUMBER})\s*:\s*({NUMBER})\s*")
SLACK = 1e-9
"""Of a step, by which the last value of a grid may miss its end."""

Scale = Literal["linear", "logarithmic"]


def bounds(grid: str) -> tuple[float, float, float] | None:
    """Start, stop and step of the text; None where it is no grid."""
    match = GRID.fullmatch(grid)
    if match is None:
        return None
    start, stop, step = (float(part) for part in match.groups())
    return start, stop, step


def count_steps(start: float, stop: float, step: float) -> int | None:
    """How many values the grid has, both ends included; None where it never reaches its end."""
    steps = (stop - start) / step if step else math.inf
    return int(steps + SLACK) + 1 if 0.0 <= steps + SLACK < math.inf else None


def stepped(grid: str, count: int) -> Iterator[float | int]:
    """The first `count` values of a grid, whole numbers where all of its text is."""
    parts = grid.split(":")
    if all(re.fullmatch(r"\s*[+-]?\d+\s*", part) for part in parts):
        start, _, step = (int(part) for part in parts)
        yield from (start + place * step for place in range(count))
        return
    first, _, step_width = (float(part) for part in parts)
    # twelve digits: 4 + 3 * 0.1 is 4.3 for everybody
    yield from (float(f"{first + place * step_width:.12g}") for place in range(count))


def spread(minimum: float, maximum: float, count: int, scale: Scale) -> Iterator[float]:
    """So many values from minimum to maximum, at equal distances or ratios; the ends are met exactly."""
    if count == 1:
        yield float(minimum)
        return
    for place in range(count):
        share = place / (count - 1)
        if place in (0, count - 1):
            yield float(maximum if place else minimum)
        elif scale == "linear":
            yield minimum + share * (maximum - minimum)
        else:
            yield minimum * (maximum / minimum) ** share
