from typing import Any

import pytest

from runtime.poller.events import sqs_event, to_delete

ARN = "arn:aws:sqs:eu-west-1:000000000000:hrma-test-solve"


def message(identifier: str) -> dict[str, Any]:
    return {
        "MessageId": identifier,
        "ReceiptHandle": f"handle-{identifier}",
        "Body": "{}",
        "MD5OfBody": "99914b932bd37a50b983c5e7c90ae93b",
        "Attributes": {"ApproximateReceiveCount": "2"},
        "MessageAttributes": {"kind": {"StringValue": "solve", "DataType": "String"}},
    }


def test_the_event_has_the_parts_and_the_spelling_that_lambda_gives() -> None:
    assert sqs_event([message("a")], ARN)["Records"] == [
        {
            "messageId": "a",
            "receiptHandle": "handle-a",
            "body": "{}",
            "attributes": {"ApproximateReceiveCount": "2"},
            "messageAttributes": {
                "kind": {
                    "stringValue": "solve",
                    "dataType": "String",
                    "stringListValues": [],
                    "binaryListValues": [],
                }
            },
            "md5OfBody": "99914b932bd37a50b983c5e7c90ae93b",
            "eventSource": "aws:sqs",
            "eventSourceARN": ARN,
            "awsRegion": "eu-west-1",
        }
    ]


@pytest.mark.parametrize(
    ("answer", "deleted"),
    [
        (None, ["a", "b"]),
        ({"batchItemFailures": []}, ["a", "b"]),
        ({"batchItemFailures": [{"itemIdentifier": "a"}]}, ["b"]),
        ({"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "b"}]}, []),
        ({"batchItemFailures": [{"itemIdentifier": "somebody else's"}]}, []),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, []),
    ],
)
def test_what_the_answer_leaves_as_done_is_deleted(answer: Any, deleted: list[str]) -> None:
    assert [found["MessageId"] for found in to_delete(answer, [message("a"), message("b")])] == deleted
