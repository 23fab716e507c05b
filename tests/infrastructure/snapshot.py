"""What a stage consists of, short enough for a review: `snapshot.json`, compared with the packaged template.

`PYTHONPATH=. .venv/bin/python -m tests.infrastructure.snapshot` writes it anew; the difference is what the change does.
The properties of what Chalice does not make stand in `.chalice/resources.json`, which is committed as well.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

from delivery.template import FUNCTION, package_app

WRITTEN = Path(__file__).with_name("snapshot.json")

Template = dict[str, Any]


def summary(template: Template) -> Template:
    """Functions with what they are given and may do, routes with who may call them, and everything else by type."""
    resources = template["Resources"]
    functions = {name: one["Properties"] for name, one in resources.items() if one["Type"] == FUNCTION}
    roles = {one["Role"]["Fn::GetAtt"][0] for one in functions.values()}
    return {
        "functions": {name: _function(one, resources) for name, one in sorted(functions.items())},
        "routes": _routes(resources["RestAPI"]["Properties"]["DefinitionBody"]["paths"]),
        "resources": {
            name: " if ".join(filter(None, (one["Type"], one.get("Condition"))))
            for name, one in sorted(resources.items())
            if name not in functions.keys() | roles
        },
        "parameters": {name: one.get("Default") for name, one in sorted(template["Parameters"].items())},
        "outputs": sorted(template["Outputs"]),
    }


def _function(function: Template, resources: Template) -> Template:
    (policy,) = resources[function["Role"]["Fn::GetAtt"][0]]["Properties"]["Policies"]
    statements = policy["PolicyDocument"]["Statement"]
    return {
        "memory": function["MemorySize"],
        "timeout": function["Timeout"],
        "disk": function.get("EphemeralStorage", {}).get("Size", 512),
        "package": function.get("PackageType", "Zip"),
        "layers": [one["Ref"] for one in function.get("Layers", [])],
        "at most": function.get("ReservedConcurrentExecutions"),
        "inside": "VpcConfig" in function,
        "events": {name: one["Properties"] for name, one in function.get("Events", {}).items()},
        "own variables": sorted(function["Environment"]["Variables"]),
        "may": sorted(action for statement in statements for action in statement["Action"]),
    }


def _routes(paths: Template) -> dict[str, str]:
    return {
        f"{method.upper()} {path}": "closed" if entry.get("security") else "open"
        for path, methods in sorted(paths.items())
        for method, entry in methods.items()
        if method != "options"
    }


def text(template: Template) -> str:
    """The summary as it is written."""
    return json.dumps(summary(template), indent=1) + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        WRITTEN.write_text(text(package_app("prod", "x86_64", Path(folder) / "code")), encoding="utf-8")
