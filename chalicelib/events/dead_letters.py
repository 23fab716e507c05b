"""The dead-letter queue: what nothing could be done with is kept, and its subject marked failed."""

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint, SQSEvent

from chalicelib import bootstrap
from chalicelib.events.receiving import Failures, each, queue_name

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

blueprint = Blueprint(__name__)


@blueprint.on_sqs_message(queue=queue_name("dead-letters"), batch_size=1)  # type: ignore[untyped-decorator]
def dead_letters(event: SQSEvent) -> Failures:
    """Keeps each message where people can look at it, edit it and feed it back."""
    return each(event, _handle)


def _handle(record: "SQSRecord") -> None:
    attributes: dict[str, Any] = dict(record.raw_event.get("attributes") or {})
    bootstrap.services().record_dead_letter(record.message_id, record.body, attributes)
