"""Uncertain fields: the distributions that their values may have. The mathematics is in `distributions`."""

import math
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from engine.fields import broken_rule
from engine.studies.variables import Number, Values, Variable, below, tried

Positive = Annotated[
    float, Field(strict=True, gt=0.0, allow_inf_nan=False, description="a number above 0, in SI units")
]
LEAST_MASS = 1e-9
"""Of a normal distribution, what has to lie between the limits of a truncated one."""
NEARLY_ONE = 1e-6


class Uniform(Variable):
    """Every value between two ends is as likely."""

    distribution: Literal["uniform"] = "uniform"
    minimum: Number
    maximum: Number

    @model_validator(mode="after")
    def _in_order(self) -> "Uniform":
        if self.minimum >= self.maximum:
            raise below("minimum", self.minimum, "maximum", self.maximum)
        return self

    def trials(self) -> Iterator[tuple[str, Any]]:
        """The middle and both ends."""
        yield "minimum", 0.5 * (self.minimum + self.maximum)
        yield "minimum", self.minimum
        yield "maximum", self.maximum


class Normal(Variable):
    """Gauss's distribution."""

    distribution: Literal["normal"]
    mean: Number
    standard_deviation: Positive

    def trials(self) -> Iterator[tuple[str, Any]]:
        """The mean."""
        yield "mean", self.mean


class TruncatedNormal(Variable):
    """A normal distribution, of which only what lies between the limits is kept; one of them may be left out."""

    distribution: Literal["truncated_normal"]
    mean: Number
    standard_deviation: Positive
    minimum: Number | None = None
    maximum: Number | None = None

    @property
    def limits(self) -> tuple[float, float]:
        """The limits, infinite where they are left out."""
        low = -math.inf if self.minimum is None else self.minimum
        return low, math.inf if self.maximum is None else self.maximum

    @model_validator(mode="after")
    def _has_mass(self) -> "TruncatedNormal":
        low, high = self.limits
        if self.minimum is None and self.maximum is None:
            message = "is missing, and maximum too; give one of them, or distribution 'normal'"
            raise broken_rule("minimum", message)
        if low >= high:
            raise below("minimum", low, "maximum", high)
        root = self.standard_deviation * math.sqrt(2.0)
        mass = 0.5 * (math.erfc((low - self.mean) / root) - math.erfc((high - self.mean) / root))
        if mass < LEAST_MASS:
            message = f"{self.mean:g} is so far from the limits {low:g} to {high:g} that nothing is left between them"
            raise broken_rule("mean", f"{message}; move the mean or the limits")
        return self

    def trials(self) -> Iterator[tuple[str, Any]]:
        """The mean, brought between the limits, and the limits."""
        low, high = self.limits
        yield "mean", min(max(self.mean, low), high)
        yield from (("minimum", self.minimum),) if self.minimum is not None else ()
        yield from (("maximum", self.maximum),) if self.maximum is not None else ()


class Lognormal(Variable):
    """The logarithm is normal; `mean` and `standard_deviation` are those of the value itself."""

    distribution: Literal["lognormal"]
    mean: Positive
    standard_deviation: Positive

    def trials(self) -> Iterator[tuple[str, Any]]:
        """The mean."""
        yield "mean", self.mean


class Triangular(Variable):
    """The likelihood rises to `mode` and falls again."""

    distribution: Literal["triangular"]
    minimum: Number
    mode: Number
    maximum: Number

    @model_validator(mode="after")
    def _in_order(self) -> "Triangular":
        if self.minimum >= self.maximum:
            raise below("minimum", self.minimum, "maximum", self.maximum)
        if not self.minimum <= self.mode <= self.maximum:
            ends = f"{self.minimum:g} to {self.maximum:g}"
            raise broken_rule("mode", f"{self.mode:g} is not within {ends}; give one that is")
        return self

    def trials(self) -> Iterator[tuple[str, Any]]:
        """The mode and both ends."""
        yield "mode", self.mode
        yield "minimum", self.minimum
        yield "maximum", self.maximum


class Discrete(Variable):
    """One of `values`, such as names of fuels, with `probabilities`, or each as likely."""

    distribution: Literal["discrete"]
    values: Values
    probabilities: (
        Annotated[
            tuple[Annotated[float, Field(strict=True, ge=0.0, le=1.0)], ...],
            Field(description="as many numbers as values, 0 to 1, with the sum 1"),
        ]
        | None
    ) = None

    @model_validator(mode="after")
    def _one_each(self) -> "Discrete":
        if self.probabilities is None:
            return self
        given, total = len(self.probabilities), math.fsum(self.probabilities)
        if given != len(self.values):
            raise broken_rule(
                "probabilities", f"are {given} for {len(self.values)} values; give one for each"
            )
        if abs(total - 1.0) > NEARLY_ONE:
            raise broken_rule("probabilities", f"have the sum {total:g}; give numbers whose sum is 1")
        return self

    @property
    def weights(self) -> tuple[float, ...]:
        """The probability of each value."""
        return self.probabilities or (1.0 / len(self.values),) * len(self.values)

    def trials(self) -> Iterator[tuple[str, Any]]:
        """The first value, those that are no numbers, the least and the largest number."""
        yield from tried(self.values)


Distributed = Annotated[
    Uniform | Normal | TruncatedNormal | Lognormal | Triangular | Discrete,
    Field(discriminator="distribution"),
]
