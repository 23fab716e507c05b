"""Every alarm says what to do, in a runbook of its name."""

import re
from typing import Any

import pytest

from runtime.embedded import description

ROOT = description.FOLDER.parent
RUNBOOKS = ROOT / "template-extras" / "runbooks"
ALARMS = {
    name: resource["Properties"]
    for name, resource in description.merged()["Resources"].items()
    if resource["Type"] == "AWS::CloudWatch::Alarm"
}
NOT_ALARMS = {"BlueGreen", "DatabaseMigration", "RegionFailover"}


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_has_a_runbook_of_its_name_and_points_to_it(name: str) -> None:
    text = (RUNBOOKS / f"{name}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {name}\n")
    assert "\n## Look\n" in text
    assert "\n## Do\n" in text
    alarm = ALARMS[name]
    assert alarm["AlarmName"] == {"Fn::Sub": f"hrma-${{Stage}}-{name}"}
    assert alarm["AlarmDescription"].endswith(f"template-extras/runbooks/{name}.md")
    assert alarm["AlarmActions"] == [{"Ref": "Alarms"}]


def test_no_runbook_is_left_over() -> None:
    assert {path.stem for path in RUNBOOKS.glob("*.md")} - NOT_ALARMS >= set(ALARMS)


def test_runbooks_name_alarms_and_resources_that_are_there(resources: dict[str, Any]) -> None:
    known = resources["Resources"].keys() | resources["Parameters"].keys() | NOT_ALARMS
    for path in RUNBOOKS.glob("*.md"):
        for see in re.findall(
            r"(?:see|See|as for|as in|go on with) `(\w+)`", path.read_text(encoding="utf-8")
        ):
            assert see in known, f"{path.name}: {see}"


def test_the_templates_settings_that_runbooks_turn_are_there() -> None:
    profiles = description.merged()["Mappings"]["Profiles"]
    text = "".join(path.read_text(encoding="utf-8") for path in RUNBOOKS.glob("*.md"))
    for name in ("ApiConcurrency", "SolveConcurrency", "BatchConcurrency", "DatabaseMaximum", "CacheNode"):
        assert f"`{name}`" in text or f"({name}" in text
        assert all(name in profile for profile in profiles.values())
