"""RockSim's `.rse`: XML with an `engine` for each motor and an `eng-data` for each moment.

Lengths are in mm and masses in g there. https://www.thrustcurve.org/info/rsefiles.html describes the fields.
"""

from collections.abc import Iterable
from itertools import pairwise
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, ParseError, SubElement

from engine.formats.refusals import refused
from engine.formats.thrust_curve import PLACES, ThrustCurve, acceptable

MILLI = 1e-3
GRAVITY = 9.80665
FORBIDDEN = ("<!DOCTYPE", "<!ENTITY")
"""What makes XML a program: no motor needs it."""


def read(text: str) -> list[ThrustCurve]:
    """The curves of a file, their points as written. Raises SpecError that names the motor where it is wrong."""
    if any(word in text.upper() for word in FORBIDDEN):
        raise refused(
            "file", "declares types or entities of its own, which no motor's file needs; remove them"
        )
    try:
        root = ElementTree.fromstring(text.strip())  # noqa: S314  # no entities: see FORBIDDEN
    except (ParseError, ValueError) as error:
        raise refused("file", f"is no XML: {error}") from None
    curves = [_curve(engine, f"engine {place}") for place, engine in enumerate(root.iter("engine"), start=1)]
    if not curves:
        raise refused("file", "holds no engine")
    return curves


def write(curves: Iterable[ThrustCurve]) -> str:
    """A file of curves, each made acceptable to every reader: see `acceptable`."""
    root = Element("engine-database")
    listed = SubElement(root, "engine-list")
    for curve in curves:
        _add(listed, acceptable(curve))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _add(listed: Element, curve: ThrustCurve) -> None:
    total_mass = max(curve.total_mass, curve.propellant_mass)
    impulse, weight = curve.total_impulse, curve.propellant_mass * GRAVITY
    numbers = {
        "dia": curve.diameter / MILLI,
        "len": curve.length / MILLI,
        "initWt": total_mass / MILLI,
        "propWt": curve.propellant_mass / MILLI,
        "massFrac": 100.0 * curve.propellant_mass / total_mass if total_mass else 0.0,
        "throatDia": curve.throat_diameter / MILLI,
        "exitDia": curve.exit_diameter / MILLI,
        "Itot": impulse,
        "Isp": impulse / weight if weight else 0.0,
        "avgThrust": impulse / curve.time[-1],
        "peakThrust": max(curve.thrust),
        "burn-time": curve.time[-1],
    }
    fixed = {
        "mfg": curve.manufacturer,
        "code": curve.name,
        "Type": "single-use",
        "delays": curve.delays,
        **dict.fromkeys(("FDiv", "mDiv", "tDiv", "cgDiv"), "10"),
        **dict.fromkeys(("FFix", "mFix", "tFix", "cgFix"), "1"),
        **dict.fromkeys(("FStep", "mStep", "tStep", "cgStep"), "-1."),
        # the masses are those of the points; where they lie is for RockSim to find
        "auto-calc-mass": "0",
        "auto-calc-cg": "1",
    }
    engine = SubElement(
        listed, "engine", {**{name: f"{value:.6g}" for name, value in numbers.items()}, **fixed}
    )
    SubElement(engine, "comments").text = "written by HRMA"
    data = SubElement(engine, "data")
    start = (0.0, 0.0, curve.propellant_mass)
    middle = f"{curve.length / MILLI / 2.0:.6g}"
    for time, thrust, left in (start, *zip(curve.time, curve.thrust, curve.propellant_left, strict=True)):
        point = {
            "t": f"{time:.{PLACES}f}",
            "f": f"{thrust:.{PLACES}f}",
            "m": f"{left / MILLI:.4f}",
            "cg": middle,
        }
        SubElement(data, "eng-data", point)


def _curve(engine: Element, place: str) -> ThrustCurve:
    place = f"{place} ({engine.get('code', 'no code')})"
    points = [[_number(point, name, place) for name in ("t", "f", "m")] for point in engine.iter("eng-data")]
    if len(points) < 2:
        raise refused(place, f"has {len(points)} points; a curve has 2 or more eng-data")
    if any(later[0] < sooner[0] for sooner, later in pairwise(points)):
        raise refused(place, "goes back in time")
    time, thrust, left = zip(*points, strict=True)
    return ThrustCurve(
        name=engine.get("code") or "motor",
        manufacturer=engine.get("mfg") or "unknown",
        delays=engine.get("delays") or "P",
        diameter=_number(engine, "dia", place) * MILLI,
        length=_number(engine, "len", place) * MILLI,
        total_mass=_number(engine, "initWt", place) * MILLI,
        propellant_mass=_number(engine, "propWt", place) * MILLI,
        throat_diameter=_number(engine, "throatDia", place) * MILLI,
        exit_diameter=_number(engine, "exitDia", place) * MILLI,
        time=time,
        thrust=thrust,
        propellant_left=tuple(mass * MILLI for mass in left) if any(left) else (),
    )


def _number(element: Element, name: str, place: str) -> float:
    given = element.get(name, "0")
    try:
        number = float(given or 0.0)
    except ValueError:
        raise refused(place, f"{name} {given!r} is no number", given) from None
    if not abs(number) < 1e9:
        raise refused(place, f"{name} {given!r} is out of all proportion", given)
    return number
