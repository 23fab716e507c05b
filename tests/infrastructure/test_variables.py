"""Every variable that the service reads is set in the template, to what it means to be."""

import json
from typing import Any

import pytest

from chalicelib.settings import Deployment, Migration, Release, Settings

LIMIT = 4096
"""Bytes that Lambda allows for all variables of a function together."""
LONGEST = {
    "HRMA_TOKEN_PUBLIC_KEY": 130,  # a PEM of Ed25519
    "HRMA_DATABASE_URL": 140,
}
URL, ARN = 90, 100

ELSEWHERE = {
    "HRMA_KUBERNETES_": "there is no Kubernetes here",
    "HRMA_ROCKETCEA_PYTHON": "RocketCEA is GPL and goes nowhere",
}
"""Variables that the template leaves out, and why."""


def names(*models: type[Settings | Deployment | Migration | Release]) -> set[str]:
    return {f"HRMA_{name.upper()}" for model in models for name in model.model_fields}


def variables(template: dict[str, Any], function: str) -> dict[str, Any]:
    """The variables that a function of the template has: those of all, and its own."""
    own = template["Resources"][function]["Properties"]["Environment"]["Variables"]
    shared: dict[str, Any] = template["Globals"]["Function"]["Environment"]["Variables"]
    return {**shared, **own}


def test_every_variable_of_the_settings_is_set(template: dict[str, Any]) -> None:
    wanted = {name for name in names(Deployment, Settings) if not name.startswith(tuple(ELSEWHERE))}
    given = variables(template, "APIHandler")
    assert wanted == {name for name in given if name.startswith("HRMA_")}


@pytest.mark.parametrize(
    ("function", "model"),
    [("MigrateDatabase", Migration), ("BeforeTraffic", Release), ("AfterTraffic", Release)],
)
def test_the_steps_of_a_release_have_theirs(
    template: dict[str, Any], function: str, model: type[Migration | Release]
) -> None:
    assert names(model) <= variables(template, function).keys()


ON_AWS = {"HRMA_METRICS", "HRMA_TRACES", "HRMA_STAGE", "HRMA_DATABASE_IAM"}


def test_what_may_be_tuned_is_at_its_default(
    template: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = {
        name: value for name, value in variables(template, "APIHandler").items() if isinstance(value, str)
    }
    for name, value in plain.items():
        monkeypatch.setenv(name, value)
    needed = {name for name, field in Settings.model_fields.items() if field.is_required()}
    for name in needed | {"batch_state_machine_arn", "study_state_machine_arn"}:
        monkeypatch.setenv(f"HRMA_{name.upper()}", "x")
    deployed = Settings.read()
    tuned = plain.keys() - ON_AWS
    differ = {
        f"HRMA_{name.upper()}": (getattr(deployed, name), field.default)
        for name, field in Settings.model_fields.items()
        if f"HRMA_{name.upper()}" in tuned and getattr(deployed, name) != field.default
    }
    assert not differ, f"in .chalice/resources/functions.yaml and in settings.py: {differ}"
    assert deployed.metrics
    assert deployed.traces
    assert deployed.database_iam


def test_a_task_has_the_variables_of_a_function(template: dict[str, Any]) -> None:
    (container,) = template["Resources"]["StudyTask"]["Properties"]["ContainerDefinitions"]
    task = {one["Name"]: one["Value"] for one in container["Environment"]}
    assert task == {**variables(template, "StudyQueue"), "HRMA_STAGE": {"Ref": "Stage"}}


@pytest.mark.parametrize("function", ["APIHandler", "MigrateDatabase", "BeforeTraffic"])
def test_the_variables_fit_into_what_lambda_allows(template: dict[str, Any], function: str) -> None:
    assert sum(len(n) + length(n, v) for n, v in variables(template, function).items()) < LIMIT


def length(name: str, value: Any) -> int:
    """How long a value is, once it is known what it refers to."""
    if isinstance(value, str):
        return len(value)
    return LONGEST.get(name, URL if name.endswith(("URL", "BUCKET")) else ARN)


def test_no_variable_is_a_secret(template: dict[str, Any]) -> None:
    text = json.dumps(template["Globals"]) + json.dumps(variables(template, "MigrateDatabase"))
    assert "resolve:secretsmanager" not in text
    assert "NoEcho" not in json.dumps(template["Parameters"])
