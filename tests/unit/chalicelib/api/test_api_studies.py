"""The routes of studies, over faked services."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from fake_api import CALLERS, Api

from chalicelib.api.study_examples import STUDIES, SWEEP
from chalicelib.domain.errors import ConflictError, NotReadyError, QuotaExceededError
from chalicelib.domain.study import StudyStatus
from chalicelib.views.study_table import StudyTable

ID = UUID("0c1d4a52-6a5b-4d83-8f0e-111111111111")
ESTIMATE: dict[str, Any] = {
    "cases": 231,
    "computing_seconds": 1.1,
    "seconds": 1.1,
    "dollars": 0.0004,
    "route": "function",
    "tasks": 1,
    "quota": {"seconds": 1000.0, "used": 0.0},
    "allowed": True,
}


def started(services: SimpleNamespace) -> None:
    services.start_study.return_value = SimpleNamespace(
        study_id=ID, status=StudyStatus.QUEUED, estimate=ESTIMATE
    )


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_is_accepted_with_its_address_and_estimate(
    api: Api, services: SimpleNamespace, name: str
) -> None:
    started(services)
    headers = {"X-Correlation-Id": "trace", "Idempotency-Key": "k"}
    answer = api.post("/v1/studies", STUDIES[name], headers=headers)
    assert (answer.status_code, answer.headers["Location"]) == (202, f"/v1/studies/{ID}")
    assert answer.headers["Retry-After"] == "1"
    assert answer.json_body == {"id": str(ID), "status": "queued", "estimate": ESTIMATE}
    services.start_study.assert_called_once_with(
        STUDIES[name], principal=CALLERS["engineer"], correlation_id="trace", idempotency_key="k"
    )


def test_a_long_study_is_worth_a_look_less_often(api: Api, services: SimpleNamespace) -> None:
    started(services)
    services.start_study.return_value.estimate = {**ESTIMATE, "seconds": 1000.0}
    assert api.post("/v1/studies", SWEEP).headers["Retry-After"] == "10"


def test_a_short_one_can_be_waited_for(api: Api, services: SimpleNamespace) -> None:
    started(services)
    services.get_study.return_value = {"id": str(ID), "status": "succeeded"}
    answer = api.post("/v1/studies?wait=1", SWEEP)
    assert (answer.status_code, answer.json_body) == (200, {"id": str(ID), "status": "succeeded"})
    services.get_study.return_value = {"id": str(ID), "status": "running"}
    assert api.post("/v1/studies?wait=0.01", SWEEP).status_code == 202


@pytest.mark.parametrize("path", ["/v1/studies?estimate=true", "/v1/studies/estimate"])
def test_an_estimate_starts_nothing(api: Api, services: SimpleNamespace, path: str) -> None:
    services.estimate_study.return_value = ESTIMATE
    answer = api.post(path, SWEEP)
    assert (answer.status_code, answer.json_body) == (200, ESTIMATE)
    services.start_study.assert_not_called()


def test_over_the_quota_is_too_many_requests_with_the_figures(api: Api, services: SimpleNamespace) -> None:
    services.start_study.side_effect = QuotaExceededError("about 101 s of computing", estimate=ESTIMATE)
    answer = api.post("/v1/studies", SWEEP)
    assert (answer.status_code, answer.json_body["code"]) == (429, "quota_exceeded")
    assert answer.json_body["estimate"] == ESTIMATE


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/v1/studies"), ("POST", f"/v1/studies/{ID}/cancel"), ("DELETE", f"/v1/studies/{ID}")],
)
def test_a_reader_starts_and_ends_nothing(
    api: Api, services: SimpleNamespace, method: str, path: str
) -> None:
    answer = api.send(method, path, SWEEP if path == "/v1/studies" else None, caller="reader")
    assert (answer.status_code, answer.json_body["code"]) == (403, "permission_denied")


def test_the_list_is_filtered_and_paged(api: Api, services: SimpleNamespace) -> None:
    services.list_studies.return_value = {"items": [], "next_cursor": None}
    assert api.get("/v1/studies?status=running&type=sweep&limit=5&cursor=abc").status_code == 200
    services.list_studies.assert_called_once_with(
        project="demo", status=StudyStatus.RUNNING, type="sweep", cursor="abc", limit=5
    )
    assert api.get("/v1/studies?status=done").json_body["errors"][0]["field"] == "status"


@pytest.mark.parametrize(("status", "header"), [("running", "1"), ("succeeded", None)])
def test_an_unfinished_study_says_when_to_look_again(
    api: Api, services: SimpleNamespace, status: str, header: str | None
) -> None:
    services.get_study.return_value = {"id": str(ID), "status": status, "estimate": ESTIMATE}
    assert api.get(f"/v1/studies/{ID}").headers.get("Retry-After") == header


@pytest.mark.parametrize(("query", "kind"), [("", "csv"), ("?format=parquet", "parquet")])
def test_the_table_is_elsewhere(api: Api, services: SimpleNamespace, query: str, kind: str) -> None:
    services.study_table.return_value = StudyTable("https://store/cases", "sweep.csv")
    answer = api.get(f"/v1/studies/{ID}/results{query}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "https://store/cases")
    services.study_table.assert_called_once_with(ID, kind, project="demo")
    services.study_table.side_effect = NotReadyError("it is running")
    assert api.get(f"/v1/studies/{ID}/results").status_code == 409


def test_an_unknown_format_names_the_known_ones(api: Api, services: SimpleNamespace) -> None:
    answer = api.get(f"/v1/studies/{ID}/results?format=xlsx")
    assert answer.status_code == 422
    assert "'csv' or 'parquet'" in answer.json_body["errors"][0]["message"]


def test_a_study_is_cancelled_or_says_why_not(api: Api, services: SimpleNamespace) -> None:
    services.cancel_study.return_value = StudyStatus.CANCELLED
    assert api.post(f"/v1/studies/{ID}/cancel").json_body == {"id": str(ID), "status": "cancelled"}
    services.cancel_study.side_effect = ConflictError("it has succeeded already")
    assert api.post(f"/v1/studies/{ID}/cancel").status_code == 409


def test_a_study_is_deleted(api: Api, services: SimpleNamespace) -> None:
    answer = api.send("DELETE", f"/v1/studies/{ID}")
    assert (answer.status_code, answer.body) == (204, b"")
    services.delete_study.assert_called_once_with(ID, project="demo")
