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
WARM_GASES: dict[str, Any] = {
    "motor_type": "liquid",
    "propellant": {
        "fuel": [
            {"name": "CH4", "mass_fraction": 0.9, "temperature": 350.0},
            {"name": "C2H6", "mass_fraction": 0.1},
        ],
        "oxidizer": "GOX",
        "equivalence_ratio": 1.2,
    },
    "chamber_pressure": 2e6,
    "nozzle": {"area_ratio": 10.0},
}
PEROXIDE: dict[str, Any] = {
    "motor_type": "liquid",
    "propellant": {"monopropellant": "H2O2-90"},
    "chamber_pressure": 1.5e6,
    "nozzle": {"area_ratio": 40.0},
    "thrust": 20.0,
    "ambient_pressure": 0.0,
}
LIQUIDS: dict[str, dict[str, Any]] = {
    "LOX/LH2, sized by thrust": RS_25_LIKE,
    "LOX/RP-1, sized by mass flow, at sea level": MERLIN_LIKE,
    "N2O4/MMH, sized by throat, frozen flow": PRESSURE_FED,
    "Warm natural gas, by equivalence ratio": WARM_GASES,
    "A monopropellant, hydrogen peroxide of 90 %": PEROXIDE,
}
