"""One queue and its handler: receive, call, delete what is done."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from chalice.local import LambdaContext

from runtime.poller.events import sqs_event, to_delete

RECEIVE_LIMIT = 10
WAIT_SECONDS = 1
"""Short, so that a stop never leaves a receive behind that would take messages with it."""
TROUBLE_SECONDS = 1.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class QueueSource:
    """A handler that the app registered for a queue."""

    name: str
    queue: str
    batch_size: int
    handler: Callable[[Any, Any], Any]
    timeout_seconds: float = 60.0
    memory_megabytes: int = 512


class QueuePoller:
    """Feeds one handler from one queue, as the event source mapping of Lambda does.

    What the handler finished is deleted; what it answers as failed, or the whole batch when it raises,
    comes back after the queue's visibility timeout, and the queue itself moves it on after too many tries.
    """

    def __init__(self, source: QueueSource, client: Any) -> None:
        self._source = source
        self._client = client
        self._url = client.get_queue_url(QueueName=source.queue)["QueueUrl"]
        attributes = client.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        self._arn = str(attributes["Attributes"]["QueueArn"])

    def run(self, stopping: threading.Event) -> None:
        """Polls until it is told to stop; the batch in hand is finished first."""
        while not stopping.is_set():
            try:
                self.poll()
            except (BotoCoreError, ClientError) as error:
                logger.warning("%s: the queue does not answer: %s", self._source.queue, error)
                stopping.wait(TROUBLE_SECONDS)

    def poll(self) -> int:
        """Receives and handles one batch; returns how many messages it had."""
        received = self._client.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=min(self._source.batch_size, RECEIVE_LIMIT),
            WaitTimeSeconds=WAIT_SECONDS,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages = received.get("Messages", [])
        if messages:
            self._delete(self._handle(messages))
        return len(messages)

    def _handle(self, messages: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        source = self._source
        context = LambdaContext(source.name, source.memory_megabytes, int(source.timeout_seconds * 1000))
        try:
            answer = source.handler(sqs_event(messages, self._arn), context)
        except Exception:
            logger.exception("%s raised; its %d messages come back later", source.name, len(messages))
            return []
        return to_delete(answer, messages)

    def _delete(self, messages: Sequence[Mapping[str, Any]]) -> None:
        if messages:
            entries = [
                {"Id": str(index), "ReceiptHandle": message["ReceiptHandle"]}
                for index, message in enumerate(messages)
            ]
            self._client.delete_message_batch(QueueUrl=self._url, Entries=entries)
