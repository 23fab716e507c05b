"""What a study keeps between its steps, as bytes: arrays and a document in an npz file, never a pickle."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import AnalysisError
from engine.studies.kinds import Study
from engine.version import __version__

FORMAT = 1
"""To be raised whenever what is kept changes its meaning."""
HEADER = "header"

Arrays = dict[str, NDArray[Any]]


def fingerprint(study: Study) -> str:
    """The same for equal studies."""
    text = json.dumps(study.model_dump(mode="json"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def pack(header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """The same bytes for the same content."""
    whole = {"format": FORMAT, "engine_version": __version__, **header}
    text = json.dumps(whole, sort_keys=True, allow_nan=False)
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, **{HEADER: np.frombuffer(text.encode(), dtype=np.uint8)}, **arrays)
    return stream.getvalue()


def unpack(content: bytes) -> tuple[dict[str, Any], Arrays] | None:
    """Header and arrays; None for bytes that are damaged, or of another format."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        header = json.loads(arrays.pop(HEADER).tobytes())
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile):
        return None
    return (header, arrays) if isinstance(header, dict) and header.get("format") == FORMAT else None


def kept(content: bytes | None, identity: Mapping[str, Any]) -> tuple[dict[str, Any], Arrays] | None:
    """What this version of the engine kept under the same `identity`; None where nothing of use was kept."""
    return _matching(content, {"engine_version": __version__, **identity})


def part_of(content: bytes, identity: Mapping[str, Any]) -> tuple[dict[str, Any], Arrays]:
    """A finished part; raises AnalysisError for one that is damaged or belongs to another study."""
    found = _matching(content, identity)
    if found is None:
        message = "a part of the study is damaged, or of another study or version; run its piece again"
        raise AnalysisError(message, code="study_part_unreadable")
    return found


def other_versions(parts: Iterable[bytes]) -> list[str]:
    """The versions of the engine, but for this one, that wrote any of the readable `parts`."""
    found = set()
    for content in parts:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            found.add(str(json.loads(file[HEADER].tobytes())["engine_version"]))
    return sorted(found - {__version__})


def _matching(content: bytes | None, identity: Mapping[str, Any]) -> tuple[dict[str, Any], Arrays] | None:
    found = unpack(content) if content else None
    if found is None or any(found[0].get(name) != value for name, value in identity.items()):
        return None
    return found
