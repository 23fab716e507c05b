"""Motors of openMotor: `.ric`, YAML of one of its versions 0.1 to 0.7, as specifications of solid motors.

The names and the meaning of its fields are facts of the format; https://github.com/reilleya/openMotor describes them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from engine.formats import plain_yaml
from engine.formats.refusals import refused

MOTOR = 3
"""The kind of file among openMotor's own: 1 preferences, 2 propellants, 3 a motor."""
WIDEST_BURN_RATE = 1.0342e7
"""Pa: up to which one burn rate held before version 0.4 had tables of them."""
UNITS = {"m": 1.0, "cm": 1e-2, "mm": 1e-3, "in": 1.0 / 39.37, "ft": 1.0 / 3.28}
"""m, as openMotor converts them."""
GRAINS: dict[str, tuple[str, dict[str, str]]] = {
    "BATES": ("bates", {"coreDiameter": "core_diameter"}),
    "End Burner": ("end_burner", {}),
    "Conical": (
        "conical",
        {"forwardCoreDiameter": "forward_core_diameter", "aftCoreDiameter": "aft_core_diameter"},
    ),
    "Rod and Tube": (
        "rod_and_tube",
        {
            "coreDiameter": "core_diameter",
            "rodDiameter": "rod_diameter",
            "supportDiameter": "support_diameter",
        },
    ),
    "Finocyl": (
        "finocyl",
        {
            "coreDiameter": "core_diameter",
            "numFins": "fins",
            "finWidth": "fin_width",
            "finLength": "fin_length",
            "invertedFins": "inverted",
        },
    ),
    "Star Grain": (
        "star",
        {"numPoints": "points", "pointLength": "point_length", "pointWidth": "point_width"},
    ),
    "Moon Burner": ("moon", {"coreDiameter": "core_diameter", "coreOffset": "core_offset"}),
    "C Grain": ("c", {"slotWidth": "slot_width", "slotOffset": "slot_offset"}),
    "D Grain": ("d", {"slotOffset": "slot_offset"}),
    "X Core": ("x", {"slotWidth": "slot_width", "slotLength": "slot_length"}),
    "Custom Grain": ("custom", {}),
}
"""What openMotor calls a grain and its dimensions, and what they are called here."""
WHOLE = frozenset({"fins", "points"})
NOZZLE = {
    "throat": "throat_diameter",
    "exit": "exit_diameter",
    "efficiency": "efficiency",
    "convAngle": "convergence_half_angle",
    "divAngle": "divergence_half_angle",
    "throatLength": "throat_length",
    "erosionCoeff": "erosion_coefficient",
    "slagCoeff": "slag_coefficient",
}
SETTINGS = {
    "timestep": "time_step",
    "burnoutWebThres": "burnout_web",
    "igniterPressure": "igniter_pressure",
    "maxPressure": "pressure_limit",
    "maxMassFlux": "mass_flux_limit",
    "minPortThroat": "port_throat_limit",
}
DEFAULTS = {"timestep": 0.03, "burnoutWebThres": 2.54e-5, "burnoutThrustThres": 0.1, "mapDim": 750}
"""Of openMotor, for files without a part of the settings."""


def read(text: str) -> dict[str, Any]:
    """The motor of a file as a specification, solved by the quasi-steady model with the file's own settings.

    Raises SpecError where the file is none of a motor, naming the place in it.
    """
    data = _motor(plain_yaml.load(text))
    config = {**DEFAULTS, **_mapping(data.get("config") or {}, "data.config")}
    grains = data.get("grains")
    if not isinstance(grains, list) or not grains:
        raise refused("data.grains", "is empty; add a grain to the motor")
    spec: dict[str, Any] = {
        "motor_type": "solid",
        "propellant": _propellant(data.get("propellant")),
        "grains": [_grain(grain, f"data.grains.{place}") for place, grain in enumerate(grains)],
        "nozzle": _nozzle(data.get("nozzle")),
        "settings": _settings(config),
    }
    if "ambPressure" in config:
        spec["ambient_pressure"] = _number(config["ambPressure"], "data.config.ambPressure")
    return spec


def _motor(document: Any) -> Mapping[str, Any]:
    if not isinstance(document, Mapping) or "data" not in document:
        raise refused("data", "is missing; this is no file of openMotor")
    kind = document.get("type")
    kind = kind[0] if isinstance(kind, list) and kind else kind
    if isinstance(kind, int) and kind != MOTOR:
        raise refused(
            "type", f"{kind} is no motor; give the .ric file of a motor, whose type is {MOTOR}", kind
        )
    return _mapping(document["data"], "data")


