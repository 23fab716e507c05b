"""The one template of a stage: what Chalice writes of the app, merged with `.chalice/resources.json`."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from delivery import archives
from delivery.aliases import call_aliases
from delivery.errors import DeliveryError
from delivery.recipes import PYTHON, ROOT, Architecture

Template = dict[str, Any]

ARCHIVE = "deployment.zip"
FUNCTION = "AWS::Serverless::Function"
LAYER = "AWS::Serverless::LayerVersion"
ONLY_ZIP = ("CodeUri", "Handler", "Runtime", "Layers")
"""What a function in a container image may not have."""
REGION = "us-east-1"
TAIL_LINES = 8


def package_app(stage: str, architecture: Architecture, code: Path) -> Template:
    """The template of the stage; the app as Chalice packs it, without dependencies, is unpacked into `code`.

    Nothing is asked of AWS. Raises DeliveryError with the last words of `chalice package`.
    """
    with tempfile.TemporaryDirectory() as scratch:
        project = Path(scratch) / "project"
        _copy_project(project)
        out = project / "out"
        _run_chalice(stage, project, out)
        archives.unpack(out / ARCHIVE, code)
        written: Template = json.loads((out / "sam.json").read_text(encoding="utf-8"))
    return finished(written, architecture)


def finished(template: Template, architecture: Architecture) -> Template:
    """The template with what Chalice can not say: architecture, aliases, functions that are container images."""
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == FUNCTION:
            properties["Architectures"] = [architecture]
            if properties.get("PackageType") == "Image":
                _make_image(properties)
            else:
                properties["CodeUri"] = ARCHIVE
        elif resource["Type"] == LAYER:
            properties["CompatibleArchitectures"] = [architecture]
            properties["CompatibleRuntimes"] = [f"python{PYTHON}"]
    call_aliases(template)
    return template


def _make_image(properties: dict[str, Any]) -> None:
    """A container image is told its handler as a command, and has neither archive nor layers."""
    properties["ImageConfig"]["Command"] = [properties["Handler"]]
    for name in ONLY_ZIP:
        properties.pop(name, None)


def layers_of(template: Template) -> dict[str, str]:
    """The archive, relative to the template, that each layer of it is made from, by logical name."""
    return {
        name: resource["Properties"]["ContentUri"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == LAYER
    }


def functions_of(template: Template) -> dict[str, list[str]]:
    """The logical names of the layers of every function that is an archive."""
    return {
        name: [layer["Ref"] for layer in resource["Properties"].get("Layers", [])]
        for name, resource in template["Resources"].items()
        if resource["Type"] == FUNCTION and "CodeUri" in resource["Properties"]
    }


def _copy_project(project: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__", "deployed", "deployments")
    project.mkdir(parents=True)
    shutil.copy(ROOT / "app.py", project)
    for folder in ("chalicelib", ".chalice"):
        shutil.copytree(ROOT / folder, project / folder, ignore=ignored)
    # our own builder unpacks what requirements.txt names: on some Pythons Chalice refuses today's wheels
    (project / "requirements.txt").touch()


def _run_chalice(stage: str, project: Path, out: Path) -> None:
    program = Path(sys.executable).with_name("chalice")
    if not program.exists():
        raise DeliveryError(f"chalice is not installed beside {sys.executable}; run 'make setup'")
    merged = ["--merge-template", ".chalice/resources.json"]
    done = subprocess.run(
        [str(program), "package", "--stage", stage, *merged, str(out)],
        cwd=project,
        env={
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(project),
            "AWS_DEFAULT_REGION": REGION,
            "PYTHONPATH": str(ROOT),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        tail = "\n".join(done.stdout.strip().splitlines()[-TAIL_LINES:])
        raise DeliveryError(f"chalice could not package the stage {stage}:\n{tail}")
