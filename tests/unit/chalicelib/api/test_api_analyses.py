"""The routes of analyses, over faked services."""

import json
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from fake_api import CALLERS, Api

from chalicelib.api.examples import RS_25_LIKE
from chalicelib.domain.analysis import AnalysisStatus
from chalicelib.domain.errors import (
    ConflictError,
    FieldProblem,
    IdempotencyKeyReusedError,
    InvalidRequestError,
    NotFoundError,
    RequestInProgressError,
    ServiceUnavailableError,
)
from chalicelib.services.submit_analysis import Submission
from engine.formats import eng, rse

ID = UUID("6f8f1f6e-0b7c-4c39-9d5e-2f1f2a8d1c11")
SUCCEEDED = {"id": str(ID), "status": "succeeded", "motor_type": "liquid", "result": {"thrust": 2.279e6}}


@pytest.fixture
def submitted(services: SimpleNamespace) -> SimpleNamespace:
    services.submit_analysis.return_value = Submission(ID, AnalysisStatus.QUEUED)
    services.get_analysis.return_value = {"id": str(ID), "status": "queued"}
    return services


def test_an_accepted_analysis_says_where_it_will_be(api: Api, submitted: SimpleNamespace) -> None:
    answer = api.post("/v1/analyses", RS_25_LIKE)
    assert answer.status_code == 202
    assert answer.json_body == {"id": str(ID), "status": "queued"}
    assert answer.headers["Location"] == f"/v1/analyses/{ID}"
    assert int(answer.headers["Retry-After"]) > 0
    submitted.get_analysis.assert_not_called()


def test_the_service_gets_the_spec_the_caller_and_the_key(api: Api, submitted: SimpleNamespace) -> None:
    headers = {"Idempotency-Key": "once", "X-Correlation-Id": "trace-1"}
    api.post("/v1/analyses", RS_25_LIKE, headers=headers)
    submitted.submit_analysis.assert_called_once_with(
        RS_25_LIKE,
        principal=CALLERS["engineer"],
        correlation_id="trace-1",
        idempotency_key="once",
        at_once=False,
    )


def test_waiting_answers_with_the_finished_analysis(api: Api, submitted: SimpleNamespace) -> None:
    submitted.get_analysis.side_effect = [{"id": str(ID), "status": "running"}, SUCCEEDED]
    answer = api.post("/v1/analyses?wait=5", RS_25_LIKE)
    assert answer.status_code == 200
    assert answer.json_body == SUCCEEDED


def test_waiting_in_vain_answers_as_if_nobody_had_waited(api: Api, submitted: SimpleNamespace) -> None:
    answer = api.post("/v1/analyses?wait=0.05", RS_25_LIKE)
    assert answer.status_code == 202
    assert answer.json_body == {"id": str(ID), "status": "queued"}


@pytest.mark.parametrize("wait", ["-1", "20.5", "nan", "inf", "soon", ""])
def test_an_impossible_wait_is_refused_before_anything_is_stored(
    api: Api, submitted: SimpleNamespace, wait: str
) -> None:
    answer = api.post(f"/v1/analyses?wait={wait}", RS_25_LIKE)
    assert answer.status_code == 422
    assert answer.json_body["errors"][0]["field"] == "wait"
    submitted.submit_analysis.assert_not_called()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidRequestError("no", fields=(FieldProblem("chamber_pressure", "-1 is negative"),)), 422),
        (IdempotencyKeyReusedError("another body"), 422),
        (RequestInProgressError("still being served"), 409),
        (ServiceUnavailableError("the database does not answer"), 503),
    ],
)
def test_a_refusal_is_a_problem_with_its_code(
    api: Api, submitted: SimpleNamespace, error: Any, status: int
) -> None:
    submitted.submit_analysis.side_effect = error
    answer = api.post("/v1/analyses", RS_25_LIKE)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json_body["code"] == error.code
    assert answer.json_body["status"] == status
    assert answer.json_body["detail"] == error.detail


def test_a_refused_field_is_named_with_its_hint(api: Api, submitted: SimpleNamespace) -> None:
    field = FieldProblem("propellant.fuel", "'RP1' is no propellant", "did you mean 'RP-1'?")
    submitted.submit_analysis.side_effect = InvalidRequestError("one field breaks a rule", fields=(field,))
    answer = api.post("/v1/analyses", RS_25_LIKE)
    assert answer.json_body["errors"] == [field._asdict()]


