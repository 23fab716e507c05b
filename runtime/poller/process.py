"""A process that feeds all queue handlers of the app, one thread for each."""

import json
import logging
import threading
from collections.abc import Iterator
from typing import Any

import boto3
from chalice.app import Chalice, SQSEventConfig

from runtime.lifetime import stop_event
from runtime.poller.queue_poller import QueuePoller, QueueSource
from runtime.settings import ROOT

logger = logging.getLogger(__name__)


def queue_sources(app: Chalice) -> Iterator[QueueSource]:
    """The queue handlers that the app registered, with the limits that they have on AWS."""
    configuration = json.loads((ROOT / ".chalice" / "config.json").read_text(encoding="utf-8"))
    functions: dict[str, dict[str, Any]] = configuration.get("lambda_functions", {})
    for source in app.event_sources:
        if isinstance(source, SQSEventConfig):
            limits = {**configuration, **functions.get(source.name, {})}
            yield QueueSource(
                name=source.name,
                queue=source.queue or str(source.queue_arn).rpartition(":")[2],
                batch_size=source.batch_size,
                handler=app.handler_map[source.name],
                timeout_seconds=limits.get("lambda_timeout", 60),
                memory_megabytes=limits.get("lambda_memory_size", 128),
            )


def run() -> None:
    """Polls all queues until the process is told to stop; batches in hand are finished."""
    from app import app

    stopping = stop_event()
    pollers = [QueuePoller(source, boto3.client("sqs")) for source in queue_sources(app)]
    threads = [threading.Thread(target=poller.run, args=(stopping,)) for poller in pollers]
    for thread in threads:
        thread.start()
    while not stopping.wait(0.5):
        if not all(thread.is_alive() for thread in threads):
            stopping.set()
            raise SystemExit("a queue's thread ended; the whole process starts anew")
    for thread in threads:
        thread.join()
