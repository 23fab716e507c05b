"""The service about itself, and batches, over real HTTP."""

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from chalicelib.api.examples import MERLIN_LIKE
from chalicelib.api.study_examples import STUDIES, SWEEP

COLUMNS = (
    "motor_type",
    "propellant.fuel",
    "propellant.oxidizer",
    "propellant.mixture_ratio",
    "chamber_pressure",
    "nozzle.area_ratio",
)
GOOD = "liquid,RP-1,LOX,2.3,9.7e6,16"
BAD = "liquid,RP-1,LOX,2.3,-9.7e6,16"
PATIENCE = 60.0


@pytest.fixture(scope="module")
def api(running_stack: Any) -> Iterator[httpx.Client]:
    with running_stack.api as client:
        yield client


def ended(api: httpx.Client, batch_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        batch: dict[str, Any] = api.get(f"/v1/batches/{batch_id}").json()
        if batch["status"] not in ("awaiting_upload", "queued", "running"):
            return batch
        time.sleep(0.1)
    raise AssertionError(f"the batch did not end: {batch}")


def test_health_needs_no_token(api: httpx.Client) -> None:
    answer = httpx.get(f"{api.base_url}/health", timeout=10)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_the_service_is_ready(api: httpx.Client) -> None:
    assert api.get("/ready").json()["database"] == "ok"


def test_every_part_is_looked_at(api: httpx.Client) -> None:
    answer = api.get("/v1/health/deep")
    assert answer.status_code == 200, answer.text
    parts = answer.json()
    assert set(parts["queues"]) == {"solve", "solve-retry", "batch", "uploads", "study", "dead-letters"}
    assert set(parts["buckets"]) == {"uploads", "results"}
    assert parts["database"]["revision"]
    assert all(queue["waiting"] >= 0 for queue in parts["queues"].values())


def test_metrics_count_what_is_there(api: httpx.Client) -> None:
    answer = api.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain")
    samples = dict(line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#"))
    assert float(samples['hrma_analyses{status="succeeded"}']) >= 0
    assert samples['hrma_queue_up{queue="solve"}'] == "1"


def test_the_document_is_open_and_valid(api: httpx.Client) -> None:
    document = httpx.get(f"{api.base_url}/openapi.json", timeout=10).json()
    validate(document, cls=OpenAPIV31SpecValidator)
    assert document["openapi"].startswith("3.1")


def test_answers_are_what_the_document_says(api: httpx.Client) -> None:
    document = api.get("/openapi.json").json()

    def check(answer: httpx.Response, path: str, method: str = "get") -> dict[str, Any]:
        described = document["paths"][path][method]["responses"][str(answer.status_code)]["content"]
        schema = described[answer.headers["Content-Type"].partition(";")[0]]["schema"]
        Draft202012Validator({**schema, "components": document["components"]}).validate(answer.json())
        found: dict[str, Any] = answer.json()
        return found

    solved = check(api.post("/v1/analyses?wait=20", json=MERLIN_LIKE), "/v1/analyses", "post")
    check(api.post("/v1/analyses", json=MERLIN_LIKE), "/v1/analyses", "post")
    check(api.post("/v1/analyses", json={}), "/v1/analyses", "post")
    check(api.get(f"/v1/analyses/{solved['id']}"), "/v1/analyses/{analysis_id}")
    check(api.get(f"/v1/analyses/{solved['id']}/history"), "/v1/analyses/{analysis_id}/history")
    check(api.get("/v1/analyses"), "/v1/analyses")
    batch = check(api.post("/v1/batches", json={"filename": "a.csv"}), "/v1/batches", "post")
    check(api.get(f"/v1/batches/{batch['id']}"), "/v1/batches/{batch_id}")
    check(api.post(f"/v1/batches/{batch['id']}/cancel"), "/v1/batches/{batch_id}/cancel", "post")
    study = check(api.post("/v1/studies?wait=20", json=SWEEP), "/v1/studies", "post")
    check(api.post("/v1/studies", json=SWEEP), "/v1/studies", "post")
    check(api.post("/v1/studies", json={"type": "sweep"}), "/v1/studies", "post")
    check(api.post("/v1/studies/estimate", json=SWEEP), "/v1/studies/estimate", "post")
    check(api.get(f"/v1/studies/{study['id']}"), "/v1/studies/{study_id}")
    check(api.get("/v1/studies"), "/v1/studies")
    check(api.post(f"/v1/studies/{study['id']}/cancel"), "/v1/studies/{study_id}/cancel", "post")
    check(api.get("/v1/propellants"), "/v1/propellants")
    for path in ("/health", "/ready", "/v1/health/deep"):
        check(api.get(path), path)


def test_the_page_loads_nothing_from_elsewhere(api: httpx.Client) -> None:
    answer = api.get("/docs")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "/v1/analyses" in answer.text
    assert " src=" not in answer.text
    assert "@import" not in answer.text


def test_the_catalogue_names_what_can_be_burnt(api: httpx.Client) -> None:
    found = api.get("/v1/propellants").json()
    names = {str(one) for kind in ("fuels", "oxidizers") for one in found[kind]}
    assert any("LH2" in name for name in names)
    assert any("LOX" in name for name in names)


def test_a_correlation_id_is_kept(api: httpx.Client) -> None:
    assert api.get("/health", headers={"X-Correlation-Id": "abc-1"}).headers["X-Correlation-Id"] == "abc-1"


def test_an_uploaded_file_is_solved_and_its_bad_row_is_told(api: httpx.Client) -> None:
    created = api.post("/v1/batches", json={"filename": "two good, one bad.csv".replace(",", "")}).json()
    assert created["status"] == "awaiting_upload"
    content = "\n".join([",".join(COLUMNS), GOOD, BAD, GOOD]) + "\n"
    assert httpx.put(created["upload_url"], content=content, timeout=10).status_code == 200
    batch = ended(api, created["id"])
    assert batch["status"] == "completed_with_errors", batch
    assert (batch["rows"], batch["valid"], batch["solved"], batch["failed"]) == (3, 2, 2, 1)
    assert batch["progress"] == 1
    results = api.get(f"/v1/batches/{created['id']}/results").text.splitlines()
    assert len(results) == 3
    errors = api.get(f"/v1/batches/{created['id']}/errors").text.splitlines()
    assert len(errors) == 2
    assert "chamber_pressure" in errors[1]
    assert errors[1].startswith("3,")


def test_a_batch_without_its_file_has_no_results_yet(api: httpx.Client) -> None:
    created = api.post("/v1/batches", json={"filename": "later.csv"}).json()
    answer = api.get(f"/v1/batches/{created['id']}/results")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_ready")
    assert api.post(f"/v1/batches/{created['id']}/cancel").json()["status"] == "cancelled"


@pytest.mark.parametrize("name", STUDIES)
def test_a_short_study_of_every_kind_is_answered_while_the_caller_waits(api: httpx.Client, name: str) -> None:
    study = api.post("/v1/studies?wait=20", json=STUDIES[name]).json()
    assert study["status"] == "succeeded", study
    assert study["result"]["type"] == STUDIES[name]["type"]
    table = httpx.get(api.get(f"/v1/studies/{study['id']}/results").headers["Location"]).text.splitlines()
    assert STUDIES[name]["variables"][0]["path"] in table[0]
    assert len(table) > 10
    parquet = api.get(f"/v1/studies/{study['id']}/results?format=parquet", follow_redirects=True)
    assert parquet.content[:4] == b"PAR1"


def test_a_wrong_study_names_the_field_and_the_remedy(api: httpx.Client) -> None:
    wrong = {**SWEEP, "variables": [{"path": "propellant.mixture_rato", "grid": "2:3:0.05"}]}
    problem = api.post("/v1/studies", json=wrong).json()
    assert problem["code"] == "invalid_request"
    assert problem["errors"][0]["field"] == "variables.0.path"
    assert "mixture_ratio" in json.dumps(problem["errors"][0])
