"""Specifications that tests start from."""

from typing import Any


def lox_lh2(**changes: Any) -> dict[str, Any]:
    """A good liquid specification; a dotted path with double underscores changes a field: nozzle__area_ratio=50."""
    spec: dict[str, Any] = {
        "motor_type": "liquid",
        "propellant": {"fuel": "LH2", "oxidizer": "LOX", "mixture_ratio": 6.0},
        "chamber_pressure": 7e6,
        "nozzle": {"area_ratio": 40.0},
    }
    for path, value in changes.items():
        *parents, name = path.split("__")
        part = spec
        for parent in parents:
            part = part.setdefault(parent, {})
        part[name] = value
    return spec
