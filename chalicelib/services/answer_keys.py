"""The keys under which answers are kept: the same for specifications that mean the same."""

import hashlib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import engine
from chalicelib.domain.cached_answer import answer_key
from engine.errors import SpecError
from engine.thermo import catalogue

SIDES = ("fuel", "oxidizer", "monopropellant")
NOT_HASHED = {".pyc", ".pyo"}


def key_of(spec: Mapping[str, Any]) -> str | None:
    """The key of the answer that this engine gives to `spec`; None where `spec` breaks a rule."""
    document = canonical(spec)
    return None if document is None else answer_key(document, engine_release())


def canonical(spec: Mapping[str, Any]) -> dict[str, Any] | None:
    """The specification as the engine understands it: every default spelt out, every alias that is only
    another name of a substance replaced by NASA's name; None where it breaks a rule.
    """
    try:
        parsed = engine.parse_spec(spec)
    except SpecError:
        return None
    document: dict[str, Any] = parsed.model_dump(mode="json", by_alias=True)
    # the references of a validation look at names, and say them
    if not document.get("validate") and isinstance(document.get("propellant"), dict):
        document["propellant"] = _named_by_nasa(document["propellant"])
    return document


def _named_by_nasa(propellant: dict[str, Any]) -> dict[str, Any]:
    return {name: _substance(value) if name in SIDES else value for name, value in propellant.items()}


def _substance(given: Any) -> Any:
    match given:
        case str():
            return nasa_name(given)
        case list():
            return [_substance(part) for part in given]
        case {"name": str() as name, **members} if not {"formula", "enthalpy"} & members.keys():
            return {**given, "name": nasa_name(name)}
        case _:
            return given


@lru_cache(maxsize=4096)
def nasa_name(name: str) -> str:
    """NASA's name where `name` stands for that one substance and nothing else, else `name` as it is.

    A blend, and an alias with a definition of its own such as HTPB, keep their names.
    """
    meant = catalogue.find(name)
    if len(meant.components) != 1:
        return name
    substance = meant.components[0][1].name
    is_same = catalogue.is_known(substance) and catalogue.find(substance).components == meant.components
    return substance if is_same and not meant.temperatures else name


@cache
def engine_release() -> str:
    """The version of the engine, and a hash of its code and data.

    The hash tells builds of one version apart, so that whoever changes the engine never sees old answers.
    """
    root = Path(engine.__file__).parent
    content = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix not in NOT_HASHED:
            content.update(f"{path.relative_to(root).as_posix()}\0{path.stat().st_size}\0".encode())
            content.update(path.read_bytes())
    return f"{engine.__version__}+{content.hexdigest()[:16]}"
