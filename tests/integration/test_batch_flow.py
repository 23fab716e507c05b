"""A file in the bucket becomes a table of results: S3, notification, workflow and workers, for real."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import boto3
import httpx
import pytest

from chalicelib.domain.errors import NotReadyError
from runtime.embedded.stack import Stack
from tests.integration.flow import Flow, flow_on, wait_until

HEADER = "propellant.fuel,propellant.oxidizer,propellant.mixture_ratio,chamber_pressure,nozzle.area_ratio\n"
FINAL = ("completed", "completed_with_errors", "failed", "cancelled")


@pytest.fixture
def flow(stack: Stack) -> Iterator[Flow]:
    settings = {
        "HRMA_BATCH_SHARD_ROWS": "20",
        "HRMA_BATCH_BLOCK_ROWS": "8",
        "HRMA_LEASE_SECONDS": "5",
        "HRMA_RESEND_SECONDS": "1",
    }
    with flow_on(stack, settings) as flow:
        yield flow


def rows(count: int) -> str:
    return "".join(f"LH2,LOX,{4 + 4 * n / count:.4f},7e6,40\n" for n in range(count))


def put(flow: Flow, text: str, name: str = "cases.csv") -> None:
    bucket = flow.stack.environment["HRMA_UPLOADS_BUCKET"]
    boto3.client("s3").put_object(Bucket=bucket, Key=f"{flow.project}/{name}", Body=text.encode())


def batches(flow: Flow) -> list[UUID]:
    return [row[0] for row in flow.query("SELECT id FROM batches WHERE project = %(p)s", p=flow.project)]


def finished(flow: Flow) -> bool:
    ids = batches(flow)
    return bool(ids) and all(flow.batch(batch_id)["status"] in FINAL for batch_id in ids)


def table(flow: Flow, view: str, batch_id: UUID) -> list[dict[str, str]]:
    file = getattr(flow.services, view)(batch_id, project=flow.project)
    answer = httpx.get(file.url)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_a_file_put_into_the_bucket_is_solved_and_its_bad_rows_reported(flow: Flow) -> None:
    put(flow, HEADER + rows(45) + "LH3,LOX,6,7e6,40\nLH2,LOX,6,-7e6,40\n")
    with flow.polling():
        wait_until(lambda: finished(flow), 60)
    (batch_id,) = batches(flow)
    batch = flow.batch(batch_id)
    assert {name: batch[name] for name in ("status", "rows", "valid", "solved", "failed", "shards")} == {
        "status": "completed_with_errors",
        "rows": 47,
        "valid": 45,
        "solved": 45,
        "failed": 2,
        "shards": 3,
    }
    results = table(flow, "batch_results", batch_id)
    assert [int(row["line"]) for row in results] == list(range(2, 47))
    assert all(2000 < float(row["c_star"]) < 2500 for row in results)
    errors = table(flow, "batch_errors", batch_id)
    assert [(row["line"], row["field"]) for row in errors] == [
        ("47", "propellant.fuel"),
        ("48", "chamber_pressure"),
    ]
    assert "LH2" in errors[0]["reason"] + errors[0]["remedy"]


def test_an_upload_to_a_presigned_address_starts_the_batch_it_was_made_for(flow: Flow) -> None:
    created = flow.services.create_batch("my cases.csv", principal=flow.principal, correlation_id="flow")
    assert flow.batch(created.batch_id)["status"] == "awaiting_upload"
    with pytest.raises(NotReadyError):
        flow.services.batch_results(created.batch_id, project=flow.project)
    answer = httpx.put(created.upload_url, content=(HEADER + rows(3)).encode())
    assert answer.status_code == 200, answer.text
    with flow.polling():
        wait_until(lambda: flow.batch(created.batch_id)["status"] in FINAL, 60)
    assert flow.batch(created.batch_id)["status"] == "completed"
    assert batches(flow) == [created.batch_id]


def test_a_notification_and_a_shard_delivered_again_change_nothing(flow: Flow) -> None:
    put(flow, HEADER + rows(5))
    bucket = flow.stack.environment["HRMA_UPLOADS_BUCKET"]
    with flow.polling():
        wait_until(lambda: finished(flow), 60)
    (batch_id,) = batches(flow)
    before = flow.batch(batch_id)
    head = boto3.client("s3").head_object(Bucket=bucket, Key=f"{flow.project}/cases.csv")
    s3: dict[str, Any] = {
        "bucket": {"name": bucket},
        "object": {"key": f"{flow.project}%2Fcases.csv", "eTag": head["ETag"].strip('"'), "size": 1},
    }
    again = {"Records": [{"eventName": "ObjectCreated:Put", "s3": s3}]}
    flow.send("uploads", json.dumps(again))
    flow.services.run_shard(batch_id, 0, "a token that is over")
    flow.services.finish_batch(batch_id, None, None)
    flow.poll_until(lambda: True, "uploads")
    assert flow.batch(batch_id) == before
    assert batches(flow) == [batch_id]


def test_a_batch_whose_workflow_is_lost_is_finished_from_the_database(
    flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(flow, HEADER + rows(25))
    flow.poll_until(
        lambda: bool(batches(flow)) and flow.batch(batches(flow)[0])["status"] == "running", "uploads"
    )
    (batch_id,) = batches(flow)
    arn = flow.stack.environment["HRMA_BATCH_STATE_MACHINE_ARN"].replace(":stateMachine:", ":execution:")
    boto3.client("stepfunctions").stop_execution(executionArn=f"{arn}:{batch_id}")
    boto3.client("sqs").purge_queue(QueueUrl=flow.stack.environment["HRMA_BATCH_QUEUE_URL"])

    def taken_up() -> bool:
        flow.services.reap()
        return flow.batch(batch_id)["status"] in FINAL

    flow.poll_until(taken_up, "batch_queue", seconds=60)
    batch = flow.batch(batch_id)
    assert (batch["status"], batch["solved"]) == ("completed", 25)


def test_a_cancelled_batch_stays_cancelled(flow: Flow) -> None:
    put(flow, HEADER + rows(40))
    flow.poll_until(
        lambda: bool(batches(flow)) and flow.batch(batches(flow)[0])["status"] == "running", "uploads"
    )
    (batch_id,) = batches(flow)
    flow.services.cancel_batch(batch_id, project=flow.project)
    arn = flow.stack.environment["HRMA_BATCH_STATE_MACHINE_ARN"].replace(":stateMachine:", ":execution:")
    workflow = boto3.client("stepfunctions")

    def over() -> bool:
        execution = workflow.describe_execution(executionArn=f"{arn}:{batch_id}")
        return execution["status"] != "RUNNING"

    flow.poll_until(over, "batch_queue")
    assert flow.batch(batch_id)["status"] == "cancelled"
    assert flow.batch(batch_id)["solved"] == 0


def test_a_file_that_cannot_be_read_is_a_failed_batch_with_the_reason(flow: Flow) -> None:
    put(flow, "propellant.fuel,chamber_presure\nLH2,7e6\n")
    flow.poll_until(lambda: finished(flow), "uploads")
    (batch_id,) = batches(flow)
    error = flow.batch(batch_id)["error"]
    assert error["fields"][0]["hint"] == "did you mean 'chamber_pressure'?"
    with pytest.raises(NotReadyError, match="unknown columns"):
        flow.services.batch_results(batch_id, project=flow.project)


def test_a_validated_batch_has_a_deviation_for_every_row(flow: Flow) -> None:
    put(flow, "# validate: true\n" + HEADER + rows(4))
    with flow.polling():
        wait_until(lambda: finished(flow), 90)
    (batch_id,) = batches(flow)
    results = table(flow, "batch_results", batch_id)
    assert len(results) == 4
    assert all(abs(float(row["deviation.c_star"])) < 0.01 for row in results)
