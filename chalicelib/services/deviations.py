"""How far an answer is from the reference, per quantity."""

from collections.abc import Mapping
from typing import Any

DEVIATIONS = (
    "chamber_temperature",
    "throat_temperature",
    "exit_temperature",
    "c_star",
    "specific_impulse_vacuum",
    "chamber_molar_mass",
    "chamber_gamma",
    "exit_pressure",
)
"""What the engine compares; written here too because the engine's own list comes with numpy."""


def deviations_of(result: Mapping[str, Any] | None) -> dict[str, float | None]:
    """The deviations of a result from NASA CEA in percent; empty where it was not compared."""
    report = (result or {}).get("validation") or {}
    return {name: found.get("deviation") for name, found in report.get("quantities", {}).items()}
