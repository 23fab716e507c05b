"""What would be deployed to AWS, made offline once for all tests of it."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from delivery.recipes import Architecture
from delivery.template import package_app

ROOT = Path(__file__).resolve().parents[2]
DESCRIPTION = ROOT / ".chalice" / "resources.json"


@pytest.fixture(scope="session")
def resources() -> dict[str, Any]:
    """The one description of queues, buckets and workflow."""
    read: dict[str, Any] = json.loads(DESCRIPTION.read_text())
    return read


@pytest.fixture(scope="session")
def packaged(tmp_path_factory: pytest.TempPathFactory, machine: Architecture) -> Path:
    """The template of the stage prod and the app as Chalice packs it, without dependencies and layers."""
    out = tmp_path_factory.mktemp("template")
    written = package_app("prod", machine, out / "code")
    (out / "template.json").write_text(json.dumps(written, indent=1))
    shutil.copytree(ROOT / ".chalice" / "state-machines", out / "state-machines")
    return out


@pytest.fixture(scope="session")
def template(packaged: Path) -> dict[str, Any]:
    """The CloudFormation template of the stage prod."""
    read: dict[str, Any] = json.loads((packaged / "template.json").read_text())
    return read
