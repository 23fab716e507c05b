"""Analyses over real HTTP, queue, worker and database."""

import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from chalicelib.api.examples import (
    LIQUIDS,
    MERLIN_LIKE,
    NITROUS_HYBRID,
    OXYGEN_HYBRID,
    RS_25_LIKE,
    SOLIDS,
    TWO_TUBES,
)
from chalicelib.domain.access import Permission
from engine.formats import eng, rse
from runtime.home import Home
from runtime.tokens import TokenIssuer

ALL = tuple(Permission)
PATIENCE = 30.0


@pytest.fixture(scope="module")
def issuer(running_stack: Any) -> TokenIssuer:
    return TokenIssuer.of(Home(running_stack.home))


@pytest.fixture
def api(running_stack: Any, issuer: TokenIssuer) -> Iterator[httpx.Client]:
    """A client in a project of its own, so that tests do not see each other's work."""
    token = issuer.issue("ada", f"project-{uuid4().hex[:12]}", ALL, 1.0)
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=running_stack.url, headers=headers, timeout=PATIENCE) as client:
        yield client


def finished(api: httpx.Client, location: str) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found: dict[str, Any] = api.get(location).json()
        if found["status"] not in ("queued", "running"):
            return found
        time.sleep(0.05)
    raise AssertionError(f"{location} did not end: {found}")


def solved(api: httpx.Client, spec: dict[str, Any]) -> dict[str, Any]:
    answer = api.post("/v1/analyses?wait=20", json=spec)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    assert found["status"] == "succeeded", found
    return found


@pytest.mark.parametrize("name", LIQUIDS)
def test_every_example_of_the_document_is_solved(api: httpx.Client, name: str) -> None:
    result = solved(api, LIQUIDS[name])["result"]
    # peroxide of 90 % decomposes at some 1,030 K; what burns is hotter
    decomposes = "monopropellant" in LIQUIDS[name]["propellant"]
    assert 1000 < result["chamber_temperature"] < 1060 if decomposes else result["chamber_temperature"] > 2500
    assert result["specific_impulse_vacuum"] > result["specific_impulse_sea_level"]
    if "thrust" in LIQUIDS[name]:
        assert result["thrust"] == pytest.approx(LIQUIDS[name]["thrust"], rel=1e-9)


def test_hybrids_are_solved_like_liquids_and_have_a_history(api: httpx.Client) -> None:
    for spec in (NITROUS_HYBRID, OXYGEN_HYBRID):
        found = solved(api, spec)
        assert found["result"]["motor_type"] == "hybrid"
        assert found["result"]["total_impulse"] > 1000.0
        history = api.get(f"/v1/analyses/{found['id']}/history").json()
        curves = history.get("history", history)
        assert len(curves["thrust"]) == len(curves["time"]) > 50
    refused = api.post("/v1/analyses", json=OXYGEN_HYBRID | {"burn_time": -1.0})
    assert refused.status_code == 400 or refused.status_code == 422
    assert refused.json()["fields"][0]["field"] == "burn_time" if "fields" in refused.json() else True


def test_solids_are_solved_like_liquids_and_have_a_history(api: httpx.Client) -> None:
    for spec in SOLIDS.values():
        found = solved(api, spec)
        result = found["result"]
        assert result["motor_type"] == "solid"
        assert result["designation"].startswith(result["impulse_class"])
        assert len(result["grains"]) == len(spec["grains"])
        history = api.get(f"/v1/analyses/{found['id']}/history").json()
        curves = history.get("history", history)
        assert len(curves["thrust"]) == len(curves["kn"]) == len(curves["time"]) > 50
    wide = {**TWO_TUBES, "grains": [{**TWO_TUBES["grains"][0], "core_diameter": 0.1}]}
    refused = api.post("/v1/analyses", json=wide)
    assert refused.status_code in (400, 422)
    assert "grains.0.core_diameter" in refused.text


def test_an_analysis_is_accepted_queued_and_solved(api: httpx.Client) -> None:
    accepted = api.post("/v1/analyses", json=RS_25_LIKE)
    assert accepted.status_code == 202
    assert accepted.json()["status"] == "queued"
    found = finished(api, accepted.headers["Location"])
    assert found["id"] == accepted.json()["id"]
    assert found["spec"] == RS_25_LIKE
    assert 2200 < found["result"]["c_star"] < 2400


