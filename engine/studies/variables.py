"""What a study varies: the path of a field, and the values it may take."""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from engine.fields import Model, broken_rule
from engine.studies.grids import Scale, bounds, count_steps, spread, stepped

Path = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, pattern=r"^[^.]+(\.[^.]+)*$"),
    Field(description="the dotted path of a field of the specification, such as propellant.mixture_ratio"),
]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False, description="a number in SI units")]
Count = Annotated[int, Field(strict=True, ge=1, description="a whole number, 1 or more")]
MOST_TRIED = 1000
HOW_TO_SWEEP = "give values, or a grid as 'start:stop:step', or minimum, maximum and count"


Items = TypeVar("Items", bound=tuple[Any, ...])


def of_length(least: int, most: int) -> AfterValidator:
    """A check of a list's length, after that of its items: what is wrong with an item is said of it alone."""

    def check(items: Items) -> Items:
        if not least <= len(items) <= most:
            raise broken_rule("", f"has {len(items)} items; give {least} to {most}")
        return items

    checked: Callable[[Any], Any] = check
    return AfterValidator(checked)


Values = Annotated[
    tuple[Any, ...],
    Field(description="a list of values such as numbers or names"),
    of_length(1, 1_000_000),
]


def below(low_name: str, low: float, high_name: str, high: float) -> PydanticCustomError:
    """Said of a lower end that is not below the upper one."""
    message = f"{low:g} is not below {high_name} {high:g}; swap them, or give another {high_name}"
    return broken_rule(low_name, message)


class Variable(Model):
    """A field of the specification that changes from case to case."""

    path: Path

    def trials(self) -> Iterator[tuple[str, Any]]:
        """Values that have to be possible, the most typical one first, each with the field that says it."""
        raise NotImplementedError


class SweepVariable(Variable):
    """An axis of a grid: `values`, a `grid` as text, or `count` values between two ends."""

    grid: Annotated[str, Field(description="'start:stop:step', such as '4:8:0.01'")] | None = None
    values: Values | None = None
    minimum: Number | None = None
    maximum: Number | None = None
    count: Count | None = None
    scale: Scale = "linear"

    @model_validator(mode="after")
    def _one_way(self) -> "SweepVariable":
        ends = {"minimum": self.minimum, "maximum": self.maximum, "count": self.count}
        given = [name for name, value in ends.items() if value is not None]
        ways = [name for name in ("grid", "values") if getattr(self, name) is not None]
        if len(ways) + bool(given) != 1:
            what = f"{' and '.join([*ways, *given])} are given" if ways else "nothing says which values"
            raise broken_rule(ways[0] if ways else "values", f"{what}; {HOW_TO_SWEEP}")
        if given:
            self._check_ends([name for name in ends if name not in given])
        if self.grid is not None:
            self._check_grid(self.grid)
        if self.scale != "linear" and not given:
            raise broken_rule(
                "scale", f"{self.scale!r} has no meaning here; it goes with minimum and maximum"
            )
        return self

    def _check_ends(self, missing: list[str]) -> None:
        if self.minimum is None or self.maximum is None or self.count is None:
            raise broken_rule(missing[0], f"is missing; {HOW_TO_SWEEP}")
        if self.count > 1 and self.minimum >= self.maximum:
            raise below("minimum", self.minimum, "maximum", self.maximum)
        if self.scale == "logarithmic" and self.minimum <= 0.0:
            message = f"{self.minimum:g} has no logarithm; give one above 0, or scale 'linear'"
            raise broken_rule("minimum", message)

    def _check_grid(self, grid: str) -> None:
        found = bounds(grid)
        if found is None:
            raise broken_rule("grid", f"{grid!r} is no grid; write start:stop:step, such as '4:8:0.5'")
        if count_steps(*found) is None:
            message = f"{grid!r} never reaches its end: the step is zero or leads away from it"
            raise broken_rule("grid", f"{message}; write start:stop:step, such as '4:8:0.5'")

    @cached_property
    def size(self) -> int:
        """How many values there are, without making them."""
        if self.values is not None:
            return len(self.values)
        found = bounds(self.grid) if self.grid is not None else None
        return (count_steps(*found) if found else self.count) or 1

    @cached_property
    def axis(self) -> tuple[Any, ...]:
        """All values."""
        if self.values is not None:
            return self.values
        if self.grid is not None:
            return tuple(stepped(self.grid, self.size))
        return tuple(spread(self.minimum or 0.0, self.maximum or 0.0, self.size, self.scale))

    def trials(self) -> Iterator[tuple[str, Any]]:
        """The first value, those that are no numbers, the least and the largest number."""
        if self.values is not None:
            yield from tried(self.values)
            return
        field = "grid" if self.grid is not None else "minimum"
        yield from ((field, value) for value in (self.axis[0], min(self.axis), max(self.axis)))


class BoundedVariable(Variable):
    """A field that an optimiser may move between two ends, from `initial` on where that is given."""

    minimum: Number
    maximum: Number
    initial: Number | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "BoundedVariable":
        if self.minimum >= self.maximum:
            raise below("minimum", self.minimum, "maximum", self.maximum)
        if self.initial is not None and not self.minimum <= self.initial <= self.maximum:
            ends = f"{self.minimum:g} to {self.maximum:g}"
            raise broken_rule("initial", f"{self.initial:g} is not within {ends}; give one that is")
        return self

    @property
    def start(self) -> float:
        """Where to begin: at `initial`, else in the middle."""
        return 0.5 * (self.minimum + self.maximum) if self.initial is None else self.initial

    def trials(self) -> Iterator[tuple[str, Any]]:
        """The start and both ends."""
        yield "initial" if self.initial is not None else "minimum", self.start
        yield "minimum", self.minimum
        yield "maximum", self.maximum


def is_number(value: Any) -> bool:
    """Whether it is a finite number; truth values are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def tried(values: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    """Of a list, with their places in it: the first value, different ones that are no numbers (the first thousand),
    the least number and the largest.
    """
    numbers = [place for place, value in enumerate(values) if is_number(value)]
    others = {
        repr(value): place for place, value in reversed(list(enumerate(values))) if not is_number(value)
    }
    ends = (min(numbers, key=values.__getitem__), max(numbers, key=values.__getitem__)) if numbers else ()
    for place in (0, *sorted(others.values())[:MOST_TRIED], *ends):
        yield f"values.{place}", values[place]


Sense = Literal["maximize", "minimize"]
