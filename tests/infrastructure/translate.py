"""What AWS makes of the template: SAM's resources as plain CloudFormation. Run by the Python that has SAM's translator.

`python translate.py TEMPLATE` prints it. Parameters are at their defaults, as AWS has them when it translates.
"""

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

FILES = ("CodeUri", "ContentUri")


def main(path: Path) -> None:
    """The files of functions and layers stand where `aws cloudformation package` would have brought them."""
    template = json.loads(path.read_text(encoding="utf-8"))
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        for field in FILES:
            if field in properties:
                properties[field] = {"Bucket": "artifacts", "Key": properties[field]}
        if "DefinitionS3Location" in properties:
            definition = path.parent / properties.pop("DefinitionS3Location")
            properties["DefinitionString"] = json.dumps(json.loads(definition.read_text(encoding="utf-8")))
    values = {name: one["Default"] for name, one in template["Parameters"].items() if "Default" in one}
    sys.stdout.write(json.dumps(Translator({}, Parser()).translate(template, values), indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
