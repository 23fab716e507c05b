"""Predict how long a study takes to compute."""

from collections.abc import Mapping
from typing import Any

FIXED_SECONDS = 1.0
"""Loading the numerics, the propellants' data and the first fits of a sweep."""
SLOWEST = "other"


def estimate_duration(cases: int, study: Mapping[str, Any], *, case_seconds: Mapping[str, float]) -> float:
    """Seconds of computing on one core for the `cases` cases of a study.

    `case_seconds` says what one case takes, by motor type; where it has a figure for the kind of flow,
    combustor or study too ("liquid frozen", "liquid finite_area", "liquid optimization"), the slowest that
    applies counts.
    """
    base = study["base"]
    motor_type = str(base.get("motor_type"))
    combustor = base.get("combustor")
    kinds = [
        motor_type,
        f"{motor_type} {base.get('flow_model', 'equilibrium')}",
        f"{motor_type} {study.get('type')}",
        f"{motor_type} {combustor.get('type') if isinstance(combustor, Mapping) else 'infinite_area'}",
    ]
    known = [case_seconds[kind] for kind in kinds if kind in case_seconds]
    return FIXED_SECONDS + cases * (max(known) if known else case_seconds[SLOWEST])
