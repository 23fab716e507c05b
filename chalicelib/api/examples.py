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

NITROUS_HYBRID: dict[str, Any] = {
    "motor_type": "hybrid",
    "propellant": {"fuel": "HTPB", "oxidizer": "N2O"},
    "grain": {"outer_diameter": 0.1, "port_diameter": 0.05, "length": 0.6},
    "tank": {"volume": 0.012, "oxidizer_mass": 8.0, "temperature": 293.0},
    "injector": {"count": 24, "diameter": 0.0015, "discharge_coefficient": 0.66},
    "nozzle": {"throat_diameter": 0.033, "area_ratio": 4.0},
    "ambient_pressure": 101325.0,
}
OXYGEN_HYBRID: dict[str, Any] = {
    "motor_type": "hybrid",
    "propellant": {"fuel": "PARAFFIN", "oxidizer": "GOX"},
    "grain": {"outer_diameter": 0.1, "port_diameter": 0.04, "length": 0.3},
    "oxidizer_mass_flow_rate": 0.5,
    "nozzle": {"throat_diameter": 0.025, "area_ratio": 5.0},
    "burn_time": 4.0,
}
CHERRY_LIMEADE: dict[str, Any] = {
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
TWO_TUBES: dict[str, Any] = {
    "motor_type": "solid",
    "propellant": CHERRY_LIMEADE,
    "grains": 2 * [{"type": "bates", "diameter": 0.083, "length": 0.14, "core_diameter": 0.032}],
    "nozzle": {
        "throat_diameter": 0.014,
        "exit_diameter": 0.035,
        "efficiency": 0.9,
        "throat_length": 0.0038,
        "divergence_half_angle": 15.0,
    },
    "ambient_pressure": 101325.0,
}
COMPOSITE_STAR: dict[str, Any] = {
    "motor_type": "solid",
    "propellant": {
        "ingredients": [
            {"name": "AP", "mass_fraction": 0.70},
            {"name": "HTPB", "mass_fraction": 0.14},
            {"name": "AL", "mass_fraction": 0.16},
        ],
        "density": 1750.0,
        "burn_rates": [{"coefficient": 3.5e-5, "exponent": 0.33}],
    },
    "grains": [
        {
            "type": "star",
            "diameter": 0.1,
            "length": 0.4,
            "points": 6,
            "point_length": 0.03,
            "point_width": 0.015,
            "inhibited_ends": "both",
        }
    ],
    "nozzle": {"throat_diameter": 0.018, "exit_diameter": 0.05},
    "altitude": 10000.0,
    "settings": {"model": "transient"},
}
SOLIDS: dict[str, dict[str, Any]] = {
    "Two tubes of a propellant given by hand": TWO_TUBES,
    "A star of AP/HTPB/Al, the chamber filling and emptying": COMPOSITE_STAR,
}
MOTORS: dict[str, dict[str, Any]] = LIQUIDS | {
    "N2O/HTPB hybrid, driven by its own vapour": NITROUS_HYBRID,
    "GOX/paraffin hybrid with a steady flow, in vacuum": OXYGEN_HYBRID,
    **SOLIDS,
}
