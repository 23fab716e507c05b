"""How a file is refused: its name, the place in it, and what to do."""

from engine.errors import Problem, SpecError

MOST_BYTES = 50_000_000


def refused(place: str, message: str, value: object = None) -> SpecError:
    """The error about one place of a file, such as `data.grains.2.type` or `line 7`."""
    return SpecError([Problem(place, message, value)], code="invalid_file")


def decoded(content: bytes) -> str:
    """Text of a file in UTF-8, or as old Windows programs wrote it; raises SpecError where it is too large."""
    if len(content) > MOST_BYTES:
        raise refused("file", f"has {len(content)} bytes; files up to {MOST_BYTES} are read")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
