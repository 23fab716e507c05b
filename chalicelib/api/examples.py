"""Motors that the document shows, and that its tests send."""

from typing import Any

RS_25_LIKE: dict[str, Any] = {
    "motor_type": "liquid",
    "propellant": {"fuel": "LH2", "oxidizer": "LOX", "mixture_ratio": 6.03},
    "chamber_pressure": 20.64e6,
    "nozzle": {"area_ratio": 69.0},
    "thrust": 2.279e6,
    "ambient_pressure": 0.0,
}
MERLIN_LIKE: dict[str, Any] = {
    "motor_type": "liquid",
    "propellant": {"fuel": "RP-1", "oxidizer": "LOX", "mixture_ratio": 2.36},
    "chamber_pressure": 9.7e6,
    "nozzle": {"area_ratio": 16.0},
    "mass_flow_rate": 280.0,
    "altitude": 0.0,
}
PRESSURE_FED: dict[str, Any] = {
    "motor_type": "liquid",
    "propellant": {"fuel": "MMH", "oxidizer": "N2O4", "mixture_ratio": 1.65},
    "chamber_pressure": 0.7e6,
    "nozzle": {"area_ratio": 60.0, "throat_diameter": 0.05},
    "flow_model": "frozen",
    "efficiency": {"c_star": 0.96, "nozzle": 0.98},
}
LIQUIDS: dict[str, dict[str, Any]] = {
    "LOX/LH2, sized by thrust": RS_25_LIKE,
    "LOX/RP-1, sized by mass flow, at sea level": MERLIN_LIKE,
    "N2O4/MMH, sized by throat, frozen flow": PRESSURE_FED,
}
