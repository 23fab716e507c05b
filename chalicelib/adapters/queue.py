"""The message queues, on SQS."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.adapters.aws import make_client
from chalicelib.domain.dead_letter import QueueName

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

MOST_AT_ONCE = 10
LARGEST_REQUEST = 262_144


class SqsQueue:
    """Keeps `ports.Queue`; `urls` says where each queue is."""

    def __init__(self, urls: Mapping[QueueName, str]) -> None:
        self._urls = urls

    @cached_property
    def _client(self) -> "SQSClient":
        client: SQSClient = make_client("sqs")
        return client

    def send(self, queue: QueueName, bodies: Sequence[str]) -> frozenset[int]:
        refused: set[int] = set()
        for positions in _requests(bodies):
            answer = self._client.send_message_batch(
                QueueUrl=self._urls[queue],
                Entries=[{"Id": str(position), "MessageBody": bodies[position]} for position in positions],
            )
            refused.update(int(entry["Id"]) for entry in answer.get("Failed", []))
        return frozenset(refused)


def _requests(bodies: Sequence[str]) -> list[list[int]]:
    """The positions of the bodies, cut where SQS would refuse more of them in one request."""
    requests: list[list[int]] = []
    size = 0
    for position, body in enumerate(bodies):
        length = len(body.encode())
        if not requests or len(requests[-1]) == MOST_AT_ONCE or size + length > LARGEST_REQUEST:
            requests.append([])
            size = 0
        requests[-1].append(position)
        size += length
    return requests
