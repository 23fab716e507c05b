"""What stages and docs hand to the template are parameters that it has, and values that it allows."""

import json
import re
from typing import Any

import pytest

from runtime.embedded import description

ROOT = description.FOLDER.parent
STAGES = ("dev", "staging", "prod")
LEFT_OVER = 100
"""Functions at a time that AWS wants to be reserved by nobody."""
QUOTA = 1000


def given(stage: str) -> dict[str, str]:
    path = description.FOLDER / "parameters" / f"{stage}.json"
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))["Parameters"]
    return found


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_gives_parameters_that_are_there_and_values_that_are_allowed(
    template: dict[str, Any], stage: str
) -> None:
    assert given(stage)["Stage"] == given(stage)["Profile"] == stage
    for name, value in given(stage).items():
        parameter = template["Parameters"][name]
        assert value in parameter.get("AllowedValues", [value]), name
        assert re.fullmatch(parameter.get("AllowedPattern", ".*"), value), name


def test_every_parameter_says_what_it_is_and_most_have_a_default(template: dict[str, Any]) -> None:
    for name, parameter in template["Parameters"].items():
        assert parameter["Description"].endswith("."), name
        assert "Default" in parameter, name


def test_the_page_names_every_parameter_that_somebody_decides(template: dict[str, Any]) -> None:
    page = (ROOT / "docs" / "aws.md").read_text(encoding="utf-8")
    decided = {name for name in template["Parameters"] if not name.endswith("VisibilityTimeout")}
    assert {name for name in decided if f"`{name}`" not in page} <= {"AlarmAddress"}
    named = set(re.findall(r"(\w+)=", page.partition("--parameter-overrides")[2].partition("\n\n")[0]))
    assert named <= decided


@pytest.mark.parametrize("stage", STAGES)
def test_the_functions_of_a_stage_fit_into_an_account(template: dict[str, Any], stage: str) -> None:
    profile = template["Mappings"]["Profiles"][stage]
    reserved = [
        resource["Properties"]["ReservedConcurrentExecutions"]
        for resource in template["Resources"].values()
        if "ReservedConcurrentExecutions" in resource.get("Properties", {})
    ]
    total = sum(one if isinstance(one, int) else profile[one["Fn::FindInMap"][2]] for one in reserved)
    assert total <= QUOTA - LEFT_OVER
    page = (ROOT / "docs" / "aws.md").read_text(encoding="utf-8")
    assert f"{total} ({stage})" in page


def test_what_is_kept_warm_is_less_than_what_may_run(template: dict[str, Any]) -> None:
    for profile in template["Mappings"]["Profiles"].values():
        assert profile["Warm"] < min(profile["ApiConcurrency"], profile["SolveConcurrency"])


def test_the_template_stays_below_the_limits_of_cloudformation(template: dict[str, Any]) -> None:
    assert (
        len(template["Resources"]) < 350
    )  # SAM makes versions, aliases, mappings and deployments besides: below 500
    assert len(template["Parameters"]) <= 200
    assert len(json.dumps(template)) < 1_000_000
