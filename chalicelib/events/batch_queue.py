"""The batch queue: the workflow of a batch asks for one shard, or for the end; the end asks for the pictures."""

from typing import TYPE_CHECKING

from chalice.app import Blueprint, SQSEvent

from chalicelib import bootstrap
from chalicelib.domain.errors import UnknownMessageError
from chalicelib.domain.messages import BatchDrawRequested, BatchFinishRequested, ShardRequested, decode
from chalicelib.events.receiving import Failures, each, queue_name

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

blueprint = Blueprint(__name__)


@blueprint.on_sqs_message(queue=queue_name("batch"), batch_size=1)  # type: ignore[untyped-decorator]
def batch_queue(event: SQSEvent) -> Failures:
    """Solves a shard, finishes a batch or draws its pictures."""
    return each(event, _handle)


def _handle(record: "SQSRecord") -> None:
    message = decode(record.body)
    match message:
        case ShardRequested():
            bootstrap.services().run_shard(message.batch_id, message.shard, message.task_token)
        case BatchFinishRequested():
            bootstrap.services().finish_batch(message.batch_id, message.task_token, message.error)
        case BatchDrawRequested():
            bootstrap.services().draw_batch(message.batch_id)
        case _:
            raise UnknownMessageError(f"a {message.type} does not belong in this queue")
