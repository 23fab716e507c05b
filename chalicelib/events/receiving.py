"""What the consumers of the queues share: each message on its own, and only the broken ones come back.

A handler answers `batchItemFailures` also when all of its messages failed: the queue then counts the
attempt of each, and its redrive policy decides where the message goes next.
"""

import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from chalice.app import SQSEvent

from chalicelib import observability, settings
from chalicelib.domain.errors import UnknownMessageError
from chalicelib.domain.messages import decode

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

Failures = dict[str, list[dict[str, str]]]

logger = logging.getLogger(__name__)


def queue_name(name: str) -> str:
    """The full name of a queue of this stage, as the stack's description spells it."""
    return f"hrma-{settings.deployment().stage}-{name}"


def each(event: SQSEvent, handle: "Callable[[SQSRecord], None]") -> Failures:
    """Calls `handle` with every message; those for which it raises are answered as failed."""
    # late, because requests need none of it
    from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

    queue = _queue_of(event)

    def guarded(record: "SQSRecord") -> None:
        with observability.working_on(_correlation(record), message_id=record.message_id, queue=queue):
            try:
                handle(record)
            except Exception:
                logger.exception("message %s failed", record.message_id)
                observability.count("messages_failed", queue=queue)
                raise

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    answer = process_partial_response(event=event.to_dict(), record_handler=guarded, processor=processor)
    return with_failed(
        {"batchItemFailures": []}, (str(one["itemIdentifier"]) for one in answer["batchItemFailures"])
    )


def with_failed(answer: Failures, message_ids: Iterable[str]) -> Failures:
    """The same answer with more messages failed."""
    more: list[dict[str, str]] = [{"itemIdentifier": message_id} for message_id in message_ids]
    return {"batchItemFailures": answer["batchItemFailures"] + more}


def _queue_of(event: SQSEvent) -> str:
    records: list[dict[str, Any]] = event.to_dict().get("Records", [])
    return str(records[0].get("eventSourceARN", "")).rpartition(":")[2] if records else ""


def _correlation(record: "SQSRecord") -> str:
    try:
        return decode(record.body).correlation_id
    except UnknownMessageError:
        return record.message_id
