"""The event that Lambda gets from SQS, made from the messages of one receive."""

from collections.abc import Mapping, Sequence
from typing import Any

EVENT_ATTRIBUTE_KEYS = {
    "StringValue": "stringValue",
    "BinaryValue": "binaryValue",
    "StringListValues": "stringListValues",
    "BinaryListValues": "binaryListValues",
    "DataType": "dataType",
}


def sqs_event(messages: Sequence[Mapping[str, Any]], queue_arn: str) -> dict[str, Any]:
    """The Lambda event of `messages` as boto3 receives them."""
    return {"Records": [record(message, queue_arn) for message in messages]}


def record(message: Mapping[str, Any], queue_arn: str) -> dict[str, Any]:
    """One message as the event names its parts."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message.get("Attributes", {})),
        "messageAttributes": {
            name: attribute(value) for name, value in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": queue_arn.split(":")[3],
    }


def attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    """A message attribute with the event's spelling; the list members are always there."""
    named = {EVENT_ATTRIBUTE_KEYS[key]: part for key, part in value.items()}
    return {"stringListValues": [], "binaryListValues": [], **named}


def to_delete(answer: Any, messages: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The messages that the handler's answer leaves as done.

    As Lambda has it: no failures mean that all are done; an unknown or empty identifier means that the
    whole batch failed.
    """
    failures = answer.get("batchItemFailures") or [] if isinstance(answer, Mapping) else []
    failed = {failure.get("itemIdentifier") for failure in failures}
    if not failed <= {message["MessageId"] for message in messages}:
        return []
    return [message for message in messages if message["MessageId"] not in failed]
