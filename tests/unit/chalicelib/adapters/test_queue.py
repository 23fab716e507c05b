import boto3
import pytest
from botocore.exceptions import ClientError

from chalicelib.adapters.queue import LARGEST_REQUEST, SqsQueue, _requests


@pytest.fixture
def url() -> str:
    return str(boto3.client("sqs").create_queue(QueueName="solve")["QueueUrl"])


def received(url: str) -> list[str]:
    client = boto3.client("sqs")
    bodies: list[str] = []
    while messages := client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        bodies += [message["Body"] for message in messages]
    return bodies


def test_more_messages_than_one_request_takes_all_arrive(url: str) -> None:
    bodies = [f"message {n}" for n in range(23)]
    assert SqsQueue({"solve": url}).send("solve", bodies) == frozenset()
    assert sorted(received(url)) == sorted(bodies)


def test_large_messages_are_spread_over_requests_that_the_queue_takes(url: str) -> None:
    bodies = ["x" * 100_000] * 5
    assert [len(positions) for positions in _requests(bodies)] == [2, 2, 1]
    assert all(sum(len(bodies[p]) for p in positions) <= LARGEST_REQUEST for positions in _requests(bodies))
    assert SqsQueue({"solve": url}).send("solve", bodies) == frozenset()
    assert len(received(url)) == 5


def test_what_the_queue_refuses_is_answered_by_its_position(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = SqsQueue({"solve": url})
    send = queue._client.send_message_batch

    def partly(**request: object) -> object:
        entries = request["Entries"]
        assert isinstance(entries, list)
        send(QueueUrl=url, Entries=entries[:-1])
        return {"Successful": [], "Failed": [{"Id": entries[-1]["Id"], "Code": "InternalError"}]}

    monkeypatch.setattr(queue._client, "send_message_batch", partly)
    assert queue.send("solve", [str(n) for n in range(12)]) == {9, 11}
    assert len(received(url)) == 10


def test_nothing_to_send_sends_nothing() -> None:
    assert SqsQueue({"solve": "nowhere"}).send("solve", []) == frozenset()


def test_a_queue_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ClientError):
        SqsQueue({"solve": "https://sqs.eu-central-1.amazonaws.com/1/none"}).send("solve", ["a"])
