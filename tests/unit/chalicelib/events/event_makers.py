"""Events as Lambda gets them from the queues."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

ANALYSIS = UUID("6f8f1f6e-0b7c-4c39-9d5e-2f1f2a8d1c11")
BATCH = UUID("0c1d4a52-6a5b-4d83-8f0e-2f1f2a8d1c12")


def solve_requested(analysis_id: UUID = ANALYSIS, **changes: Any) -> str:
    message = {
        "version": 1,
        "type": "solve_requested",
        "correlation_id": "trace",
        "analysis_id": str(analysis_id),
    }
    return json.dumps({**message, **changes})


def shard_requested(shard: int = 0) -> str:
    message = {
        "version": 1,
        "type": "shard_requested",
        "correlation_id": "trace",
        "batch_id": str(BATCH),
        "shard": shard,
        "task_token": "token",
    }
    return json.dumps(message)


def finish_requested(**more: Any) -> str:
    message = {
        "version": 1,
        "type": "batch_finish_requested",
        "correlation_id": "trace",
        "batch_id": str(BATCH),
    }
    return json.dumps({**message, **more})


def sqs_event(bodies: Mapping[str, str], queue: str = "hrma-local-solve") -> dict[str, Any]:
    """An event with one record per message id and body."""
    records = [
        {
            "messageId": message_id,
            "receiptHandle": f"handle-{message_id}",
            "body": body,
            "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1700000000000"},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:us-east-1:000000000000:{queue}",
            "awsRegion": "us-east-1",
        }
        for message_id, body in bodies.items()
    ]
    return {"Records": records}


def failed(answer: Mapping[str, Any]) -> set[str]:
    """The message ids that an answer reports as failed."""
    assert set(answer) == {"batchItemFailures"}
    return {one["itemIdentifier"] for one in answer["batchItemFailures"]}
