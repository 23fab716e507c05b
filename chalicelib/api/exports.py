"""A finished analysis as a file."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from pydantic_core import to_json

from chalicelib.domain.errors import NotFoundError


class File(NamedTuple):
    """What a download is: its content, its type and the end of its name."""

    content: str
    content_type: str
    extension: str


def export(analysis: Mapping[str, Any], file_format: str, details: Mapping[str, Any] | None = None) -> File:
    """The result of an analysis in one of `FORMATS`; raises NotFoundError naming them for any other. `details` are what
    a file of a thrust curve says of the motor beside it, and not the specification.
    """
    result = analysis.get("result") or {}
    if file_format in CURVES:
        return _curve(analysis, file_format, details or {})
    writer = FORMATS.get(file_format)
    if writer is None:
        available = ", ".join(sorted((*FORMATS, *CURVES)))
        raise NotFoundError(f"there is no export format '{file_format[:40]}'; available are {available}")
    return writer(result)


def _curve(analysis: Mapping[str, Any], file_format: str, details: Mapping[str, Any]) -> File:
    """The thrust curve, for programs that fly rockets."""
    from engine.formats import eng, rse
    from engine.formats.thrust_curve import curve_of, sizes_of

    given = {name: value for name, value in details.items() if value is not None}
    try:
        curve = curve_of(analysis.get("result") or {}, **{**sizes_of(analysis.get("spec") or {}), **given})
    except ValueError as error:
        raise NotFoundError(str(error)) from None
    written = eng.write([curve]) if file_format == "eng" else rse.write([curve])
    return File(written, CURVES[file_format], file_format)


def _json(result: Mapping[str, Any]) -> File:
    return File(to_json(result, indent=2, inf_nan_mode="null").decode(), "application/json", "json")


def _csv(result: Mapping[str, Any]) -> File:
    """The history as a table where there is one, else one line per quantity."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    history = result.get("history")
    if history:
        lines.writerow(history)
        lines.writerows(zip(*history.values(), strict=True))
    else:
        lines.writerow(("quantity", "value"))
        lines.writerows(quantities(result))
    return File(text.getvalue(), "text/csv; charset=utf-8", "csv")


def quantities(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every number and word in `value` with its dotted path; what is not given is left out."""
    match value:
        case Mapping():
            for name, member in value.items():
                yield from quantities(member, f"{path}.{name}" if path else str(name))
        case list() | tuple():
            for position, item in enumerate(value):
                yield from quantities(item, f"{path}.{position}")
        case None:
            return
        case _:
            yield path, value


FORMATS: dict[str, Callable[[Mapping[str, Any]], File]] = {"json": _json, "csv": _csv}
CURVES = {"eng": "text/plain; charset=utf-8", "rse": "application/xml"}
"""Formats of thrust curves: RASP's and RockSim's."""
