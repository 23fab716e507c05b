"""The description: its subjects make the committed template, and one machine gets what it can make."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from runtime.embedded import deploy, description

ROLE = {"Fn::GetAtt": ["Key", "Arn"]}


def test_the_committed_template_is_made_of_the_subjects(resources: dict[str, Any]) -> None:
    assert description.merged() == resources, "run: PYTHONPATH=. python .chalice/write_resources.py"


def test_every_subject_is_small_and_says_what_it_is() -> None:
    for path in (description.FOLDER / "resources").iterdir():
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 300, path.name
        assert lines[0].startswith("# "), path.name


def test_a_thing_that_is_described_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="are described by another subject too"):
        description.merged(("stage", "queues", "queues"))


def test_one_machine_gets_nothing_that_refers_to_what_it_does_not_get() -> None:
    local = description.local()
    known = local["Resources"].keys() | local["Parameters"].keys()
    assert description.without_unknown(local["Resources"], known) == local["Resources"]
    kinds = {resource["Type"].split("::")[1] for resource in local["Resources"].values()}
    assert kinds == {"SQS", "S3", "StepFunctions", "IAM", "ECS", "Logs"}
    text = json.dumps(local)
    assert not any(name in text for name in ('"DataKey"', "Subnet", "AWS::RDS"))
    assert "VersioningConfiguration" not in text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Key": {"Ref": "Key"}, "Name": "a"}, {"Name": "a"}),
        ({"Key": {"Ref": "Key"}}, description.MISSING),
        (
            [{"Action": "kms:Decrypt", "Resource": ROLE}, {"Action": "a", "Resource": "b"}],
            [{"Action": "a", "Resource": "b"}],
        ),
        ({"Fn::Join": [",", [{"Ref": "Key"}, "a"]]}, description.MISSING),
        ({"Fn::Sub": "${Key.Arn}/*"}, description.MISSING),
        ({"Fn::Sub": "${Known}-${AWS::Region}"}, {"Fn::Sub": "${Known}-${AWS::Region}"}),
        ({"Fn::Sub": ["${Own}", {"Own": "a"}]}, {"Fn::Sub": ["${Own}", {"Own": "a"}]}),
        ({"Fn::Sub": ["${Own}", {"Own": {"Ref": "Key"}}]}, description.MISSING),
        ([], []),
        ({}, {}),
    ],
)
def test_what_refers_to_something_unknown_is_left_out(value: Any, expected: Any) -> None:
    assert description.without_unknown(value, {"Known"}) == expected


def test_what_one_machine_gets_is_valid_down_to_the_states_of_its_workflows(tmp_path: Path) -> None:
    (tmp_path / "local.json").write_text(json.dumps(deploy.template()))
    linter = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run(
        # what only AWS has is left out, and with it the use of some parameters and conditions
        [
            str(linter),
            "--regions",
            "us-east-1",
            "--ignore-checks",
            "W",
            "--template",
            str(tmp_path / "local.json"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_a_workflow_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    """The linter looks into the definitions: else the test above would say nothing about them."""
    template = deploy.template()
    properties = template["Resources"]["BatchStateMachine"]["Properties"]
    properties["DefinitionString"] = properties["DefinitionString"].replace(
        '"Type": "Fail"', '"Type": "Fall"'
    )
    (tmp_path / "local.json").write_text(json.dumps(template))
    linter = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run(
        [str(linter), "--regions", "us-east-1", "--template", str(tmp_path / "local.json")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Fall" in done.stdout
