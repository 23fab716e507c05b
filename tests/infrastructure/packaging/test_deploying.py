"""What is asked of AWS's command line, and what is said where it can not be asked."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from delivery import deploying
from delivery.__main__ import parameters
from delivery.deploying import account, deploy, destroy, release
from delivery.errors import DeliveryError
from delivery.recipes import ROOT

ACCOUNT = "123456789012"


class Cli:
    """Takes commands as the command line of AWS does, and answers the account."""

    def __init__(self) -> None:
        self.commands: list[list[str]] = []

    def __call__(self, command: list[str]) -> str:
        self.commands.append(command)
        return ACCOUNT


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.setattr(deploying, "require_tool", lambda: None)
    return Cli()


@pytest.fixture
def package(tmp_path: Path) -> Path:
    known = {key: {} for key in ("Stage", "Profile", "BucketSuffix", "StudyImage", "AlarmAddress", "Release")}
    (tmp_path / "template.json").write_text(json.dumps({"Parameters": known}))
    (tmp_path / "parameters.json").write_text('{"Parameters": {"Stage": "staging", "Profile": "staging"}}')
    (tmp_path / "manifest.json").write_text('{"archives": {"deployment.zip": "digest"}}')
    return tmp_path


def test_a_stage_is_uploaded_and_deployed_with_its_parameters(cli: Cli, package: Path) -> None:
    deploy("staging", package, "artifacts", {"AlarmAddress": "a@example.org"}, "hrma:1", run=cli)
    _, uploading, deployment = cli.commands
    assert uploading[:3] == ["aws", "cloudformation", "package"]
    assert deployment[:3] == ["aws", "cloudformation", "deploy"]
    given = deployment[deployment.index("--parameter-overrides") + 1 :]
    assert given == [
        "Stage=staging",
        "Profile=staging",
        f"Release={release(package)}",
        f"BucketSuffix=-{ACCOUNT}",
        "StudyImage=hrma:1",
        "AlarmAddress=a@example.org",
    ]


def test_a_parameter_that_the_template_has_not_stops_before_anything_is_sent(cli: Cli, package: Path) -> None:
    with pytest.raises(DeliveryError, match="AlarmAdress"):
        deploy("dev", package, "artifacts", {"AlarmAdress": "x"}, None, run=cli)
    assert not [command for command in cli.commands if command[1] == "cloudformation"]


@pytest.mark.parametrize(("stage", "answers"), [("dev", [True]), ("prod", [True, True])])
def test_a_stage_goes_when_people_are_sure(cli: Cli, stage: str, answers: list[bool]) -> None:
    asked = iter(answers)
    destroy(stage, lambda _: next(asked), run=cli)
    assert [command[2] for command in cli.commands[1:]] == ["delete-stack", "wait"]
    assert next(asked, None) is None


@pytest.mark.parametrize(("stage", "answers"), [("dev", [False]), ("prod", [True, False])])
def test_a_stage_stays_when_somebody_is_not(cli: Cli, stage: str, answers: list[bool]) -> None:
    asked = iter(answers)
    with pytest.raises(DeliveryError, match="left as it is"):
        destroy(stage, lambda _: next(asked), run=cli)
    assert [command[1] for command in cli.commands] == ["sts"]


def test_without_credentials_the_remedy_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deploying, "require_tool", lambda: None)

    def refuses(_command: list[str]) -> str:
        raise DeliveryError("no")

    with pytest.raises(DeliveryError, match="aws configure"):
        account(refuses)


@pytest.mark.parametrize("command", ["deploy", "destroy"])
def test_without_the_tool_the_command_says_where_to_get_it(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "delivery", command, "--stage", "dev"],
        cwd=ROOT,
        env={"PATH": "/nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "install AWS's command line: https://" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_release_is_named_after_what_is_packed(package: Path) -> None:
    first = release(package)
    assert release(package) == first
    (package / "manifest.json").write_text('{"archives": {"deployment.zip": "another"}}')
    assert release(package) != first


def test_a_parameter_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("two\nlines")
    assert parameters([f"TokenPublicKey=@{tmp_path / 'key.pem'}", "A=b=c"]) == {
        "TokenPublicKey": "two\nlines",
        "A": "b=c",
    }


@pytest.mark.parametrize("given", ["Name", "=value", "Name=@/nowhere"])
def test_a_parameter_without_name_or_value_is_refused(given: str) -> None:
    with pytest.raises(DeliveryError, match=r"NAME=VALUE|/nowhere"):
        parameters([given])


def test_a_failing_program_is_an_error_that_names_it() -> None:
    with pytest.raises(DeliveryError, match="ended with 3"):
        deploying.run([sys.executable, "-c", "raise SystemExit(3)"])
