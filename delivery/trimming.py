"""Takes out of unpacked packages what no function ever reads."""

import shutil
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path

FOLDERS = {"tests", "test", "__pycache__"}
SUFFIXES = {".pyc", ".pyi", ".pyx", ".pxd", ".pxi", ".h", ".hpp", ".c", ".cpp", ".a", ".f90", ".f"}
RECORDS = {"RECORD", "INSTALLER", "REQUESTED", "WHEEL", "direct_url.json"}
"""Of a package's own description the name, the version and the licence stay."""
TOP_LEVEL = {"bin", "share", "include"}


def trim(folder: Path, without: Iterable[str] = (), keep: Iterable[str] = ()) -> None:
    """Removes tests, stubs, sources of extensions, and what `without` matches and `keep` does not.

    Patterns are of whole paths below the folder, and `*` matches slashes too. Nothing inside a folder `*.libs` is
    touched: wheels keep their shared libraries there.
    """
    without, keep = tuple(without), tuple(keep)
    for path in sorted(folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            continue
        name = path.relative_to(folder)
        if _is_waste(name) or (_matches(name, without) and not _matches(name, keep)):
            path.unlink()
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            shutil.rmtree(path)


def _is_waste(name: Path) -> bool:
    if name.parts[0].endswith(".libs"):
        return False
    if name.parts[0] in TOP_LEVEL or FOLDERS & set(name.parts[:-1]) or name.suffix in SUFFIXES:
        return True
    return name.name in RECORDS and name.parts[0].endswith(".dist-info")


def _matches(name: Path, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(str(name), pattern) for pattern in patterns)
