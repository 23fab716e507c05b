"""The composition root: everything is bound, and nothing is connected before it is used."""

import subprocess
import sys
from dataclasses import fields
from inspect import Parameter, signature
from pathlib import Path

import pytest

from chalicelib import bootstrap, settings
from chalicelib.adapters.database.unit_of_work import Database

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {
    "HRMA_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere",
    "HRMA_UPLOADS_BUCKET": "up",
    "HRMA_RESULTS_BUCKET": "results",
    "HRMA_SOLVE_QUEUE_URL": "http://127.0.0.1:1/solve",
    "HRMA_SOLVE_RETRY_QUEUE_URL": "http://127.0.0.1:1/solve-retry",
    "HRMA_BATCH_QUEUE_URL": "http://127.0.0.1:1/batch",
    "HRMA_UPLOADS_QUEUE_URL": "http://127.0.0.1:1/uploads",
    "HRMA_DEAD_LETTER_QUEUE_URL": "http://127.0.0.1:1/dead-letters",
    "HRMA_BATCH_STATE_MACHINE_ARN": "arn:aws:states:us-east-1:000000000000:stateMachine:batch",
    "HRMA_STUDY_QUEUE_URL": "http://127.0.0.1:1/study",
    "HRMA_STUDY_STATE_MACHINE_ARN": "arn:aws:states:us-east-1:000000000000:stateMachine:study",
    "HRMA_TOKEN_PUBLIC_KEY": "not read before the first token",
}
CALLERS_OWN = {"principal", "project", "correlation_id", "idempotency_key"}


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch):
    bootstrap.close()
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    yield bootstrap.services()
    bootstrap.close()


def test_a_process_has_one_set_of_services(services: bootstrap.Services) -> None:
    assert bootstrap.services() is services


def test_every_use_case_needs_nothing_but_what_its_caller_knows(services: bootstrap.Services) -> None:
    for field in fields(services):
        bound = getattr(services, field.name)
        if not hasattr(bound, "keywords"):
            continue
        missing = {
            name
            for name, parameter in signature(bound).parameters.items()
            if parameter.kind is Parameter.KEYWORD_ONLY and parameter.default is Parameter.empty
        }
        assert missing <= CALLERS_OWN, f"{field.name} lacks {missing - CALLERS_OWN}"


@pytest.mark.parametrize("name", sorted(ENVIRONMENT))
def test_a_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    bootstrap.close()
    for other, value in ENVIRONMENT.items():
        if other != name:
            monkeypatch.setenv(other, value)
    monkeypatch.delenv(name, raising=False)
    with pytest.raises(ValueError, match=name.removeprefix("HRMA_").lower()):
        bootstrap.services()
    bootstrap.close()


def test_kubernetes_needs_no_state_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    bootstrap.close()
    for name, value in ENVIRONMENT.items():
        if not name.endswith("_ARN"):
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("HRMA_WORKFLOWS", "kubernetes")
    with pytest.raises(ValueError, match="kubernetes_image"):
        bootstrap.services()
    monkeypatch.setenv("HRMA_KUBERNETES_IMAGE", "registry.example/hrma:1")
    assert bootstrap.services().begin_study.keywords["workflows"].__class__.__name__ == "KubernetesLauncher"
    bootstrap.close()


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("app", {"numpy", "scipy", "sqlalchemy", "cea", "engine", "psycopg", "boto3", "botocore.session"}),
        ("chalicelib.api.authorizer", {"numpy", "psycopg", "boto3", "botocore.session"}),
    ],
)
def test_importing_brings_only_what_every_function_needs(module: str, absent: set[str]) -> None:
    code = f"import sys, {module}; print(sorted({absent!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "work",
    [
        "bootstrap.services()",
        "from chalicelib.api.study_examples import STUDIES; "
        "from chalicelib.services.check_study import check_study; [check_study(one) for one in STUDIES.values()]",
    ],
)
def test_the_services_of_the_api_bring_no_numerics(work: str) -> None:
    code = (
        f"import sys; from chalicelib import bootstrap; {work}; "
        "print(sorted({'numpy', 'scipy', 'sqlalchemy', 'cea'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("variables", "levels"),
    [
        ({}, ["memory", "database"]),
        ({"HRMA_CACHE_URL": ""}, ["memory", "database"]),
        ({"HRMA_CACHE_URL": "rediss://cache:6379"}, ["memory", "valkey"]),
        ({"HRMA_CACHE_SECONDS": "0"}, []),
    ],
)
def test_the_settings_say_where_answers_are_kept(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], levels: list[str]
) -> None:
    for name, value in {**ENVIRONMENT, **variables}.items():
        monkeypatch.setenv(name, value)
    known = settings.Settings.read()
    database = Database(known.database_url.get_secret_value())
    assert [level.name for level in bootstrap._cache_levels(known, database)] == levels
