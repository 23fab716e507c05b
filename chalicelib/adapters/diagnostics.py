"""How the queues and buckets are, for people and monitors who look after the service."""

import time
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.aws import make_client

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_sqs import SQSClient


class AwsDiagnostics:
    """Looks at the queues (name to URL) and buckets (name to bucket) that it is given."""

    def __init__(self, queues: Mapping[str, str], buckets: Mapping[str, str]) -> None:
        self._queue_urls = queues
        self._bucket_names = buckets

    @cached_property
    def _sqs(self) -> "SQSClient":
        client: SQSClient = make_client("sqs")
        return client

    @cached_property
    def _s3(self) -> "S3Client":
        client: S3Client = make_client("s3")
        return client

    def queues(self) -> dict[str, dict[str, Any]]:
        """Per queue: status, seconds it took to answer, messages waiting and in flight."""
        return {name: _checked(partial(self._depth, url)) for name, url in self._queue_urls.items()}

    def buckets(self) -> dict[str, dict[str, Any]]:
        """Per bucket: status and the seconds it took to answer."""
        return {name: _checked(partial(self._head, bucket)) for name, bucket in self._bucket_names.items()}

    def _depth(self, url: str) -> dict[str, Any]:
        attributes = self._sqs.get_queue_attributes(
            QueueUrl=url,
            AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        )["Attributes"]
        return {
            "waiting": int(attributes["ApproximateNumberOfMessages"]),
            "in_flight": int(attributes["ApproximateNumberOfMessagesNotVisible"]),
        }

    def _head(self, bucket: str) -> dict[str, Any]:
        self._s3.head_bucket(Bucket=bucket)
        return {}


def _checked(look: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    started = time.perf_counter()
    try:
        found = {"status": "ok", **look()}
    except (BotoCoreError, ClientError) as error:
        found = {"status": "unreachable", "reason": type(error).__name__}
    return {**found, "seconds": round(time.perf_counter() - started, 4)}
