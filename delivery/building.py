"""Builds recipes into folders and layers into archives; what is built is kept under its key and found again."""

import contextlib
import shutil
import sys
import tempfile
from collections.abc import Callable
from fnmatch import fnmatch
from hashlib import sha256
from pathlib import Path

from delivery import archives, bytecode, trimming, wheels
from delivery.errors import DeliveryError
from delivery.recipes import ROOT, Architecture, Recipe, read

BUILDERS = ("building.py", "wheels.py", "trimming.py", "bytecode.py", "archives.py")
LAYER_PLACE = "python"
"""Below this folder of a layer Python looks for modules."""


def build_layer(name: str, architecture: Architecture, kept: Path) -> Path:
    """The folder of the layer as it is unpacked below `/opt`; raises DeliveryError where it breaks its recipe."""
    recipe = read(name, architecture)

    def fill(folder: Path) -> None:
        fill_in(recipe, architecture, folder / LAYER_PLACE, f"/opt/{LAYER_PLACE}")
        check(recipe, folder)

    return _once(recipe, architecture, kept, fill)


def build_part(name: str, architecture: Architecture, kept: Path) -> Path:
    """The folder of packages that lie beside the service's code."""
    recipe = read(name, architecture)

    def fill(folder: Path) -> None:
        fill_in(recipe, architecture, folder, "/var/task")
        check(recipe, folder)

    return _once(recipe, architecture, kept, fill)


def fill_in(recipe: Recipe, architecture: Architecture, folder: Path, place: str) -> None:
    """Unpacks, trims and compiles what the recipe says into the folder, which will be `place`."""
    wheels.unpack(recipe, architecture, folder)
    for source in recipe.sources:
        shutil.copytree(ROOT / source, folder / source)
    trimming.trim(folder, recipe.without, recipe.keep)
    bytecode.compile_modules(folder, place, alone=recipe.bytecode)


def check(recipe: Recipe, folder: Path) -> None:
    """Raises DeliveryError where something is missing from the folder, or where it is above its budget."""
    names = [path.relative_to(folder).as_posix() for path in archives.files(folder)]
    absent = [one for one in recipe.contains if not any(fnmatch(name, one) for name in names)]
    if absent:
        raise DeliveryError(
            f"layers/{recipe.name} lacks {', '.join(absent)}; its recipe says it contains them"
        )
    if (size := archives.size(folder)) > recipe.budget:
        raise DeliveryError(
            f"layers/{recipe.name} holds {size:,} bytes, and its budget is {recipe.budget:,}; leave more out "
            "('without' in its recipe), or raise the budget while the functions stay below 250 MB"
        )


def _once(recipe: Recipe, architecture: Architecture, kept: Path, fill: Callable[[Path], None]) -> Path:
    folder = kept / f"{recipe.name}-{architecture}-{_key(recipe, architecture)}"
    if not folder.exists():
        kept.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept, prefix="partial-") as scratch:
            partial = Path(scratch) / recipe.name
            fill(partial)
            # another process may have been quicker
            with contextlib.suppress(OSError):
                partial.rename(folder)
        remove_older(folder)
    return folder


def remove_older(folder: Path) -> None:
    """Removes what was built by an earlier state of the same recipe: each is some hundred megabytes."""
    for other in folder.parent.glob(f"{folder.name.rpartition('-')[0]}-*"):
        if other.is_dir() and other != folder:
            shutil.rmtree(other, ignore_errors=True)
        elif other.suffix == ".zip" and other.stem != folder.name:
            other.unlink(missing_ok=True)


def _key(recipe: Recipe, architecture: Architecture) -> str:
    """What the built folder depends on: two equal keys, two equal folders."""
    digest = sha256(f"{recipe} {architecture} {sys.version}".encode())
    paths = [Path(__file__).with_name(name) for name in BUILDERS]
    paths += [path for source in recipe.sources for path in archives.files(ROOT / source)]
    for path in paths:
        if path.suffix != ".pyc":
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
