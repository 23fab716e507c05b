"""The poller against real queues: what a handler leaves, and where it goes next."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from runtime.poller.queue_poller import QueuePoller, QueueSource

VISIBILITY_SECONDS = 1
Event = dict[str, Any]


class Recorder:
    """A handler that keeps its events and answers what it is told to."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.answer: Callable[[Event], Any] = lambda _event: None

    def __call__(self, event: Event, _context: Any) -> Any:
        self.events.append(event)
        return self.answer(event)

    @property
    def bodies(self) -> list[str]:
        return [record["body"] for event in self.events for record in event["Records"]]


class Queues:
    """A queue that gives up on a message after two receives, and the one behind it."""

    def __init__(self, client: Any) -> None:
        self.client = client
        name = f"poller-{uuid4().hex[:8]}"
        self.dead_name, self.name = f"{name}-dead", name
        self.dead_url = client.create_queue(QueueName=self.dead_name)["QueueUrl"]
        arn = client.get_queue_attributes(QueueUrl=self.dead_url, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2})
        attributes = {"VisibilityTimeout": str(VISIBILITY_SECONDS), "RedrivePolicy": policy}
        self.url = client.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

    def send(self, *bodies: str) -> None:
        for body in bodies:
            self.client.send_message(QueueUrl=self.url, MessageBody=body)

    def left(self, url: str) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.client.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)


@pytest.fixture
def queues(aws: Any) -> Iterator[Queues]:
    made = Queues(aws("sqs"))
    yield made
    for url in (made.url, made.dead_url):
        made.client.delete_queue(QueueUrl=url)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def poller(queues: Queues, recorder: Recorder) -> QueuePoller:
    return QueuePoller(QueueSource("handler", queues.name, 10, recorder), queues.client)


def failing(*bodies: str) -> Callable[[Event], Any]:
    """An answer that reports the messages with these bodies as failed."""

    def answer(event: Event) -> Any:
        failed = [record["messageId"] for record in event["Records"] if record["body"] in bodies]
        return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}

    return answer


def test_handled_messages_are_deleted_and_come_in_one_batch(
    queues: Queues, poller: QueuePoller, recorder: Recorder
) -> None:
    queues.send("one", "two", "three")
    while poller.poll():
        pass
    assert sorted(recorder.bodies) == ["one", "three", "two"]
    assert len(recorder.events) == 1
    assert queues.left(queues.url) == 0


def test_only_the_failed_message_comes_back_and_its_receive_count_rises(
    queues: Queues, poller: QueuePoller, recorder: Recorder
) -> None:
    recorder.answer = failing("bad")
    queues.send("good", "bad")
    poller.poll()
    assert queues.left(queues.url) == 1
    time.sleep(VISIBILITY_SECONDS + 0.2)
    poller.poll()
    (record,) = recorder.events[-1]["Records"]
    assert record["body"] == "bad"
    assert record["attributes"]["ApproximateReceiveCount"] == "2"
    assert record["eventSourceARN"].endswith(f":{queues.name}")


def test_a_message_that_keeps_failing_ends_in_the_queue_of_dead_letters(
    queues: Queues, poller: QueuePoller, recorder: Recorder
) -> None:
    recorder.answer = failing("bad")
    queues.send("bad")
    for _ in range(3):
        poller.poll()
        time.sleep(VISIBILITY_SECONDS + 0.2)
    assert len(recorder.events) == 2
    assert queues.left(queues.url) == 0
    (dead,) = queues.client.receive_message(QueueUrl=queues.dead_url, WaitTimeSeconds=2)["Messages"]
    assert dead["Body"] == "bad"


def test_a_handler_that_raises_gets_its_whole_batch_again(
    queues: Queues, poller: QueuePoller, recorder: Recorder
) -> None:
    def broken(_event: Event) -> Any:
        raise RuntimeError("broken")

    recorder.answer = broken
    queues.send("one", "two")
    poller.poll()
    assert queues.left(queues.url) == 2
    recorder.answer = failing()
    time.sleep(VISIBILITY_SECONDS + 0.2)
    poller.poll()
    assert sorted(recorder.bodies) == ["one", "one", "two", "two"]
    assert queues.left(queues.url) == 0


def test_a_message_reaches_a_waiting_receive_at_once(queues: Queues) -> None:
    """The embedded endpoint by itself looks every 0.1 s only, which every single analysis would pay."""
    seconds = []
    for _ in range(10):
        # the message says when it was sent
        sender = threading.Timer(0.03, lambda: queues.send(repr(time.monotonic())))
        sender.start()
        (message,) = queues.client.receive_message(QueueUrl=queues.url, WaitTimeSeconds=2)["Messages"]
        seconds.append(time.monotonic() - float(message["Body"]))
        sender.join()
        queues.client.delete_message(QueueUrl=queues.url, ReceiptHandle=message["ReceiptHandle"])
    assert sorted(seconds)[5] < 0.04
