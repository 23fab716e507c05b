"""API Gateway calls aliases: a version that is being released gets its share of the requests, and no more."""

import json
import re
from typing import Any

Template = dict[str, Any]

INVOCATION = re.compile(r"^(?P<before>.*/functions/)\$\{(?P<function>\w+)\.Arn\}(?P<after>/invocations)$")
PERMISSION = "AWS::Lambda::Permission"
GATEWAY = "apigateway.amazonaws.com"


def call_aliases(template: Template) -> None:
    """Turns every address of a function in the API, and every permission to call it, to the function's alias.

    Chalice knows only functions, and what calls a function calls its newest code.
    """
    definition = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"] = json.loads(
        json.dumps(definition), object_hook=_called
    )
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == PERMISSION and properties.get("Principal") == GATEWAY:
            properties["FunctionName"] = {"Ref": f"{_function(properties['FunctionName'])}.Alias"}


def _called(part: dict[str, Any]) -> dict[str, Any]:
    text = part.get("Fn::Sub")
    found = INVOCATION.match(text) if isinstance(text, str) else None
    if found is None:
        return part
    address = f"{found['before']}${{Alias}}{found['after']}"
    return {"Fn::Sub": [address, {"Alias": {"Ref": f"{found['function']}.Alias"}}]}


def _function(named: dict[str, Any]) -> str:
    """The function that a permission names, by `Ref` or by `Fn::GetAtt`."""
    return str(named["Ref"] if "Ref" in named else named["Fn::GetAtt"][0])
