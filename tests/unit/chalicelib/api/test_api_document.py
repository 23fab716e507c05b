"""The OpenAPI document: valid, in step with the code, and true of what the routes do."""

import json
import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fake_api import Api
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from chalicelib.api import operations
from chalicelib.api.documents import document
from chalicelib.api.errors import STATUS
from chalicelib.api.examples import MOTORS
from chalicelib.api.operation import NoBody
from chalicelib.api.study_examples import STUDIES
from engine import parse_spec
from engine.registry import MOTOR_TYPES
from engine.studies.models import count_cases, parse_study

DOCS = Path(__file__).resolve().parents[4] / "docs" / "api"


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return document()


def test_the_document_is_valid(described: dict[str, Any]) -> None:
    validate(described, cls=OpenAPIV31SpecValidator)


def test_the_committed_document_is_the_one_of_the_code() -> None:
    fresh = runpy.run_path(str(DOCS / "write_openapi.py"))["text"]()
    committed = (DOCS / "openapi.json").read_text(encoding="utf-8")
    assert committed == fresh, "run: python docs/api/write_openapi.py"


def test_every_route_is_described_with_what_it_may_refuse(described: dict[str, Any]) -> None:
    for operation in operations():
        entry = described["paths"][operation.path][operation.method.lower()]
        assert entry["summary"]
        statuses = set(entry["responses"])
        assert {str(status) for status in operation.outcomes} <= statuses
        assert {str(int(STATUS[code])) for code in operation.refusals} <= statuses
        assert ("401" in statuses) == (operation.permission is not None)
        assert ("requestBody" in entry) == (operation.body is not NoBody)


def test_every_body_has_an_example(described: dict[str, Any]) -> None:
    bodies = [
        entry["requestBody"]["content"]["application/json"]
        for methods in described["paths"].values()
        for entry in methods.values()
        if "requestBody" in entry
    ]
    assert len(bodies) == 5
    assert all(body["examples"] for body in bodies)


@pytest.mark.parametrize("name", MOTORS)
def test_every_example_is_a_specification_that_the_engine_takes(name: str) -> None:
    assert parse_spec(MOTORS[name]).motor_type == MOTORS[name]["motor_type"]


@pytest.mark.parametrize("name", STUDIES)
def test_every_example_is_a_study_that_the_engine_takes(name: str) -> None:
    assert 0 < count_cases(parse_study(STUDIES[name])) < 20_000


def test_a_study_is_described_by_the_engines_own_models(described: dict[str, Any]) -> None:
    body = described["paths"]["/v1/studies"]["post"]["requestBody"]["content"]["application/json"]
    kinds = {one["$ref"].rpartition("/")[2] for one in body["schema"]["anyOf"]}
    assert kinds == {f"{kind}Study" for kind in ("Sweep", "Optimization", "Uncertainty", "Sensitivity")}
    assert described["components"]["schemas"]["Study"]["properties"]["study"] == body["schema"]


def test_a_specification_is_described_by_the_engines_own_models(described: dict[str, Any]) -> None:
    components = described["components"]["schemas"]
    body = described["paths"]["/v1/analyses"]["post"]["requestBody"]["content"]["application/json"]
    kinds = {one["$ref"].rpartition("/")[2] for one in body["schema"]["anyOf"]}
    assert kinds == {motor.model.__name__ for motor in MOTOR_TYPES.values()}
    liquid = components["LiquidSpec"]
    assert {"propellant", "chamber_pressure", "nozzle", "validate"} <= liquid["properties"].keys()
    results = components["Analysis"]["properties"]["result"]["anyOf"]
    assert {one["$ref"].rpartition("/")[2] for one in results} == {"AnalysisResult", "HybridResult"}
    assert "c_star" in components["AnalysisResult"]["properties"]


def test_the_document_and_its_page_are_given(api: Api, described: dict[str, Any]) -> None:
    assert api.get("/openapi.json", caller=None).json_body == json.loads(json.dumps(described))
    page = api.get("/docs")
    assert page.headers["Content-Type"].startswith("text/html")
    assert described["info"]["title"] in page.body.decode()
    assert "/*OPENAPI*/" not in page.body.decode()


def test_the_usage_page_names_every_code_and_permission(services: SimpleNamespace) -> None:
    page = (DOCS / "index.md").read_text(encoding="utf-8")
    for code in STATUS.keys() - {"unknown_message"}:
        assert f"`{code}`" in page, code
    for permission in {str(one.permission) for one in operations() if one.permission}:
        assert f"| `{permission}` |" in page