def test_an_unforeseen_error_is_a_problem_without_its_insides(api: Api, submitted: SimpleNamespace) -> None:
    submitted.submit_analysis.side_effect = ZeroDivisionError("secret of the house")
    answer = api.post("/v1/analyses", RS_25_LIKE, headers={"X-Correlation-Id": "trace-2"})
    assert answer.status_code == 500
    assert answer.json_body["code"] == "internal_error"
    assert answer.json_body["correlation_id"] == answer.headers["X-Correlation-Id"] == "trace-2"
    assert b"secret" not in answer.body


def test_reading_an_unknown_analysis_is_not_found(api: Api, services: SimpleNamespace) -> None:
    services.get_analysis.side_effect = NotFoundError("there is no such analysis")
    assert api.get(f"/v1/analyses/{ID}").status_code == 404


def test_a_running_analysis_says_when_to_look_again(api: Api, services: SimpleNamespace) -> None:
    services.get_analysis.return_value = {"id": str(ID), "status": "running"}
    assert api.get(f"/v1/analyses/{ID}").headers["Retry-After"] == "1"
    services.get_analysis.return_value = SUCCEEDED
    assert "Retry-After" not in api.get(f"/v1/analyses/{ID}").headers


@pytest.mark.parametrize("path", ["", "/history", "/exports/json"])
def test_an_id_that_is_no_uuid_is_refused_by_name(api: Api, services: SimpleNamespace, path: str) -> None:
    answer = api.get(f"/v1/analyses/rs-25{path}")
    assert answer.status_code == 422
    assert answer.json_body["errors"][0]["field"] == "analysis_id"


def test_numbers_that_json_has_not_become_null(api: Api, services: SimpleNamespace) -> None:
    services.get_analysis.return_value = {**SUCCEEDED, "result": {"exit_mach": float("nan")}}
    answer = api.get(f"/v1/analyses/{ID}")
    assert json.loads(answer.body)["result"] == {"exit_mach": None}


def test_the_filters_of_the_list_reach_the_view(api: Api, services: SimpleNamespace) -> None:
    services.list_analyses.return_value = {"items": [], "next_cursor": None}
    query = "motor_type=liquid&status=succeeded&created_after=2026-01-02T03:04:05Z&text=LOX&limit=7"
    assert api.get(f"/v1/analyses?{query}&cursor=abc").status_code == 200
    given = services.list_analyses.call_args.kwargs
    assert given["created_after"].isoformat() == "2026-01-02T03:04:05+00:00"
    assert {name: given[name] for name in given if name != "created_after"} == {
        "project": "demo",
        "motor_type": "liquid",
        "status": "succeeded",
        "text": "LOX",
        "limit": 7,
        "cursor": "abc",
    }


def test_a_time_without_a_zone_is_utc(api: Api, services: SimpleNamespace) -> None:
    services.list_analyses.return_value = {"items": [], "next_cursor": None}
    api.get("/v1/analyses?created_after=2026-01-02")
    assert services.list_analyses.call_args.kwargs["created_after"].utcoffset().total_seconds() == 0


def test_another_project_shows_nothing_and_is_not_asked_for(api: Api, services: SimpleNamespace) -> None:
    assert api.get("/v1/analyses?project=other").json_body == {"items": [], "next_cursor": None}
    services.list_analyses.assert_not_called()


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("moter_type=liquid", "moter_type"),
        ("status=done", "status"),
        ("created_after=yesterday", "created_after"),
        ("limit=0", "limit"),
        ("limit=1000", "limit"),
        ("limit=many", "limit"),
        ("limit=5&limit=6", "limit"),
        ("text=%00", "text"),
        ("text=", "text"),
    ],
)
def test_a_bad_query_parameter_is_refused_by_name(
    api: Api, services: SimpleNamespace, query: str, field: str
) -> None:
    answer = api.get(f"/v1/analyses?{query}")
    assert answer.status_code == 422
    assert answer.json_body["errors"][0]["field"] == field
    services.list_analyses.assert_not_called()


def test_an_unknown_query_parameter_is_told_the_nearest(api: Api, services: SimpleNamespace) -> None:
    answer = api.get("/v1/analyses?moter_type=liquid")
    assert answer.json_body["errors"][0]["hint"] == "did you mean 'motor_type'?"


def test_routes_without_parameters_refuse_every_parameter(api: Api, services: SimpleNamespace) -> None:
    assert api.get(f"/v1/analyses/{ID}?verbose=1").status_code == 422


def test_cancelling_answers_with_the_status(api: Api, services: SimpleNamespace) -> None:
    services.cancel_analysis.return_value = AnalysisStatus.CANCELLED
    answer = api.post(f"/v1/analyses/{ID}/cancel")
    assert answer.json_body == {"id": str(ID), "status": "cancelled"}
    services.cancel_analysis.assert_called_once_with(ID, project="demo")


