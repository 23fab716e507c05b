"""Motors from files of other programs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.formats import dxf, eng, ric, rse
from engine.formats.refusals import decoded, refused
from engine.formats.thrust_curve import ThrustCurve
from engine.parsing import parse_spec

CURVES: dict[str, Callable[[str], list[ThrustCurve]]] = {".eng": eng.read, ".rse": rse.read}
KNOWN = (".ric", *CURVES, ".dxf")


def load_motor(
    path: str | Path, *, name: str | None = None, unit: str | None = None
) -> dict[str, Any] | ThrustCurve:
    """The motor of a file.

    `.ric` (openMotor) gives a specification for `analyze`, with the quasi-steady model and openMotor's own settings and
    definitions, checked. `.eng` and `.rse` give the ThrustCurve of the motor, of `name` where the file has several.
    `.dxf` gives a grain of the type `custom` that still wants its diameter and length; `unit` (mm, cm, m, in, ft) is
    that of a drawing which does not say.

    Raises SpecError where the file or what it describes is not possible, naming the place, and OSError where there is
    no file.
    """
    path = Path(path)
    kind = path.suffix.lower()
    if kind not in KNOWN:
        raise refused(
            "path", f"{path.name!r} is no known kind of file; known are {', '.join(KNOWN)}", path.name
        )
    text = decoded(path.read_bytes())
    if kind == ".ric":
        spec = ric.read(text)
        parse_spec(spec)
        return spec
    if kind == ".dxf":
        return {"type": "custom", "loops": dxf.read(text, unit)}
    return _one(CURVES[kind](text), name)


def _one(curves: list[ThrustCurve], name: str | None) -> ThrustCurve:
    if name is None and len(curves) == 1:
        return curves[0]
    names = ", ".join(curve.name for curve in curves)
    for curve in curves:
        if curve.name == name:
            return curve
    message = (
        f"holds no motor {name!r}" if name is not None else f"holds {len(curves)} motors; name one of them"
    )
    raise refused("name", f"the file {message}: {names}", name)
