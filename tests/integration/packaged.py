"""The functions of a packaged stage, each call in an interpreter that has its archive and layers, and no more."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from delivery import archives
from delivery.template import FUNCTION, LAYER

INTERPRETER = getattr(sys, "_base_executable", sys.executable)
PROCESS = Path(__file__).with_name("lambda_process.py")
PASSED_ON = ("AWS_", "HRMA_", "OPENBLAS_")


def logical_id(name: str) -> str:
    """The template's name of a function."""
    return "APIHandler" if name == "api_handler" else "".join(word.capitalize() for word in name.split("_"))


class PackagedFunctions:
    """Unpacks archive and layers below `folder` as Lambda does below /var/task and /opt."""

    def __init__(self, stage: Path, folder: Path) -> None:
        self.template = json.loads((stage / "template.json").read_text())
        self._folder, self._image = folder, stage / "image"
        archives.unpack(stage / "deployment.zip", folder / "task")
        for name, resource in self._of_type(LAYER).items():
            archives.unpack(stage / resource["ContentUri"], folder / name)

    def _of_type(self, kind: str) -> dict[str, Any]:
        return {
            name: resource["Properties"]
            for name, resource in self.template["Resources"].items()
            if resource["Type"] == kind
        }

    @property
    def names(self) -> set[str]:
        return set(self._of_type(FUNCTION))

    def paths(self, name: str) -> list[Path]:
        """Where the function finds its modules; a container image has one folder."""
        function = self._of_type(FUNCTION)[name]
        if function.get("PackageType") == "Image":
            return [self._image]
        layers = [self._folder / layer["Ref"] / "python" for layer in function.get("Layers", [])]
        return [self._folder / "task", *layers]

    def module(self, name: str) -> str:
        function = self._of_type(FUNCTION)[name]
        return str(function["Handler"] if "Handler" in function else function["ImageConfig"]["Command"][0])

    def call(self, name: str, event: Mapping[str, Any], *options: str, **settings: str) -> dict[str, Any]:
        """What `lambda_process.py` prints: the answer, and the modules that were loaded."""
        inherited = {key: value for key, value in os.environ.items() if key.startswith(PASSED_ON)}
        path = os.pathsep.join(map(str, self.paths(name)))
        done = subprocess.run(
            [INTERPRETER, "-S", "-B", str(PROCESS), self.module(name), *options],
            input=json.dumps(event),
            env={**inherited, "HRMA_METRICS": "false", "HOME": "/tmp", "PYTHONPATH": path, **settings},  # noqa: S108
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{name}: {done.stderr[-4000:]}"
        *log, last = done.stdout.splitlines()
        sys.stdout.write("\n".join([name, *log, done.stderr]))
        printed: dict[str, Any] = json.loads(last)
        assert printed["strangers"] == [], name
        return printed

    def handler(self, name: str) -> Callable[[Any, Any], Any]:
        """The function as pollers call handlers."""
        return lambda event, _: self.call(logical_id(name), event)["answer"]