def test_a_repeated_key_answers_with_the_first_analysis(api: httpx.Client) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    first = api.post("/v1/analyses", json=RS_25_LIKE, headers=headers)
    reordered = dict(reversed(RS_25_LIKE.items()))
    again = api.post("/v1/analyses", json=reordered, headers=headers)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    other = api.post("/v1/analyses", json=MERLIN_LIKE, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len(api.get("/v1/analyses").json()["items"]) == 1


def test_pages_cover_the_list_once_newest_first(api: httpx.Client) -> None:
    sent = [api.post("/v1/analyses", json=MERLIN_LIKE).json()["id"] for _ in range(5)]
    pages, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = api.get("/v1/analyses", params=query).json()
        pages.append([item["id"] for item in page["items"]])
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [one for page in pages for one in page] == sent[::-1]


def test_filters_keep_what_they_name(api: httpx.Client) -> None:
    hydrogen = solved(api, RS_25_LIKE)["id"]
    kerosene = solved(api, MERLIN_LIKE)["id"]

    def found(**query: str) -> set[str]:
        return {item["id"] for item in api.get("/v1/analyses", params=query).json()["items"]}

    assert found(status="succeeded", motor_type="liquid") == {hydrogen, kerosene}
    assert found(text="RP-1") == {kerosene}
    assert found(status="failed") == set()
    assert found(motor_type="solid") == set()
    assert found(created_after="2999-01-01") == set()
    assert found(project="somebody-elses") == set()


def test_a_deleted_analysis_is_gone(api: httpx.Client) -> None:
    location = f"/v1/analyses/{solved(api, RS_25_LIKE)['id']}"
    assert api.delete(location).status_code == 204
    assert api.get(location).status_code == 404
    assert api.delete(location).status_code == 404
    assert api.get("/v1/analyses").json()["items"] == []


def test_a_solved_analysis_can_not_be_cancelled(api: httpx.Client) -> None:
    location = f"/v1/analyses/{solved(api, RS_25_LIKE)['id']}"
    answer = api.post(f"{location}/cancel")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def test_exports_hold_the_numbers_of_the_result(api: httpx.Client) -> None:
    found = solved(api, RS_25_LIKE)
    location = f"/v1/analyses/{found['id']}"
    assert api.get(f"{location}/exports/json").json() == found["result"]
    lines = api.get(f"{location}/exports/csv").text.splitlines()
    table = dict(line.split(",", 1) for line in lines)
    assert float(table["c_star"]) == found["result"]["c_star"]
    unknown = api.get(f"{location}/exports/xls")
    assert unknown.status_code == 404
    assert "csv" in unknown.json()["detail"]


def test_a_liquid_has_no_history(api: httpx.Client) -> None:
    answer = api.get(f"/v1/analyses/{solved(api, RS_25_LIKE)['id']}/history")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_project_does_not_see_anothers_analysis(api: httpx.Client, issuer: TokenIssuer) -> None:
    location = f"/v1/analyses/{solved(api, RS_25_LIKE)['id']}"
    stranger = {"Authorization": f"Bearer {issuer.issue('mallory', 'elsewhere', ALL, 1.0)}"}
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/cancel"), ("GET", "/exports/json")):
        assert api.request(method, f"{location}{path}", headers=stranger).status_code == 404
    assert api.get(location).status_code == 200


def test_a_comparison_with_nasa_cea_is_waited_for(api: httpx.Client) -> None:
    answer = api.post("/v1/validations", json={"spec": RS_25_LIKE})
    assert answer.status_code == 200, answer.text
    report = answer.json()
    assert report["status"] == "succeeded"
    assert report["validation"]
    assert api.get(answer.headers["Location"]).json()["validation"] == report["validation"]


def test_an_analysis_is_compared_afterwards(api: httpx.Client) -> None:
    analysis_id = solved(api, MERLIN_LIKE)["id"]
    answer = api.post("/v1/validations", json={"analysis_id": analysis_id})
    assert answer.status_code == 200, answer.text
    assert answer.json()["analysis_id"] == analysis_id
    assert api.get(f"/v1/validations/{analysis_id}").json()["validation"] == answer.json()["validation"]


def test_an_unknown_analysis_is_not_compared(api: httpx.Client) -> None:
    assert api.post("/v1/validations", json={"analysis_id": str(uuid4())}).status_code == 404


def test_a_finished_analysis_is_sent_once_and_then_only_confirmed(api: httpx.Client) -> None:
    location = f"/v1/analyses/{solved(api, RS_25_LIKE)['id']}"
    for path in (location, f"{location}/exports/csv", "/v1/propellants", "/openapi.json"):
        whole = api.get(path)
        tag = whole.headers["ETag"]
        again = api.get(path, headers={"If-None-Match": tag})
        assert (whole.status_code, again.status_code) == (200, 304), path
        assert again.content == b""
        assert again.headers["ETag"] == tag
        assert "content-length" not in again.headers  # it would be that of the whole answer
        assert "content-type" not in again.headers
    assert api.delete(location).status_code == 204
    assert api.get(location, headers={"If-None-Match": tag}).status_code == 404


def test_the_same_analysis_again_is_answered_from_the_cache_and_told_to_prometheus(api: httpx.Client) -> None:
    spec = {**MERLIN_LIKE, "chamber_pressure": 9.7e6 + time.time() % 1e5}
    first, second = solved(api, spec), solved(api, {**spec, "flow_model": "equilibrium"})
    assert (first["cached"], second["cached"]) == (False, True)
    assert first["result"] == second["result"]
    deadline = time.monotonic() + PATIENCE
    while 'hrma_cache_lookups_total{level="memory",outcome="miss"}' not in api.get("/metrics").text:
        assert time.monotonic() < deadline
        time.sleep(0.5)
        solved(api, {**spec, "chamber_pressure": 9e6 + time.time() % 1e5})


def test_a_burn_can_be_flown_elsewhere(api: httpx.Client) -> None:
    found = solved(api, NITROUS_HYBRID)
    location = f"/v1/analyses/{found['id']}/exports"
    details = {"name": "Own", "manufacturer": "Works", "total_mass": "9.5"}
    for extension, read in (("eng", eng.read), ("rse", rse.read)):
        answer = api.get(f"{location}/{extension}", params=details)
        assert answer.headers["Content-Disposition"].endswith(f'.{extension}"')
        (curve,) = read(answer.text)
        assert (curve.name, curve.manufacturer, curve.total_mass) == ("Own", "Works", 9.5)
        assert curve.total_impulse == pytest.approx(found["result"]["total_impulse"], rel=0.02)
    assert api.get(f"{location}/eng", params={"total_mass": "-1"}).status_code == 422
    assert api.get(f"/v1/analyses/{solved(api, RS_25_LIKE)['id']}/exports/eng").status_code == 404
