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


def export(result: Mapping[str, Any], file_format: str) -> File:
    """The result in one of `FORMATS`; raises NotFoundError naming them for any other."""
    writer = FORMATS.get(file_format)
    if writer is None:
        available = ", ".join(sorted(FORMATS))
        raise NotFoundError(f"there is no export format '{file_format[:40]}'; available are {available}")
    return writer(result)


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
