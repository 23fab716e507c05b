"""The study queue: a study is to be begun or gone on with, or all of it is solved and waits to be merged."""

from typing import TYPE_CHECKING

from chalice.app import Blueprint, SQSEvent

from chalicelib import bootstrap
from chalicelib.domain.errors import UnknownMessageError
from chalicelib.domain.messages import StudyFinishRequested, StudyRequested, decode
from chalicelib.events.receiving import Failures, each, queue_name

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

blueprint = Blueprint(__name__)


@blueprint.on_sqs_message(queue=queue_name("study"), batch_size=1)  # type: ignore[untyped-decorator]
def study_queue(event: SQSEvent) -> Failures:
    """Solves a short study, starts the workflow of a long one, or finishes one."""
    return each(event, _handle)


def _handle(record: "SQSRecord") -> None:
    message = decode(record.body)
    match message:
        case StudyRequested():
            bootstrap.services().begin_study(message.study_id)
        case StudyFinishRequested():
            bootstrap.services().finish_study(message.study_id, message.task_token, message.error)
        case _:
            raise UnknownMessageError(f"a {message.type} does not belong in this queue")
