"""The solve queue: up to ten analyses in one call of the engine."""

from typing import TYPE_CHECKING
from uuid import UUID

from chalice.app import Blueprint, SQSEvent

from chalicelib import bootstrap
from chalicelib.domain.errors import UnknownMessageError
from chalicelib.domain.messages import SolveRequested, decode
from chalicelib.events.receiving import Failures, each, queue_name, with_failed

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

blueprint = Blueprint(__name__)

BATCH_SIZE = 10


@blueprint.on_sqs_message(queue=queue_name("solve"), batch_size=BATCH_SIZE)  # type: ignore[untyped-decorator]
def solve_queue(event: SQSEvent) -> Failures:
    """Solves what the messages ask for; what broke unforeseen goes to the retry queue."""
    return solve(event)


def solve(event: SQSEvent) -> Failures:
    """Reads all messages, solves their analyses together, and answers those that have to be tried again."""
    wanted: dict[str, UUID] = {}

    def read(record: "SQSRecord") -> None:
        message = decode(record.body)
        if not isinstance(message, SolveRequested):
            raise UnknownMessageError(f"a {message.type} does not belong in this queue")
        wanted[record.message_id] = message.analysis_id

    answer = each(event, read)
    if not wanted:
        return answer
    again = bootstrap.services().solve_analyses(list(dict.fromkeys(wanted.values()))).failed_ids
    return with_failed(answer, (message_id for message_id, id_ in wanted.items() if id_ in again))
