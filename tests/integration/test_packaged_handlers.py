"""Every function of the package answers in a clean interpreter, against the real queues, buckets and database."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from chalicelib.domain.access import Permission
from runtime.embedded.stack import Stack
from runtime.home import Home
from runtime.tokens import TokenIssuer
from tests.integration.flow import ENGINE, QUEUES, Flow, flow_on
from tests.integration.packaged import PackagedFunctions, logical_id
from tests.integration.studies import QUICK, Studies, sweep
from tests.integration.test_batch_flow import HEADER, batches, finished, put, rows

SCHEDULES = ("sweep", "make_partitions", "refresh_statistics", "precompute")
HOOKS = ("before_traffic", "after_traffic")
API = "APIHandler"
HEAVY = ("numpy", "scipy", "pyarrow", "matplotlib", "pymoo", "SALib", "sqlalchemy", "cryptography")


@pytest.fixture(scope="module")
def functions(packaged_stage: Path, tmp_path_factory: pytest.TempPathFactory) -> PackagedFunctions:
    return PackagedFunctions(packaged_stage, tmp_path_factory.mktemp("functions"))


@pytest.fixture
def flow(stack: Stack, functions: PackagedFunctions) -> Iterator[Flow]:
    with flow_on(stack, {**QUICK, "HRMA_BATCH_SHARD_ROWS": "20", "HRMA_PRECOMPUTE_SECONDS": "0.1"}) as flow:
        flow.use({name: functions.handler(name) for name in QUEUES})
        yield flow


def request(flow: Flow, method: str, resource: str, body: Any = None, **path: str) -> dict[str, Any]:
    """The event that API Gateway makes of a request that its authorizer let through."""
    allowed = {"principalId": "ada", "project": flow.project, "permissions": " ".join(Permission)}
    return {
        "httpMethod": method,
        "resource": resource,
        "path": resource.format(**path),
        "headers": {"content-type": "application/json"},
        "multiValueHeaders": {"content-type": ["application/json"]},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": path or None,
        "stageVariables": None,
        "isBase64Encoded": False,
        "body": None if body is None else json.dumps(body),
        "requestContext": {"httpMethod": method, "resourcePath": resource, "authorizer": allowed},
    }


def test_every_function_of_the_template_is_called_here(functions: PackagedFunctions) -> None:
    named = (*QUEUES, *SCHEDULES, *HOOKS, "authorize", "api_handler", "migrate_database")
    assert {logical_id(name) for name in named} == functions.names


def test_requests_are_answered_without_loading_what_solves(flow: Flow, functions: PackagedFunctions) -> None:
    accepted = functions.call(API, request(flow, "POST", "/v1/analyses", ENGINE))
    assert accepted["answer"]["statusCode"] == 202, accepted["answer"]
    analysis_id = json.loads(accepted["answer"]["body"])["id"]
    flow.poll_until(lambda: flow.analysis(UUID(analysis_id))["status"] == "succeeded", "solve_queue")
    found = functions.call(API, request(flow, "GET", "/v1/analyses/{analysis_id}", analysis_id=analysis_id))
    assert 2200 < json.loads(found["answer"]["body"])["result"]["c_star"] < 2400
    loaded = {module.partition(".")[0] for one in (accepted, found) for module in one["modules"]}
    assert not loaded & set(HEAVY)


def test_a_token_is_checked(stack: Stack, functions: PackagedFunctions) -> None:
    token = TokenIssuer.of(Home(stack.options.home)).issue("ada", "own", tuple(Permission), 1.0)
    event = {
        "type": "TOKEN",
        "authorizationToken": f"Bearer {token}",
        "methodArn": "arn:aws:execute-api:us-east-1:000000000000:abc/api/GET/v1/analyses",
    }
    allowed = functions.call("Authorize", event)["answer"]
    assert (allowed["principalId"], allowed["context"]["project"]) == ("ada", "own")
    refused = functions.call("Authorize", {**event, "authorizationToken": "Bearer x"})["answer"]
    assert "refusal" in refused["context"]


def test_a_file_is_planned_solved_and_merged(flow: Flow) -> None:
    put(flow, HEADER + rows(25) + "LH3,LOX,6,7e6,40\n")
    flow.poll_until(lambda: finished(flow), "uploads", "batch_queue", seconds=40)
    batch = flow.batch(batches(flow)[0])
    assert (batch["status"], batch["solved"]) == ("completed_with_errors", 25)


def test_a_study_is_solved_and_merged(flow: Flow) -> None:
    studies = Studies(flow)
    study_id = studies.start(sweep(10))
    flow.poll_until(lambda: studies.is_over(study_id), "study_queue", seconds=40)
    assert studies.get(study_id)["status"] == "succeeded"
    assert studies.table(study_id, "parquet")[:4] == b"PAR1"


def test_a_broken_message_walks_through_the_retry_queue_to_the_dead_letters(flow: Flow) -> None:
    flow.send("solve-retry", '{"type": "of another time"}')
    kept = "SELECT 1 FROM dead_letters WHERE body LIKE '%%of another time%%'"
    flow.poll_until(lambda: bool(flow.query(kept)), "solve_retry_queue", "dead_letters", seconds=60)


@pytest.mark.parametrize("name", SCHEDULES)
def test_what_runs_by_the_clock_runs(flow: Flow, functions: PackagedFunctions, name: str) -> None:
    event = {
        "id": "x",
        "source": "aws.events",
        "detail-type": "Scheduled Event",
        "detail": {},
        "resources": [],
    }
    common = {"version": "0", "account": "0", "time": "2026-01-01T00:00:00Z", "region": "us-east-1"}
    functions.call(logical_id(name), {**event, **common})


@pytest.mark.parametrize("name", HOOKS)
def test_what_tries_a_release_is_loaded(flow: Flow, functions: PackagedFunctions, name: str) -> None:
    # what they do needs two versions of the deployed functions
    assert functions.call(logical_id(name), {}, "--load-only")["answer"] == "loaded"


def test_the_database_is_migrated(flow: Flow, functions: PackagedFunctions) -> None:
    done = functions.call("MigrateDatabase", {})["answer"]
    assert done["before"] == done["after"] is not None
