"""Fields of a specification by dotted paths, also inside lists."""

from collections.abc import Mapping, Sequence
from typing import Any

Key = str | int


class Filler:
    """Puts values at the `paths` of copies of `base`; what lies on no path is shared between the copies.

    Raises LookupError, said of the path, where the base has a plain value or a too short list on the way.
    """

    def __init__(self, base: Mapping[str, Any], paths: Sequence[str]) -> None:
        self._base = base
        self._tree: dict[Key, Any] = {}
        for place, path in enumerate(paths):
            self._add(path, place)

    def _add(self, path: str, place: int) -> None:
        tree, node = self._tree, self._base
        *parents, name = path.split(".")
        for depth, parent in enumerate(parents):
            key = _key(node, parent, ".".join(parents[:depth]))
            tree = tree.setdefault(key, {})
            node = _inside(node, key)
        tree[_key(node, name, ".".join(parents))] = place

    def filled(self, values: Sequence[Any]) -> dict[str, Any]:
        """A copy with `values`, one for each path."""
        made: dict[str, Any] = _filled(self._base, self._tree, values)
        return made


def _key(node: Any, name: str, where: str) -> Key:
    if isinstance(node, Mapping):
        return name
    if isinstance(node, list | tuple):
        if name.isdecimal() and int(name) < len(node):
            return int(name)
        raise LookupError(f"{where} is a list of {len(node)}; count its items from 0 to {len(node) - 1}")
    raise LookupError(
        f"{where} is {node!r:.60} in base, and has no field {name!r}; give it in base as an object"
    )


def _inside(node: Any, key: Key) -> Any:
    if isinstance(node, Mapping):
        found = node.get(str(key))
        return {} if found is None else found
    return node[key]


def _filled(node: Any, tree: Mapping[Key, Any], values: Sequence[Any]) -> Any:
    new: Any = dict(node) if isinstance(node, Mapping) else list(node)
    for key, inner in tree.items():
        new[key] = values[inner] if isinstance(inner, int) else _filled(_inside(node, key), inner, values)
    return new


def first_overlap(paths: Sequence[str]) -> tuple[int, int] | None:
    """The first two of the paths of which one is the other, or lies inside it."""
    for place, path in enumerate(paths):
        for before, other in enumerate(paths[:place]):
            if path == other or path.startswith(f"{other}.") or other.startswith(f"{path}."):
                return before, place
    return None