def _mapping(given: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise refused(place, "is missing or no mapping of names to values", given)
    return given


def _number(given: Any, place: str) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        raise refused(place, f"{given!r} is no number", given)
    try:
        return float(given)
    except ValueError:
        raise refused(place, f"{given!r} is no number", given) from None


def _numbers(given: Mapping[str, Any], names: Mapping[str, str], place: str) -> dict[str, Any]:
    found = {ours: (theirs, given[theirs]) for theirs, ours in names.items() if theirs in given}
    return {ours: _value(ours, value, f"{place}.{theirs}") for ours, (theirs, value) in found.items()}


def _value(name: str, value: Any, place: str) -> float | int | bool:
    if isinstance(value, bool):
        return value
    number = _number(value, place)
    return int(number) if name in WHOLE and number.is_integer() else number


def _settings(config: Mapping[str, Any]) -> dict[str, Any]:
    place = "data.config"
    return {
        "model": "quasi_steady",
        **_numbers(config, SETTINGS, place),
        # openMotor's is in percent of the peak
        "burnout_thrust": _number(config["burnoutThrustThres"], f"{place}.burnoutThrustThres") / 100.0,
        "cross_sections": "gridded",
        "resolution": int(_number(config["mapDim"], f"{place}.mapDim")),
    }


def _nozzle(given: Any) -> dict[str, Any]:
    nozzle = _numbers(_mapping(given, "data.nozzle"), NOZZLE, "data.nozzle")
    throat = nozzle.get("throat_diameter", 0.0)
    # what openMotor takes for files from before it knew of losses
    old = {"divergence_half_angle": 15.0, "convergence_half_angle": 55.0, "throat_length": 0.35 * throat}
    return {**old, **nozzle}


def _propellant(given: Any) -> dict[str, Any]:
    place = "data.propellant"
    if given is None:
        raise refused(place, "is missing; choose a propellant for the motor")
    given = _mapping(given, place)
    rates = given.get("tabs", [{"minPressure": 0.0, "maxPressure": WIDEST_BURN_RATE, **given}])
    if not isinstance(rates, list) or not rates:
        raise refused(f"{place}.tabs", "is empty; give the propellant a burn rate")
    burn_rates = [_burn_rate(rate, f"{place}.tabs.{at}") for at, rate in enumerate(rates)]
    return {
        **({"name": str(given["name"])[:120]} if given.get("name") else {}),
        "density": _number(given.get("density"), f"{place}.density"),
        "burn_rates": sorted(burn_rates, key=lambda rate: rate["pressure_min"]),
    }


def _burn_rate(given: Any, place: str) -> dict[str, float]:
    given = _mapping(given, place)
    names = {
        "minPressure": "pressure_min",
        "maxPressure": "pressure_max",
        "a": "coefficient",
        "n": "exponent",
        "k": "gamma",
        "t": "flame_temperature",
        "m": "molar_mass",
    }
    rate = {ours: _number(given.get(theirs), f"{place}.{theirs}") for theirs, ours in names.items()}
    # g/mol
    return {**rate, "molar_mass": rate["molar_mass"] / 1000.0}


def _grain(given: Any, place: str) -> dict[str, Any]:
    given = _mapping(given, place)
    name = given.get("type")
    if name not in GRAINS:
        raise refused(
            f"{place}.type", f"{name!r} is no grain of openMotor; known are {', '.join(GRAINS)}", name
        )
    kind, names = GRAINS[name]
    properties = _mapping(given.get("properties"), f"{place}.properties")
    within = f"{place}.properties"
    grain = {
        "type": kind,
        **_numbers(properties, {"diameter": "diameter", "length": "length", **names}, within),
    }
    if kind != "end_burner":
        grain["inhibited_ends"] = str(properties.get("inhibitedEnds", "Neither")).lower()
    if kind == "custom":
        grain["loops"] = _loops(properties, within)
    return grain


def _loops(properties: Mapping[str, Any], place: str) -> list[list[tuple[float, float]]]:
    unit = properties.get("dxfUnit", "m")
    if unit not in UNITS:
        raise refused(f"{place}.dxfUnit", f"{unit!r} is no length; known are {', '.join(UNITS)}", unit)
    polygons = properties.get("points")
    if not isinstance(polygons, list) or not polygons:
        raise refused(f"{place}.points", "is empty; draw or import a port for the grain")
    return [_loop(polygon, UNITS[unit], f"{place}.points.{at}") for at, polygon in enumerate(polygons)]


def _loop(polygon: Any, scale: float, place: str) -> list[tuple[float, float]]:
    if not isinstance(polygon, list) or any(
        not isinstance(point, list) or len(point) != 2 for point in polygon
    ):
        raise refused(place, "is no list of points [x, y]", polygon)
    read: Callable[[Any], float] = lambda value: _number(value, place) * scale  # noqa: E731
    points = [(read(x), read(y)) for x, y in polygon]
    return [point for at, point in enumerate(points) if point != points[at - 1]]
