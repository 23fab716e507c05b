"""Predict how long a study takes to compute."""

from collections.abc import Mapping
from typing import Any

FIXED_SECONDS = 1.0
"""Loading the numerics, the propellants' data and the first fits of a sweep."""
SLOWEST = "other"


def estimate_duration(cases: int, base: Mapping[str, Any], *, case_seconds: Mapping[str, float]) -> float:
    """Seconds of computing on one core for `cases` cases like the specification `base`.

    `case_seconds` says what one case takes, by motor type; where it has a figure for the kind of flow or
    combustor too ("liquid frozen", "liquid finite_area"), the slowest that applies counts.
    """
    motor_type = str(base.get("motor_type"))
    combustor = base.get("combustor")
    kinds = [
        motor_type,
        f"{motor_type} {base.get('flow_model', 'equilibrium')}",
        f"{motor_type} {combustor.get('type') if isinstance(combustor, Mapping) else 'infinite_area'}",
    ]
    known = [case_seconds[kind] for kind in kinds if kind in case_seconds]
    return FIXED_SECONDS + cases * (max(known) if known else case_seconds[SLOWEST])
