"""What a stage consists of changes only where somebody has read how."""

from typing import Any

from tests.infrastructure import snapshot


def test_the_stage_is_the_one_that_was_reviewed(template: dict[str, Any]) -> None:
    assert snapshot.text(template) == snapshot.WRITTEN.read_text(encoding="utf-8"), (
        "run 'PYTHONPATH=. .venv/bin/python -m tests.infrastructure.snapshot' and read the difference"
    )


def test_nothing_of_the_template_is_left_out(template: dict[str, Any]) -> None:
    short = snapshot.summary(template)
    roles = {one["Properties"]["Role"]["Fn::GetAtt"][0] for one in _functions(template).values()}
    assert short["functions"].keys() | short["resources"].keys() | roles == template["Resources"].keys()


def _functions(template: dict[str, Any]) -> dict[str, Any]:
    return {n: one for n, one in template["Resources"].items() if one["Type"] == "AWS::Serverless::Function"}
