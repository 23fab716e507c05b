"""Motors as openMotor describes them, as specifications."""

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "solid_motors" / "motors.json"
MOTORS: dict[str, dict[str, Any]] = {
    motor["name"]: motor for motor in json.loads(FILE.read_text(encoding="utf-8"))["motors"]
}
KINDS = {
    "BATES": "bates",
    "End Burner": "end_burner",
    "Rod and Tube": "rod_and_tube",
    "Star Grain": "star",
    "Moon Burner": "moon",
}
SIZES = {
    "diameter": "diameter",
    "length": "length",
    "coreDiameter": "core_diameter",
    "rodDiameter": "rod_diameter",
    "coreOffset": "core_offset",
    "numPoints": "points",
    "pointLength": "point_length",
    "pointWidth": "point_width",
}
RATES = {
    "minPressure": "pressure_min",
    "maxPressure": "pressure_max",
    "a": "coefficient",
    "n": "exponent",
    "k": "gamma",
    "t": "flame_temperature",
}
NOZZLE = {
    "throat": "throat_diameter",
    "exit": "exit_diameter",
    "efficiency": "efficiency",
    "divAngle": "divergence_half_angle",
    "convAngle": "convergence_half_angle",
    "throatLength": "throat_length",
    "erosionCoeff": "erosion_coefficient",
    "slagCoeff": "slag_coefficient",
}


def renamed(given: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {ours: given[theirs] for theirs, ours in names.items() if theirs in given}


def spec_of(name: str, **settings: Any) -> dict[str, Any]:
    """The specification of a motor, with openMotor's own settings unless `settings` are given."""
    motor = MOTORS[name]["motor"]
    config, propellant = motor["config"], motor["propellant"]
    rates = [renamed(tab, RATES) | {"molar_mass": tab["m"] / 1000.0} for tab in propellant["tabs"]]
    own = {
        "time_step": config["timestep"],
        "burnout_web": config["burnoutWebThres"],
        "burnout_thrust": config["burnoutThrustThres"] / 100.0,
        "cross_sections": "gridded",
        "resolution": config["mapDim"],
    }
    return {
        "motor_type": "solid",
        "propellant": {"density": propellant["density"], "burn_rates": rates},
        "grains": [_grain(grain) for grain in motor["grains"]],
        "nozzle": renamed(motor["nozzle"], NOZZLE),
        "ambient_pressure": config["ambPressure"],
        "settings": settings or own,
    }


def _grain(grain: dict[str, Any]) -> dict[str, Any]:
    sizes = grain["properties"]
    ends = {"inhibited_ends": sizes["inhibitedEnds"].lower()} if "inhibitedEnds" in sizes else {}
    return {"type": KINDS[grain["type"]], **renamed(sizes, SIZES), **ends}
