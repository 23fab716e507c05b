"""Recipes: what a layer is made of, read from `layers/<name>/recipe.toml`, with versions from the locks."""

import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from delivery.errors import DeliveryError

Architecture = Literal["x86_64", "arm64"]
ARCHITECTURES: tuple[Architecture, ...] = ("x86_64", "arm64")
ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "layers"
LAYERS = ("engine", "science", "tables", "identity", "migrations")
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
"""Functions run on the Python that packages them, the one that the tests have run on."""
ALL = "*"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Recipe:
    """One layer, or one part of the functions' archive or of the image; layers/README.md explains the fields."""

    name: str
    sources: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    missing: frozenset[str] = frozenset()
    without: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    bytecode: bool = False
    budget: int = 0


def read(name: str, architecture: Architecture, folder: Path = FOLDER) -> Recipe:
    """The recipe of that name; raises DeliveryError where it names a package that its locks do not pin."""
    given = tomllib.loads((folder / name / "recipe.toml").read_text(encoding="utf-8"))
    locks = given.get("lock", [])
    pinned = pins([locks] if isinstance(locks, str) else locks)
    missing = frozenset(given.get("missing", {}).get(architecture, []))
    names = given.get("packages", [])
    wanted = [one for one in (sorted(pinned) if names == [ALL] else names) if one not in missing]
    if unpinned := [one for one in wanted if one not in pinned]:
        raise DeliveryError(
            f"layers/{name}/recipe.toml names {', '.join(unpinned)}, which {locks} does not pin; "
            "correct the name or add it to the lock"
        )
    plain: dict[str, Any] = {
        field: tuple(given.get(field, ())) for field in ("sources", "without", "keep", "contains")
    }
    requirements = tuple(line for one in wanted for line in pinned[one])
    return Recipe(
        name=name,
        requirements=requirements,
        missing=missing,
        bytecode=given.get("bytecode", False),
        budget=given["budget"],
        **plain,
    )


def pins(locks: list[str]) -> dict[str, list[str]]:
    """The lines of the locks by the name of their package; one name has several where markers differ."""
    found: dict[str, list[str]] = {}
    for lock in locks:
        for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
            if name := _NAME.match(line):
                found.setdefault(name.group().lower().replace("_", "-"), []).append(line)
    return found
