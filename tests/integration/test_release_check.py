"""A release is tried by the real app on the real stack, and refused where the app does not do what it should."""

import json
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from chalicelib import releasing
from chalicelib.adapters.release_ports import Releases
from chalicelib.domain.errors import ReleaseRefusedError
from chalicelib.events import releases as events
from chalicelib.services import check_release as service
from chalicelib.services.check_release import check_release
from runtime.embedded.stack import Stack
from tests.integration.flow import Flow, flow_on


class Deployed(Releases):
    """The app of this process in place of the versions of two functions."""

    def __init__(self, flow: Flow) -> None:
        from app import app

        self._functions = {"api:2": app, "solver:2": flow._handlers["solve_queue"]}
        self.reports: list[tuple[str, str, bool]] = []
        self.wrong: dict[str, Any] = {}

    def call(self, function: str, event: Mapping[str, Any]) -> Any:
        if function in self.wrong:
            return self.wrong[function]
        return json.loads(json.dumps(self._functions[function](json.loads(json.dumps(event)), None)))

    def report(self, deployment: str, hook: str, *, succeeded: bool) -> None:
        self.reports.append((deployment, hook, succeeded))


@pytest.fixture
def flow(stack: Stack) -> Iterator[Flow]:
    with flow_on(stack, {}) as made:
        yield made


@pytest.fixture
def deployed(flow: Flow, monkeypatch: pytest.MonkeyPatch) -> Deployed:
    made = Deployed(flow)
    monkeypatch.setattr(releasing, "_releases", lambda: made)
    monkeypatch.setenv("HRMA_RELEASE_API", "api:2")
    monkeypatch.setenv("HRMA_RELEASE_SOLVER", "solver:2")
    return made


def check(deployed: Deployed, deployment: str) -> Any:
    return check_release(deployment, releases=deployed, api="api:2", solver="solver:2", sleep=lambda _: None)


def test_a_good_release_solves_a_real_motor_once(flow: Flow, deployed: Deployed) -> None:
    first = check(deployed, f"d-{flow.project}")
    assert check(deployed, f"d-{flow.project}") == first
    analysis = flow.services.get_analysis(first, project=service.PROJECT)
    assert analysis["status"] == "succeeded"
    assert analysis["result"]["c_star"] == pytest.approx(service.C_STAR, abs=0.2)


def test_the_hook_says_that_the_deployment_may_go_on(flow: Flow, deployed: Deployed) -> None:
    event = {"DeploymentId": f"d-{flow.project}", "LifecycleEventHookExecutionId": "hook"}
    events.before_traffic(event, None)
    events.after_traffic(event, None)
    assert deployed.reports == [(event["DeploymentId"], "hook", True)] * 2


@pytest.mark.parametrize(
    ("function", "answer", "reason"),
    [
        ("api:2", {"statusCode": 500, "body": "broken"}, "the API answers 500: broken"),
        ("solver:2", {"batchItemFailures": [{"itemIdentifier": "d"}]}, "solver:2 does not take the analysis"),
    ],
)
def test_a_release_that_refuses_is_refused(
    flow: Flow, deployed: Deployed, function: str, answer: dict[str, Any], reason: str
) -> None:
    deployed.wrong[function] = answer
    with pytest.raises(ReleaseRefusedError, match=reason):
        check(deployed, f"d-{flow.project}")
    events.before_traffic({"DeploymentId": "d", "LifecycleEventHookExecutionId": "hook"}, None)
    assert deployed.reports == [("d", "hook", False)]


def test_a_release_that_solves_wrongly_is_refused(
    flow: Flow, deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "C_STAR", service.C_STAR + 2)
    with pytest.raises(ReleaseRefusedError, match="the characteristic velocity is 23"):
        check(deployed, f"d-{flow.project}")


def test_a_release_that_never_answers_is_refused(flow: Flow, deployed: Deployed) -> None:
    deployed.wrong["solver:2"] = {"batchItemFailures": []}
    with pytest.raises(ReleaseRefusedError, match="is not solved after"):
        check(deployed, f"d-{flow.project}")


@pytest.fixture
def replies() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Where CloudFormation waits for the answer of a function."""
    bodies: list[dict[str, Any]] = []

    class Address(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            assert self.headers["Content-Type"] == ""
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Address)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", bodies
    server.shutdown()
    server.server_close()


def test_the_stack_is_told_that_the_database_is_migrated_and_why_not(
    flow: Flow, replies: tuple[str, list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, bodies = replies
    ids = {"StackId": "stack", "RequestId": "request", "LogicalResourceId": "DatabaseMigration"}
    event = {"RequestType": "Create", "ResponseURL": address, **ids}
    done = events.migrate_database(event, None)
    assert done["before"] == done["after"] is not None
    events.migrate_database({**event, "RequestType": "Delete"}, None)
    events.migrate_database({**event, "ResourceProperties": {"Role": "standby"}}, None)
    monkeypatch.setenv("HRMA_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/hrma")
    events.migrate_database({**event, "RequestType": "Update"}, None)
    created, deleted, standby, failed = bodies
    assert (standby["Status"], standby["Data"]) == ("SUCCESS", {})
    assert (created["Status"], created["Data"]) == ("SUCCESS", done)
    assert (deleted["Status"], deleted["Data"]) == ("SUCCESS", {})
    assert failed["Status"] == "FAILED"
    assert "connection" in failed["Reason"]
    assert {body["PhysicalResourceId"] for body in bodies} == {"database-migration"}
    assert all(ids.items() <= body.items() for body in bodies)
    with pytest.raises(Exception, match="connection"):
        events.migrate_database({}, None)
