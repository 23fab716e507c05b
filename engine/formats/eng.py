"""RASP's `.eng`: a line about the motor, then times and thrusts; `;` begins a remark.

The rules that its readers have in common: https://www.thrustcurve.org/info/raspformat.html
"""

from collections.abc import Iterable

from engine.formats.refusals import refused
from engine.formats.thrust_curve import MOST_POINTS, PLACES, ThrustCurve, acceptable

FIELDS = 7
MILLI = 1e-3
PAIR = 2


def read(text: str) -> list[ThrustCurve]:
    """The curves of a file, their points as written. Raises SpecError that names the line where it is wrong."""
    blocks: list[tuple[int, list[str], list[tuple[float, float]]]] = []
    for place, line in enumerate(text.splitlines(), start=1):
        parts = line.partition(";")[0].split()
        if not parts:
            continue
        if len(parts) != PAIR:
            blocks.append((place, _head(parts, place), []))
        elif not blocks:
            raise refused(f"line {place}", "has a time and a thrust before any motor's name")
        else:
            blocks[-1][2].append(_point(parts, blocks[-1][2], place))
    if not blocks:
        raise refused("file", "holds no motor: a line with name, sizes, delays, masses and maker begins one")
    return [_curve(*block) for block in blocks]


def write(curves: Iterable[ThrustCurve], *, most_points: int | None = MOST_POINTS) -> str:
    """A file of curves, each made acceptable to every reader: see `acceptable`."""
    return "".join(_written(acceptable(curve, most_points)) for curve in curves)


def _written(curve: ThrustCurve) -> str:
    head = (
        _word(curve.name),
        f"{curve.diameter / MILLI:g}",
        f"{curve.length / MILLI:g}",
        _word(curve.delays or "P"),
        f"{curve.propellant_mass:.6g}",
        f"{max(curve.total_mass, curve.propellant_mass):.6g}",
        _word(curve.manufacturer),
    )
    points = (
        f"   {time:.{PLACES}f} {thrust:.{PLACES}f}\n"
        for time, thrust in zip(curve.time, curve.thrust, strict=True)
    )
    return "; written by HRMA\n" + " ".join(head) + "\n" + "".join(points) + ";\n"


def _word(text: str) -> str:
    """Without the spaces and remarks that would end it."""
    return "_".join(text.replace(";", " ").split()) or "unknown"


def _head(parts: list[str], place: int) -> list[str]:
    if len(parts) < FIELDS:
        raise refused(
            f"line {place}",
            f"has {len(parts)} parts; a motor has name, diameter, length, delays, two masses and maker",
        )
    for at in (1, 2, 4, 5):
        _number(parts[at], place)
    return parts


def _point(parts: list[str], before: list[tuple[float, float]], place: int) -> tuple[float, float]:
    time, thrust = (_number(part, place) for part in parts)
    if before and time < before[-1][0]:
        raise refused(f"line {place}", f"goes back in time, from {before[-1][0]:g} s to {time:g} s")
    return time, thrust


def _number(part: str, place: int) -> float:
    try:
        # some makers write a comma
        number = float(part.replace(",", "."))
    except ValueError:
        raise refused(f"line {place}", f"{part!r} is no number", part) from None
    if not abs(number) < 1e9:
        raise refused(f"line {place}", f"{part!r} is out of all proportion", part)
    return number


def _curve(place: int, head: list[str], points: list[tuple[float, float]]) -> ThrustCurve:
    if not points:
        raise refused(f"line {place}", f"begins the motor {head[0]}, but no times and thrusts follow")
    # the file leaves out that all motors begin with nothing
    first = [(0.0, 0.0)] if points[0][0] > 0.0 else []
    time, thrust = zip(*[*first, *points], strict=True)
    return ThrustCurve(
        name=head[0],
        diameter=_number(head[1], place) * MILLI,
        length=_number(head[2], place) * MILLI,
        delays=head[3],
        propellant_mass=_number(head[4], place),
        total_mass=_number(head[5], place),
        manufacturer=" ".join(head[6:]),
        time=time,
        thrust=thrust,
    )
