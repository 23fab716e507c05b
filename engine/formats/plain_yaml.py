"""YAML as plain data: whatever a tag asks for, nothing is made but mappings, lists, texts and numbers."""

import struct
from typing import Any

from engine.formats.refusals import refused

DOUBLE = 8
"""Bytes of a number that numpy wrote as such."""


def load(text: str) -> Any:
    """What a document holds; its tags for Python's own objects are read past. Raises SpecError for what is no YAML."""
    import yaml

    class PlainLoader(yaml.SafeLoader):  # type: ignore[misc]
        """SafeLoader, to which every unknown tag is nothing more than its contents."""

    def contents(loader: Any, suffix: str, node: Any) -> Any:
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node, deep=True)
        if isinstance(node, yaml.SequenceNode):
            return _number(suffix, loader.construct_sequence(node, deep=True))
        return loader.construct_scalar(node)

    PlainLoader.add_multi_constructor("tag:yaml.org,2002:python/", contents)
    PlainLoader.add_multi_constructor("!", contents)
    try:
        return yaml.load(text, Loader=PlainLoader)  # noqa: S506  # a SafeLoader that makes plain data of every tag
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise refused("file", f"is no YAML: {str(error).splitlines()[0]}") from None


def _number(suffix: str, parts: list[Any]) -> Any:
    """A list, or the number that numpy's tag stands for."""
    if "numpy" in suffix and parts and isinstance(parts[-1], bytes) and len(parts[-1]) == DOUBLE:
        return struct.unpack("<d", parts[-1])[0]
    return parts
