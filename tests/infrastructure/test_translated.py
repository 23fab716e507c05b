"""The template as CloudFormation gets it, after SAM: valid, without circles, and with every version behind an alias."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from runtime.embedded import aws_endpoint

TRANSLATE = Path(__file__).with_name("translate.py")
MOST_RESOURCES = 500
"""That CloudFormation takes in one stack."""


@pytest.fixture(scope="module")
def folder(packaged: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the translated template, by the translator that the local endpoint uses."""
    python = str(aws_endpoint.PYTHON)
    if subprocess.run([python, "-c", "import samtranslator"], capture_output=True, check=False).returncode:
        pytest.skip("the local endpoint's environment has no aws-sam-translator; run 'make setup'")
    done = subprocess.run(
        [python, "-P", str(TRANSLATE), str(packaged / "template.json")],
        capture_output=True,
        text=True,
        check=True,
    )
    out = tmp_path_factory.mktemp("translated")
    (out / "translated.json").write_text(done.stdout)
    return out


@pytest.fixture(scope="module")
def translated(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / "translated.json").read_text())
    return read


def test_it_is_valid_and_nothing_waits_for_itself(folder: Path) -> None:
    """cfn-lint's E3004 finds circles, such as an alarm of the API that a release of the API's function looks at."""
    linter = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run(
        [str(linter), "--regions", "us-east-1", "--ignore-checks", "W", "--template", "translated.json"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_it_fits_into_one_stack(translated: dict[str, Any]) -> None:
    assert len(translated["Resources"]) < MOST_RESOURCES
    assert len(json.dumps(translated)) < 1_000_000


def test_every_function_has_a_version_and_an_alias(translated: dict[str, Any]) -> None:
    kinds = Counter(resource["Type"] for resource in translated["Resources"].values())
    functions = kinds["AWS::Lambda::Function"]
    assert kinds["AWS::Lambda::Version"] == kinds["AWS::Lambda::Alias"] == functions


def test_messages_and_schedules_and_requests_come_to_aliases(translated: dict[str, Any]) -> None:
    mappings = [
        one for one in translated["Resources"].values() if one["Type"] == "AWS::Lambda::EventSourceMapping"
    ]
    assert all(one["Properties"]["FunctionName"]["Ref"].endswith("Aliaslive") for one in mappings)
    rules = [one for one in translated["Resources"].values() if one["Type"] == "AWS::Events::Rule"]
    assert len(mappings) == 6
    assert len(rules) == 4
    for rule in rules:
        (target,) = rule["Properties"]["Targets"]
        assert target["Arn"]["Ref"].endswith("Aliaslive")
        assert rule["Properties"]["State"] == {"Fn::If": ["IsStandby", "DISABLED", "ENABLED"]}


def test_the_functions_that_somebody_waits_for_are_released_step_by_step(translated: dict[str, Any]) -> None:
    resources = translated["Resources"]
    shifted = {
        name: one["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
        for name, one in resources.items()
        if one["Type"] == "AWS::Lambda::Alias" and "UpdatePolicy" in one
    }
    assert set(shifted) == {"APIHandlerAliaslive", "SolveQueueAliaslive"}
    for policy in shifted.values():
        assert policy["BeforeAllowTrafficHook"] == {"Ref": "BeforeTraffic"}
        assert policy["AfterAllowTrafficHook"] == {"Ref": "AfterTraffic"}
        group = resources[policy["DeploymentGroupName"]["Ref"]]["Properties"]
        alarms = [one["Name"]["Ref"] for one in group["AlarmConfiguration"]["Alarms"]]
        assert alarms == ["ReleaseBreaks", "ApiErrors"]
        assert group["AutoRollbackConfiguration"]["Enabled"]
        assert "Canary10Percent5Minutes" in json.dumps(group["DeploymentConfigName"])
