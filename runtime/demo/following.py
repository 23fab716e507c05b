"""A file dropped into the uploads bucket, and its batch followed to the end."""

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.batch import FINAL_STATUSES, BatchStatus
from chalicelib.domain.batch_keys import direct_batch_id
from runtime.demo.client import Client, reason
from runtime.demo.connection import Connection
from runtime.errors import StackError

BATCH_SECONDS = 300.0
POLL_SECONDS = 0.1


def drop(connection: Connection, filename: str, content: bytes) -> UUID:
    """Puts a file straight into the uploads bucket; the id of the batch that this starts.

    Raises StackError when the bucket does not take it.
    """
    client = boto3.client(
        "s3",
        endpoint_url=connection.endpoint_url,
        region_name=connection.region,
        aws_access_key_id=connection.access_key_id,
        aws_secret_access_key=connection.secret_access_key,
        config=Config(s3={"addressing_style": "path"}),
    )
    bucket, key = connection.uploads_bucket, f"{connection.project}/{filename}"
    try:
        etag = client.put_object(Bucket=bucket, Key=key, Body=content)["ETag"].strip('"')
    except (BotoCoreError, ClientError) as error:
        raise StackError(f"{filename} could not be put into the bucket {bucket}: {error}") from error
    return direct_batch_id(bucket, key, etag)


def follow(
    client: Client,
    batch_id: UUID,
    progress: Callable[[int, int], None],
    seconds: float = BATCH_SECONDS,
) -> dict[str, Any]:
    """The batch once it has ended; tells `progress` the rows that are done and the rows to do.

    Raises StackError when it failed, was cancelled, or has not ended after `seconds`.
    """
    deadline = time.monotonic() + seconds
    while True:
        batch = client.batch(batch_id)
        if batch is not None:
            progress(round(batch["progress"] * batch["rows"]), batch["rows"])
            status = BatchStatus(batch["status"])
            if status in (BatchStatus.FAILED, BatchStatus.CANCELLED):
                raise StackError(f"batch {batch_id} {status}: {reason(batch.get('error'))}")
            if status in FINAL_STATUSES:
                return batch
        if time.monotonic() > deadline:
            raise StackError(late(batch_id, batch, seconds))
        time.sleep(POLL_SECONDS)


def late(batch_id: UUID, batch: dict[str, Any] | None, seconds: float) -> str:
    """What to say of a batch that does not end."""
    if batch is None:
        return (
            f"batch {batch_id} has not begun {seconds:g} s after its file was dropped; does the uploads "
            "bucket notify the uploads queue, and does the token open the project of the file?"
        )
    return (
        f"batch {batch_id} is still {batch['status']} after {seconds:g} s, with {batch['solved']} rows solved"
    )
