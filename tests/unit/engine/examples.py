"""Specifications that tests start from."""

import copy
from typing import Any


def changed(spec: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The specification with the fields at the paths of `changes` set; one that is None is left out."""
    for path, value in changes.items():
        *parents, name = path.split("__")
        part = spec
        for parent in parents:
            part = part.setdefault(parent, {})
        part[name] = value
        if value is None:
            del part[name]
    return spec


def lox_lh2(**changes: Any) -> dict[str, Any]:
    """A good liquid specification; a dotted path with double underscores changes a field: nozzle__area_ratio=50."""
    spec: dict[str, Any] = {
        "motor_type": "liquid",
        "propellant": {"fuel": "LH2", "oxidizer": "LOX", "mixture_ratio": 6.0},
        "chamber_pressure": 7e6,
        "nozzle": {"area_ratio": 40.0},
    }
    return changed(spec, changes)


def nitrous_htpb(**changes: Any) -> dict[str, Any]:
    """A good hybrid specification, fed by its own vapour; changed like `lox_lh2`."""
    spec: dict[str, Any] = {
        "motor_type": "hybrid",
        "propellant": {"fuel": "HTPB", "oxidizer": "N2O"},
        "grain": {"outer_diameter": 0.1, "port_diameter": 0.05, "length": 0.6},
        "tank": {"volume": 0.012, "oxidizer_mass": 8.0, "temperature": 293.0},
        "injector": {"count": 24, "diameter": 0.0015, "discharge_coefficient": 0.66},
        "nozzle": {"throat_diameter": 0.033, "area_ratio": 4.0},
        "ambient_pressure": 101325.0,
    }
    return changed(spec, changes)


def steady_oxygen(**changes: Any) -> dict[str, Any]:
    """A good hybrid specification with a steady flow of oxygen over paraffin; changed like `lox_lh2`."""
    spec: dict[str, Any] = {
        "motor_type": "hybrid",
        "propellant": {"fuel": "PARAFFIN", "oxidizer": "GOX"},
        "grain": {"outer_diameter": 0.1, "port_diameter": 0.04, "length": 0.3},
        "oxidizer_mass_flow_rate": 0.5,
        "nozzle": {"throat_diameter": 0.025, "area_ratio": 5.0},
        "burn_time": 4.0,
    }
    return changed(spec, changes)


PROPELLANT: dict[str, Any] = {
    "name": "Cherry Limeade",
    "density": 1680.0,
    "burn_rates": [
        {
            "pressure_min": 0.0,
            "pressure_max": 6.895e6,
            "coefficient": 3.517e-5,
            "exponent": 0.3273,
            "gamma": 1.21,
            "flame_temperature": 3500.0,
            "molar_mass": 0.02367,
        }
    ],
}
COMPOSITE: dict[str, Any] = {
    "density": 1750.0,
    "burn_rates": [{"coefficient": 3.5e-5, "exponent": 0.33}],
    "ingredients": [
        {"name": "AP", "mass_fraction": 0.7},
        {"name": "HTPB", "mass_fraction": 0.14},
        {"name": "AL", "mass_fraction": 0.16},
    ],
}


def two_tubes(**changes: Any) -> dict[str, Any]:
    """A good solid specification, two tubes that burn on all sides but the outer; changed like `lox_lh2`."""
    tube = {"type": "bates", "diameter": 0.083, "length": 0.14, "core_diameter": 0.032}
    spec: dict[str, Any] = {
        "motor_type": "solid",
        "propellant": copy.deepcopy(PROPELLANT),
        "grains": [dict(tube), dict(tube)],
        "nozzle": {"throat_diameter": 0.014, "exit_diameter": 0.035, "efficiency": 0.9},
        "ambient_pressure": 101325.0,
    }
    return changed(spec, changes)
