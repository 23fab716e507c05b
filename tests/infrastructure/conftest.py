"""What would be deployed to AWS, made offline once for all tests of it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from delivery.template import finished

ROOT = Path(__file__).resolve().parents[2]
DESCRIPTION = ROOT / ".chalice" / "resources.json"


@pytest.fixture(scope="session")
def resources() -> dict[str, Any]:
    """The one description of queues, buckets and workflow."""
    read: dict[str, Any] = json.loads(DESCRIPTION.read_text())
    return read


@pytest.fixture(scope="session")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `chalice package` writes; without dependencies, which would need the network."""
    project = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "app.py", project)
    ignored = shutil.ignore_patterns("__pycache__")
    for folder in ("chalicelib", ".chalice"):
        shutil.copytree(ROOT / folder, project / folder, ignore=ignored)
    (project / "requirements.txt").touch()
    out = project / "out"
    subprocess.run(
        [
            str(Path(sys.executable).with_name("chalice")),
            "package",
            "--stage",
            "prod",
            "--merge-template",
            ".chalice/resources.json",
            str(out),
        ],
        cwd=project,
        env={
            "PATH": os.environ["PATH"],
            "AWS_DEFAULT_REGION": "us-east-1",
            "PYTHONPATH": str(ROOT),
            "HOME": str(project),
        },
        check=True,
        capture_output=True,
    )
    shutil.copytree(project / ".chalice" / "state-machines", out / "state-machines")
    written = finished(json.loads((out / "sam.json").read_text()), "x86_64")
    (out / "sam.json").write_text(json.dumps(written))
    return out


@pytest.fixture(scope="session")
def template(packaged: Path) -> dict[str, Any]:
    """The CloudFormation template of the stage prod."""
    read: dict[str, Any] = json.loads((packaged / "sam.json").read_text())
    return read
