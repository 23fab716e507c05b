"""The uploads queue: the uploads bucket tells of a new file, which starts a batch."""

import json
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote_plus

from chalice.app import Blueprint, SQSEvent

from chalicelib import bootstrap
from chalicelib.domain.errors import UnknownMessageError
from chalicelib.events.receiving import Failures, each, queue_name

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

blueprint = Blueprint(__name__)
logger = logging.getLogger(__name__)


class Upload(NamedTuple):
    """One object that was written; `etag` tells two contents under one key apart."""

    bucket: str
    key: str
    etag: str
    size: int


@blueprint.on_sqs_message(queue=queue_name("uploads"), batch_size=1)  # type: ignore[untyped-decorator]
def uploads(event: SQSEvent) -> Failures:
    """Plans a batch for every file that arrived."""
    return each(event, _handle)


def _handle(record: "SQSRecord") -> None:
    for upload in uploads_in(record.body):
        batch_id = bootstrap.services().plan_batch(*upload, correlation_id=record.message_id)
        logger.info("s3://%s/%s is batch %s", upload.bucket, upload.key, batch_id)


def uploads_in(body: str) -> Iterator[Upload]:
    """The objects that a notification tells of; none for the test message that S3 sends at the start.

    Raises UnknownMessageError for what is no notification of S3.
    """
    try:
        notification = json.loads(body)
        if notification.get("Event") == "s3:TestEvent":
            return
        entries = [(entry["eventName"], entry["s3"]) for entry in notification["Records"]]
        found = [_upload(s3) for name, s3 in entries if name.removeprefix("s3:").startswith("ObjectCreated")]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnknownMessageError(f"not a notification of S3: {error!r}") from error
    yield from found


def _upload(s3: dict[str, Any]) -> Upload:
    stored = s3["object"]
    return Upload(
        bucket=s3["bucket"]["name"],
        key=unquote_plus(stored["key"]),
        etag=str(stored["eTag"]).strip('"'),
        size=int(stored.get("size", 0)),
    )
