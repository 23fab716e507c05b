"""Zip archives that are the same bytes for the same files: names in order, one time, one mode."""

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

TIME = (1980, 1, 1, 0, 0, 0)
FILE_MODE = 0o100644
PROGRAM_MODE = 0o100755
UNIX = 3


def write(folder: Path, archive: Path, *, below: str = "") -> None:
    """Packs all files of the folder, below the folder `below` of the archive."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    partial = archive.with_suffix(f".{os.getpid()}.partial")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for path in files(folder):
            name = Path(below) / path.relative_to(folder)
            packed.writestr(_entry(name.as_posix(), path), path.read_bytes())
    partial.rename(archive)


def unpack(archive: Path, folder: Path) -> None:
    """Unpacks the archive into the folder."""
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)


def files(folder: Path) -> Iterator[Path]:
    """The files of the folder, in the order of their names."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    return iter(sorted(found, key=lambda path: path.relative_to(folder).as_posix()))


def size(folder: Path) -> int:
    """What the files of the folder hold together, in bytes."""
    return sum(path.stat().st_size for path in files(folder))


def _entry(name: str, path: Path) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = UNIX
    entry.external_attr = (PROGRAM_MODE if ".so" in path.suffixes else FILE_MODE) << 16
    return entry
