"""Health, metrics, validations and the catalogue, over faked services."""

from types import SimpleNamespace
from uuid import UUID

import pytest
from fake_api import CALLERS, Api

from chalicelib.api.metrics import exposition
from chalicelib.domain.analysis import AnalysisStatus
from chalicelib.domain.errors import FieldProblem, InvalidRequestError, ServiceUnavailableError

ID = UUID("0c1d4a52-6a5b-4d83-8f0e-222222222222")
COUNTS = {
    "analyses": {"queued": 3, "succeeded": 1500},
    "batches": {"completed": 2},
    "studies": {"running": 3},
    "outbox_unsent": 1,
    "dead_letters": 4,
    "oldest_queued_seconds": 12.5,
    "cache": {
        "lookups": [{"level": "memory", "outcome": "hit", "count": 9}],
        "answers": 2,
        "bytes": 4000,
    },
}
QUEUES = {
    "solve": {"status": "ok", "waiting": 7, "in_flight": 2, "seconds": 0.01},
    "batch": {"status": "unreachable", "reason": "EndpointConnectionError", "seconds": 5.0},
}


def test_health_looks_at_nothing(api: Api, services: SimpleNamespace) -> None:
    assert api.get("/health", caller=None).json_body == {"status": "ok"}
    assert not any(service.called for service in vars(services).values())


def test_ready_tells_the_revision_of_the_database(api: Api, services: SimpleNamespace) -> None:
    services.health.return_value = {"database": "ok", "revision": "0008"}
    assert api.get("/ready").json_body == {"status": "ok", "database": "ok", "revision": "0008"}


def test_not_ready_is_a_problem_that_says_when_to_come_back(api: Api, services: SimpleNamespace) -> None:
    services.health.side_effect = ServiceUnavailableError("the database does not answer")
    answer = api.get("/ready")
    assert (answer.status_code, answer.json_body["code"]) == (503, "service_unavailable")
    assert int(answer.headers["Retry-After"]) > 0


def test_deep_health_is_ok_where_every_part_is(api: Api, services: SimpleNamespace) -> None:
    services.health.return_value = {"database": "ok", "revision": "0008"}
    services.queue_states.return_value = {"solve": QUEUES["solve"]}
    services.bucket_states.return_value = {"uploads": {"status": "ok", "seconds": 0.01}}
    answer = api.get("/v1/health/deep", caller="operator")
    assert (answer.status_code, answer.json_body["status"]) == (200, "ok")
    assert answer.json_body["database"]["revision"] == "0008"
    assert answer.json_body["database"]["seconds"] >= 0


@pytest.mark.parametrize("broken", ["database", "queues", "buckets"])
def test_deep_health_names_the_part_that_does_not_answer(
    api: Api, services: SimpleNamespace, broken: str
) -> None:
    down = {"status": "unreachable", "seconds": 5.0}
    services.health.return_value = {"database": "ok", "revision": "0008"}
    if broken == "database":
        services.health.side_effect = ServiceUnavailableError("down")
    services.queue_states.return_value = {"solve": down if broken == "queues" else QUEUES["solve"]}
    services.bucket_states.return_value = {"results": down if broken == "buckets" else {"status": "ok"}}
    answer = api.get("/v1/health/deep", caller="operator")
    assert (answer.status_code, answer.json_body["status"]) == (503, "degraded")
    part = answer.json_body[broken]
    states = [part] if broken == "database" else list(part.values())
    assert [state["status"] for state in states] == ["unreachable"]


def test_metrics_are_what_the_database_and_the_queues_count() -> None:
    lines = exposition(COUNTS, QUEUES).splitlines()
    assert 'hrma_analyses{status="queued"} 3' in lines
    assert 'hrma_analyses{status="succeeded"} 1500' in lines
    assert 'hrma_analyses{status="failed"} 0' in lines
    assert 'hrma_batches{status="completed"} 2' in lines
    assert 'hrma_studies{status="running"} 3' in lines
    assert "hrma_dead_letters 4" in lines
    assert "hrma_oldest_queued_seconds 12.5" in lines
    assert 'hrma_queue_messages{queue="solve",state="waiting"} 7' in lines
    assert 'hrma_queue_up{queue="batch"} 0' in lines
    assert not any("hrma_queue_messages" in line and "batch" in line for line in lines)
    assert "# TYPE hrma_analyses gauge" in lines
    assert 'hrma_cache_lookups_total{level="memory",outcome="hit"} 9' in lines
    assert "# TYPE hrma_cache_lookups_total counter" in lines
    assert {"hrma_cache_answers 2", "hrma_cache_bytes 4000"} <= set(lines)


def test_a_large_count_is_written_to_the_last_digit() -> None:
    counts = {**COUNTS, "analyses": {"succeeded": 12_345_678}}
    assert 'hrma_analyses{status="succeeded"} 12345678' in exposition(counts, {}).splitlines()


def test_metrics_are_text(api: Api, services: SimpleNamespace) -> None:
    services.service_counts.return_value = COUNTS
    services.queue_states.return_value = QUEUES
    answer = api.get("/metrics", caller="operator")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert answer.body.decode().endswith("\n")


def test_a_validation_waits_for_its_report(api: Api, services: SimpleNamespace) -> None:
    report = {"id": str(ID), "status": "succeeded", "validation": {"deviations": {"c_star": 1e-5}}}
    services.request_validation.return_value = SimpleNamespace(
        analysis_id=ID, status=AnalysisStatus.QUEUED, replayed=False
    )
    services.get_validation.side_effect = [{"id": str(ID), "status": "running"}, report]
    answer = api.post("/v1/validations", {"analysis_id": str(ID)}, headers={"X-Correlation-Id": "trace"})
    assert (answer.status_code, answer.json_body) == (200, report)
    services.request_validation.assert_called_once_with(
        principal=CALLERS["engineer"],
        correlation_id="trace",
        analysis_id=ID,
        spec=None,
        idempotency_key=None,
    )


def test_a_validation_that_takes_longer_says_where_to_look(api: Api, services: SimpleNamespace) -> None:
    services.request_validation.return_value = SimpleNamespace(
        analysis_id=ID, status=AnalysisStatus.QUEUED, replayed=False
    )
    services.get_validation.return_value = {"id": str(ID), "status": "queued"}
    answer = api.post("/v1/validations?wait=0", {"spec": {"motor_type": "liquid"}})
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/v1/validations/{ID}"


def test_a_wrong_field_of_the_spec_is_named_from_the_top_of_the_body(
    api: Api, services: SimpleNamespace
) -> None:
    field = FieldProblem("nozzle.area_ratio", "0.5 is below 1")
    services.request_validation.side_effect = InvalidRequestError("no", fields=(field,))
    answer = api.post("/v1/validations", {"spec": {"nozzle": {"area_ratio": 0.5}}})
    assert [error["field"] for error in answer.json_body["errors"]] == ["spec.nozzle.area_ratio"]


def test_a_comparison_can_be_read_again(api: Api, services: SimpleNamespace) -> None:
    services.get_validation.return_value = {"id": str(ID), "status": "succeeded"}
    assert api.get(f"/v1/validations/{ID}").status_code == 200
    services.get_validation.assert_called_once_with(ID, project="demo")


def test_the_catalogue_is_the_projects_own(api: Api, services: SimpleNamespace) -> None:
    services.list_propellants.return_value = {
        "fuels": [],
        "oxidizers": [],
        "monopropellants": [],
        "ingredients": [],
        "combinations": [],
    }
    assert api.get("/v1/propellants").status_code == 200
    services.list_propellants.assert_called_once_with(project="demo")