def test_cancelling_what_has_ended_is_a_conflict(api: Api, services: SimpleNamespace) -> None:
    services.cancel_analysis.side_effect = ConflictError("it has succeeded already")
    assert api.post(f"/v1/analyses/{ID}/cancel").status_code == 409


def test_deleting_answers_with_nothing(api: Api, services: SimpleNamespace) -> None:
    answer = api.send("DELETE", f"/v1/analyses/{ID}")
    assert (answer.status_code, answer.body) == (204, b"")
    services.delete_analysis.assert_called_once_with(ID, project="demo")


def test_a_history_is_given_as_it_is(api: Api, services: SimpleNamespace) -> None:
    services.get_history.return_value = {"time": [0.0, 0.1], "thrust": [0.0, 5.0]}
    assert api.get(f"/v1/analyses/{ID}/history").json_body == {"time": [0.0, 0.1], "thrust": [0.0, 5.0]}


def test_a_result_without_history_is_exported_as_quantities(api: Api, services: SimpleNamespace) -> None:
    result = {
        "thrust": 5.0,
        "composition": {"chamber": {"H2O": 0.7}},
        "stations": [{"mach": 0.0}],
        "none": None,
    }
    services.get_analysis.return_value = {**SUCCEEDED, "result": result}
    answer = api.get(f"/v1/analyses/{ID}/exports/csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.body.decode().splitlines() == [
        "quantity,value",
        "thrust,5.0",
        "composition.chamber.H2O,0.7",
        "stations.0.mach,0.0",
    ]


def test_a_history_is_exported_as_a_table(api: Api, services: SimpleNamespace) -> None:
    history = {"time": [0.0, 0.1], "thrust": [0.0, 5.0]}
    services.get_analysis.return_value = {**SUCCEEDED, "result": {"history": history}}
    lines = api.get(f"/v1/analyses/{ID}/exports/csv").body.decode().splitlines()
    assert lines == ["time,thrust", "0.0,0.0", "0.1,5.0"]


BURN = {
    "history": {"time": [0.0, 0.5, 1.0], "thrust": [0.0, 50.0, 10.0]},
    "designation": "F40",
    "propellant_mass": 0.02,
}
SOLID = {
    "motor_type": "solid",
    "grains": [{"diameter": 0.024, "length": 0.05}, {"diameter": 0.024, "length": 0.04}],
    "nozzle": {"throat_diameter": 0.006, "exit_diameter": 0.012},
}


def test_a_burn_is_exported_as_a_thrust_curve(api: Api, services: SimpleNamespace) -> None:
    services.get_analysis.return_value = {**SUCCEEDED, "spec": SOLID, "result": BURN}
    answer = api.get(f"/v1/analyses/{ID}/exports/eng?manufacturer=Own%20Works&total_mass=0.05")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["Content-Disposition"].endswith('.eng"')
    (found,) = eng.read(answer.body.decode())
    assert (found.name, found.manufacturer, found.total_mass) == ("F40", "Own_Works", 0.05)
    assert (found.diameter, found.length) == pytest.approx((0.024, 0.09))
    assert found.thrust[-1] == 0.0
    (same,) = rse.read(api.get(f"/v1/analyses/{ID}/exports/rse?name=Mine").body.decode())
    assert same.thrust == found.thrust
    assert (same.name, same.exit_diameter) == ("Mine", pytest.approx(0.012))


def test_a_motor_without_a_history_has_no_thrust_curve(api: Api, services: SimpleNamespace) -> None:
    services.get_analysis.return_value = SUCCEEDED
    answer = api.get(f"/v1/analyses/{ID}/exports/eng")
    assert answer.status_code == 404
    assert "no history" in answer.json_body["detail"]


def test_an_unknown_format_is_told_the_known_ones(api: Api, services: SimpleNamespace) -> None:
    services.get_analysis.return_value = SUCCEEDED
    answer = api.get(f"/v1/analyses/{ID}/exports/pdf")
    assert answer.status_code == 404
    assert "csv, eng, json, rse" in answer.json_body["detail"]


def test_an_unsolved_analysis_has_nothing_to_export(api: Api, services: SimpleNamespace) -> None:
    services.get_analysis.return_value = {"id": str(ID), "status": "queued"}
    answer = api.get(f"/v1/analyses/{ID}/exports/json")
    assert (answer.status_code, answer.json_body["code"]) == (409, "not_ready")


def test_an_id_of_any_case_reaches_the_view_as_a_uuid(api: Api, services: SimpleNamespace) -> None:
    one = uuid4()
    services.get_analysis.return_value = SUCCEEDED
    api.get(f"/v1/analyses/{str(one).upper()}")
    services.get_analysis.assert_called_once_with(one, project="demo")
