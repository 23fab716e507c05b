"""The comparison of one answer with the references, as it is stored and shown."""

import math

from pydantic import BaseModel, ConfigDict

from engine.validation.case import ReferenceAnswer


class Part(BaseModel):
    """What all parts of a report share."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Comparison(Part):
    """One quantity: ours, the reference's (both SI), and the deviation of ours in percent."""

    value: float
    reference: float
    deviation: float


class Opinion(Part):
    """One reference against our answer; without quantities where the reference did not converge."""

    reference: str
    converged: bool
    message: str = ""
    quantities: dict[str, Comparison] = {}
    worst_quantity: str | None = None
    worst_deviation: float | None = None


class ValidationReport(Opinion):
    """NASA CEA's opinion, then those of other references, and why any of them differs."""

    second_opinions: list[Opinion] = []
    explanations: list[str] = []


def compare(ours: dict[str, float], answer: ReferenceAnswer) -> Opinion:
    """Deviations in percent of the reference's value, for each quantity that both have."""
    quantities = {
        name: Comparison(value=ours[name], reference=theirs, deviation=deviation(ours[name], theirs))
        for name, theirs in answer.quantities.items()
        if name in ours
    }
    worst = max(quantities, key=lambda name: abs(quantities[name].deviation), default=None)
    return Opinion(
        reference=answer.reference,
        converged=answer.converged,
        message=answer.message,
        quantities=quantities,
        worst_quantity=worst,
        worst_deviation=abs(quantities[worst].deviation) if worst else None,
    )


def deviation(ours: float, reference: float) -> float:
    """Percent by which ours is above the reference."""
    return 100.0 * (ours / reference - 1.0) if reference and math.isfinite(reference) else math.nan
