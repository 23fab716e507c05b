"""Whatever dies, breaks or comes twice: every analysis is solved once or has failed with the reason."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID, uuid4

import boto3
import pytest

import engine
from chalicelib.domain.messages import SolveRequested, encode
from runtime.embedded.stack import Stack
from runtime.settings import ROOT
from tests.integration.flow import ENGINE, Flow, flow_on, wait_until

CLAIM_AND_STOP = """
import sys, time
from uuid import UUID
from chalicelib import bootstrap
from chalicelib.services import solve_analyses

def stop(specs):
    print("claimed", flush=True)
    time.sleep(600)

solve_analyses.solve_specs = stop
bootstrap.services().solve_analyses([UUID(sys.argv[1])])
"""

COMMIT_AND_DIE = """
import json, os, signal, sys
from chalicelib import bootstrap
from chalicelib.domain.access import Principal
from chalicelib.services import submit_analysis

def die(message_ids, **_ports):
    print("committed", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

submit_analysis.relay_own = die
principal = Principal("ada", sys.argv[1])
bootstrap.services().submit_analysis(json.loads(sys.argv[2]), principal=principal, correlation_id="flow")
"""


@pytest.fixture
def flow(stack: Stack) -> Iterator[Flow]:
    # every analysis is solved here, also where another test had asked the same
    settings = {"HRMA_LEASE_SECONDS": "1", "HRMA_RESEND_SECONDS": "2", "HRMA_CACHE_SECONDS": "0"}
    with flow_on(stack, settings) as flow:
        yield flow


def results_of(flow: Flow) -> list[tuple[Any, ...]]:
    return flow.query(
        "SELECT analyses.id FROM analysis_results JOIN analyses ON analyses.id = analysis_id "
        "WHERE project = %(p)s",
        p=flow.project,
    )


def python(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_message_delivered_twice_makes_one_result(flow: Flow) -> None:
    analysis_id = flow.submit()
    for _ in range(2):
        flow.send("solve", encode(SolveRequested(correlation_id="again", analysis_id=analysis_id)))
    flow.poll_until(lambda: flow.analysis(analysis_id)["status"] == "succeeded", "solve_queue")
    first = flow.analysis(analysis_id)
    flow.send("solve", encode(SolveRequested(correlation_id="late", analysis_id=analysis_id)))
    other = flow.submit()
    flow.poll_until(lambda: flow.analysis(other)["status"] == "succeeded", "solve_queue")
    assert flow.analysis(analysis_id) == first
    assert first["attempts"] == 1
    assert len(results_of(flow)) == 2


def test_a_worker_killed_between_claim_and_commit_costs_an_attempt_and_no_analysis(flow: Flow) -> None:
    analysis_id = flow.submit()
    worker = python(CLAIM_AND_STOP, str(analysis_id))
    assert worker.stdout is not None
    assert worker.stdout.readline() == "claimed\n"
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert flow.analysis(analysis_id)["status"] == "running"
    assert flow.services.solve_analyses([analysis_id]).ended_ids == frozenset()

    def solved() -> bool:
        flow.services.reap()
        return flow.analysis(analysis_id)["status"] == "succeeded"

    flow.poll_until(solved, "solve_queue")
    assert flow.analysis(analysis_id)["attempts"] == 2
    assert len(results_of(flow)) == 1


def test_a_crash_between_commit_and_send_is_made_good_by_the_sweeper(flow: Flow) -> None:
    process = python(COMMIT_AND_DIE, flow.project, json.dumps(ENGINE))
    assert process.stdout is not None
    assert process.stdout.readline() == "committed\n"
    assert process.wait() == -signal.SIGKILL
    ((analysis_id, status),) = flow.query(
        "SELECT id, status FROM analyses WHERE project = %(p)s", p=flow.project
    )
    assert status == "queued"
    unsent = flow.query(
        "SELECT body FROM outbox WHERE sent_at IS NULL AND body LIKE %(i)s", i=f"%{analysis_id}%"
    )
    assert len(unsent) == 1
    assert flow.services.relay_outbox() >= 1
    flow.poll_until(lambda: flow.analysis(analysis_id)["status"] == "succeeded", "solve_queue")


def test_a_poisoned_message_becomes_a_dead_letter_and_harms_nobody(
    flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    solve = engine.analyze_many

    def breaking(specs: Sequence[dict[str, Any]]) -> list[Any]:
        if any(spec["chamber_pressure"] == 6.66e6 for spec in specs):
            raise RuntimeError("the solver broke")
        return list(solve(specs))

    monkeypatch.setattr(engine, "analyze_many", breaking)
    good = [flow.submit() for _ in range(4)]
    poison = flow.submit(chamber_pressure=6.66e6)
    newer = flow.submit()
    later_version = {
        "version": 99,
        "type": "solve_requested",
        "correlation_id": "x",
        "analysis_id": str(newer),
    }
    flow.query("UPDATE outbox SET sent_at = now() WHERE sent_at IS NULL")
    flow.query(
        "UPDATE analyses SET status = 'running', lease_expires_at = 'infinity' WHERE id = %(i)s", i=newer
    )
    flow.send("solve", json.dumps(later_version))
    flow.send("solve", "nonsense")

    def dead() -> bool:
        ended = {flow.analysis(id_)["status"] for id_ in (poison, newer)} == {"failed"}
        letters = flow.query("SELECT 1 FROM dead_letters WHERE body = 'nonsense'")
        return ended and bool(letters)

    with flow.polling():
        wait_until(dead, 90)
    assert {flow.analysis(id_)["status"] for id_ in good} == {"succeeded"}
    error = flow.analysis(poison)["error"]
    assert (error["code"], error["cause"]) == ("dead_letter", "RuntimeError: the solver broke")
    assert "not a message this version understands" in flow.analysis(newer)["error"]["message"]
    monkeypatch.setattr(engine, "analyze_many", solve)
    letters = {letter["id"]: letter for letter in flow.services.list_dead_letters()}
    assert letters[error["dead_letter_id"]]["queue"] == "solve"
    flow.services.replay_dead_letter(UUID(error["dead_letter_id"]))
    flow.poll_until(lambda: flow.analysis(poison)["status"] == "succeeded", "solve_queue")


def test_postgresql_restarted_while_analyses_run_loses_none(flow: Flow, stack: Stack) -> None:
    ids = [flow.submit(chamber_pressure=5e6 + 1e4 * number) for number in range(60)]

    def all_solved() -> bool:
        flow.services.reap()
        rows = flow.query(
            "SELECT count(*) FROM analyses WHERE project = %(p)s AND status = 'succeeded'", p=flow.project
        )
        return rows == [(60,)]

    with flow.polling("solve_queue", "solve_retry_queue"):
        for _ in range(2):
            time.sleep(0.15)
            stack.supervisor.restart("postgres")
        wait_until(all_solved, 60)
    assert len(results_of(flow)) == len({row[0] for row in results_of(flow)}) == len(ids)


def test_a_queue_that_forgot_everything_is_filled_again_from_the_database(flow: Flow) -> None:
    analysis_id = flow.submit()
    flow.query("UPDATE outbox SET sent_at = now()")
    flow.poll_until(lambda: True)
    sqs = boto3.client("sqs")
    sqs.purge_queue(QueueUrl=os.environ["HRMA_SOLVE_QUEUE_URL"])
    assert flow.analysis(analysis_id)["status"] == "queued"
    time.sleep(2.1)
    assert flow.services.reap()["analyses_resent"] >= 1
    flow.poll_until(lambda: flow.analysis(analysis_id)["status"] == "succeeded", "solve_queue")


def test_an_unknown_analysis_is_nobodys_and_its_message_is_done(flow: Flow) -> None:
    flow.send("solve", encode(SolveRequested(correlation_id="x", analysis_id=uuid4())))
    analysis_id = flow.submit()
    flow.poll_until(lambda: flow.analysis(analysis_id)["status"] == "succeeded", "solve_queue")
