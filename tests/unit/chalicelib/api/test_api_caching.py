"""What clients may keep, and how they are told that it is still the same."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from fake_api import Api

from chalicelib.domain.analysis import AnalysisStatus
from chalicelib.domain.errors import NotFoundError
from chalicelib.services.submit_analysis import Submission

ID = UUID("6f8f1f6e-0b7c-4c39-9d5e-2f1f2a8d1c11")
ONE = f"/v1/analyses/{ID}"
RESULT = {"thrust": 2.279e6, "history": {"time": [0.0, 1.0]}}
SUCCEEDED = {"id": str(ID), "status": "succeeded", "motor_type": "solid", "result": RESULT}
CATALOGUE: dict[str, list[Any]] = {
    "fuels": [],
    "oxidizers": [],
    "monopropellants": [],
    "ingredients": [],
    "combinations": [],
}
FINISHED = "private, max-age=3600, immutable"
PLACES = {
    ONE: FINISHED,
    f"{ONE}/history": FINISHED,
    f"{ONE}/exports/json": FINISHED,
    f"{ONE}/exports/csv": FINISHED,
    "/v1/propellants": "private, max-age=60",
    "/docs": "private, max-age=3600",
    "/openapi.json": "public, max-age=3600",
}


@pytest.fixture
def finished(services: SimpleNamespace) -> SimpleNamespace:
    services.get_analysis.return_value = SUCCEEDED
    services.get_history.return_value = RESULT["history"]
    services.list_propellants.return_value = CATALOGUE
    return services


def ask(api: Api, path: str, tag: str | None = None, caller: str = "engineer") -> Any:
    headers: Mapping[str, str] = {} if tag is None else {"If-None-Match": tag}
    return api.get(path, headers=headers, caller=caller)


@pytest.mark.parametrize(("path", "control"), PLACES.items())
def test_what_lasts_has_a_strong_tag_and_says_who_may_keep_it(
    api: Api, finished: SimpleNamespace, path: str, control: str
) -> None:
    first, second = ask(api, path), ask(api, path)
    assert first.headers["Cache-Control"] == control
    assert first.headers.get("Vary") == (None if control.startswith("public") else "Authorization")
    assert first.headers["ETag"] == second.headers["ETag"]
    assert first.headers["ETag"].startswith('"')


@pytest.mark.parametrize("path", PLACES)
def test_who_has_it_already_gets_no_body(api: Api, finished: SimpleNamespace, path: str) -> None:
    whole = ask(api, path)
    tag = whole.headers["ETag"]
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = ask(api, path, given)
        assert (answer.status_code, answer.body) == (304, b"")
        kept = ("ETag", "Cache-Control", "Vary")
        assert [answer.headers.get(name) for name in kept] == [whole.headers.get(name) for name in kept]
        assert "X-Correlation-Id" in answer.headers
    for given in ('"other"', tag.strip('"'), ""):
        assert ask(api, path, given).body == whole.body


def test_another_content_has_another_tag(api: Api, finished: SimpleNamespace) -> None:
    tag = ask(api, ONE).headers["ETag"]
    finished.get_analysis.return_value = {**SUCCEEDED, "result": {"thrust": 1.0}}
    answer = ask(api, ONE, tag)
    assert (answer.status_code, answer.json_body["result"]) == (200, {"thrust": 1.0})
    assert answer.headers["ETag"] != tag


@pytest.mark.parametrize("status", ["queued", "running", "failed", "cancelled"])
def test_what_may_still_change_is_asked_about_each_time(
    api: Api, services: SimpleNamespace, status: str
) -> None:
    services.get_analysis.return_value = {"id": str(ID), "status": status}
    assert ask(api, ONE).headers["Cache-Control"] == "private, no-cache"


def test_a_tag_opens_nothing_to_who_may_not_see_it(api: Api, finished: SimpleNamespace) -> None:
    tag = ask(api, ONE).headers["ETag"]
    finished.get_analysis.side_effect = NotFoundError("there is no such analysis")
    refused = ask(api, ONE, tag)
    assert (refused.status_code, refused.headers["Cache-Control"]) == (404, "no-store")
    assert api.get(ONE, caller="nobody", headers={"If-None-Match": "*"}).status_code in (401, 403)


def test_nobody_keeps_what_is_not_said_to_be_kept(api: Api, services: SimpleNamespace) -> None:
    services.list_analyses.return_value = {"items": [], "next_cursor": None}
    services.submit_analysis.return_value = Submission(ID, AnalysisStatus.QUEUED)
    services.get_analysis.return_value = SUCCEEDED
    answers = [
        api.get("/v1/analyses"),
        api.get("/health", caller=None),
        api.post("/v1/analyses", {"motor_type": "liquid"}),
        api.post("/v1/analyses?wait=1", {"motor_type": "liquid"}, headers={"If-None-Match": "*"}),
        api.get("/v1/analyses/not-an-id"),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 202, 200, 422]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
    assert not any("ETag" in answer.headers for answer in answers)


def test_who_waits_lets_a_known_answer_end_the_analysis_at_once(api: Api, services: SimpleNamespace) -> None:
    services.submit_analysis.return_value = Submission(ID, AnalysisStatus.SUCCEEDED)
    services.get_analysis.return_value = {**SUCCEEDED, "cached": True}
    answer = api.post("/v1/analyses?wait=5", {"motor_type": "liquid"})
    assert (answer.status_code, answer.json_body["cached"]) == (200, True)
    assert services.submit_analysis.call_args.kwargs["at_once"] is True
