"""The buckets, on S3."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import IO, TYPE_CHECKING, BinaryIO

from botocore.exceptions import ClientError

from chalicelib.adapters.aws import error_code, make_client
from chalicelib.adapters.ranged_object import RangedObject
from chalicelib.domain.errors import NotFoundError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

BUFFER = 1 << 18
MISSING = ("NoSuchKey", "404", "NotFound")


class S3ObjectStore:
    """Keeps `ports.ObjectStore`."""

    @cached_property
    def _client(self) -> "S3Client":
        client: S3Client = make_client("s3")
        return client

    @contextmanager
    def open(self, bucket: str, key: str) -> Iterator[BinaryIO]:
        try:
            found = RangedObject(self._client, bucket, key)
        except ClientError as error:
            if error_code(error.response) in MISSING:
                raise NotFoundError(f"there is no object '{key}' in bucket '{bucket}'") from error
            raise
        with io.BufferedReader(found, BUFFER) as stream:
            yield stream

    def put(self, bucket: str, key: str, content: bytes | IO[bytes], *, content_type: str) -> None:
        if isinstance(content, bytes):
            self._client.put_object(Bucket=bucket, Key=key, Body=content, ContentType=content_type)
        else:
            self._client.upload_fileobj(content, bucket, key, ExtraArgs={"ContentType": content_type})

    def exists(self, bucket: str, key: str) -> bool:
        try:
            self._client.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error_code(error.response) in MISSING:
                return False
            raise
        return True

    def upload_url(self, bucket: str, key: str, *, seconds: float) -> str:
        return self._client.generate_presigned_url(
            "put_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=int(seconds)
        )

    def download_url(self, bucket: str, key: str, *, seconds: float, filename: str) -> str:
        parameters = {
            "Bucket": bucket,
            "Key": key,
            "ResponseContentDisposition": f'attachment; filename="{filename}"',
        }
        return self._client.generate_presigned_url("get_object", Params=parameters, ExpiresIn=int(seconds))
