"""The description of a stage, one small file per subject, as one CloudFormation template.

`.chalice/resources.json` is made of all subjects and goes to AWS; an AWS endpoint on one machine gets the
subjects that the service itself works with, without what in them refers to something that only AWS has.
"""

import json
import re
from collections.abc import Container, Iterable
from pathlib import Path
from typing import Any

from chalice.package import YAMLTemplateSerializer

from runtime.settings import ROOT

FOLDER = ROOT / ".chalice"
PORTABLE = ("stage", "queues", "buckets", "batches", "studies")
SECTIONS = (
    "AWSTemplateFormatVersion",
    "Description",
    "Parameters",
    "Mappings",
    "Conditions",
    "Globals",
    "Resources",
    "Outputs",
)
VARIABLE = re.compile(r"\$\{([^!}]+)\}")
TASK_VARIABLES = {"HRMA_STAGE": {"Ref": "Stage"}}

Template = dict[str, Any]


class _Missing:
    """Stands for what only AWS has."""


MISSING = _Missing()


def merged(subjects: Iterable[str] | None = None) -> Template:
    """The subjects, or all of them, in one template; raises ValueError where two describe the same thing."""
    paths = sorted((FOLDER / "resources").glob("*.yaml"))
    if subjects is not None:
        paths = [FOLDER / "resources" / f"{subject}.yaml" for subject in subjects]
    template: Template = {}
    for path in paths:
        _add(
            template,
            YAMLTemplateSerializer().load_template(path.read_text(encoding="utf-8"), path.name),
            path,
        )
    # anchors make parts of it one object: a copy is what everybody expects
    ordered: Template = json.loads(json.dumps({key: template[key] for key in SECTIONS if key in template}))
    _give_tasks_their_variables(ordered)
    return ordered


def local() -> Template:
    """What an AWS endpoint of one machine is to make: the portable subjects, without what only AWS has."""
    template = merged(PORTABLE)
    known = template["Resources"].keys() | template["Parameters"].keys()
    for section in ("Resources", "Outputs"):
        template[section] = without_unknown(_decided(template[section], template["Conditions"]), known)
    for resource in template["Resources"].values():
        # one disk keeps one version of a file
        resource["Properties"].pop("VersioningConfiguration", None)
    return template


def without_unknown(value: Any, known: Container[str]) -> Any:
    """The value without every part that refers to something not `known`; MISSING when nothing is left.

    What is computed from such a part, an `Fn::Join` say, goes with it, and so does an item of a list, such as
    the statement of a policy that has lost its resource.
    """
    if isinstance(value, dict):
        return _mapping_without(value, known)
    if isinstance(value, list):
        found = [(without_unknown(item, known), item) for item in value]
        whole = [item for item, before in found if item is not MISSING and _size(item) == _size(before)]
        return MISSING if value and not whole else whole
    return value


def _mapping_without(value: Template, known: Container[str]) -> Any:
    if any(name not in known and not name.startswith("AWS::") for name in references(value)):
        return MISSING
    found = {key: without_unknown(part, known) for key, part in value.items()}
    kept = {key: part for key, part in found.items() if part is not MISSING}
    is_computed = any(key.startswith("Fn::") for key in value)
    return MISSING if value and (not kept or (is_computed and kept != value)) else kept


def references(value: Template) -> list[str]:
    """The names of resources and parameters that an intrinsic function itself refers to."""
    if "Ref" in value:
        return [value["Ref"].partition(".")[0]]  # SAM knows parts of what it makes, such as `Function.Alias`
    if "Fn::GetAtt" in value:
        return [value["Fn::GetAtt"][0]]
    if "Fn::Sub" in value:
        argument = value["Fn::Sub"]
        text, own = (argument, {}) if isinstance(argument, str) else argument
        return [name.partition(".")[0] for name in VARIABLE.findall(text) if name not in own]
    return []


def _size(value: Any) -> int:
    return len(value) if isinstance(value, dict) else 1


def _decided(value: Any, conditions: Container[str]) -> Any:
    """The value with the second branch of every choice whose condition only AWS has."""
    if isinstance(value, dict):
        if "Fn::If" in value and value["Fn::If"][0] not in conditions:
            return _decided(value["Fn::If"][2], conditions)
        return {key: _decided(part, conditions) for key, part in value.items()}
    return [_decided(item, conditions) for item in value] if isinstance(value, list) else value


def _add(template: Template, part: Template, path: Path) -> None:
    for section, content in part.items():
        if not isinstance(content, dict):
            template[section] = content
            continue
        there = template.setdefault(section, {})
        if twice := there.keys() & content.keys():
            raise ValueError(f"{path.name}: {section} {sorted(twice)} are described by another subject too")
        there |= content


def _give_tasks_their_variables(template: Template) -> None:
    """Writes the functions' variables into the tasks' definition, which has no part in SAM's globals."""
    variables = template.get("Globals", {}).get("Function", {}).get("Environment", {}).get("Variables", {})
    (container,) = template["Resources"]["StudyTask"]["Properties"]["ContainerDefinitions"]
    container["Environment"] = [
        {"Name": name, "Value": value} for name, value in (TASK_VARIABLES | variables).items()
    ]
