"""An object of S3 as a file that can be sought in: read in ranges, so that little of it is in memory."""

import io
from typing import TYPE_CHECKING, Any

import tenacity
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.aws import error_code

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

CHUNK = 8 << 20
BEYOND_THE_END = ("InvalidRange", "416")

retried = tenacity.retry(
    retry=tenacity.retry_if_exception_type(BotoCoreError),
    stop=tenacity.stop_after_attempt(5),
    wait=tenacity.wait_random_exponential(multiplier=0.2, max=5.0),
    reraise=True,
)


class RangedObject(io.RawIOBase):
    """Reads `chunk` bytes in one request and keeps the last of them; a connection that breaks is begun anew there.

    All ranges are of the same content: where the object is overwritten meanwhile, reading raises ClientError. The
    first range is read at once, so that a missing object raises at the beginning.
    """

    def __init__(self, client: "S3Client", bucket: str, key: str, chunk: int = CHUNK) -> None:
        super().__init__()
        self._client, self._chunk = client, chunk
        self._object: dict[str, Any] = {"Bucket": bucket, "Key": key}
        self._etag: str | None = None
        self._size = 0
        self._position = self._start = 0
        self._held = self._fetch(0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, origin + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        if self._position >= self._size:
            return 0
        if not self._start <= self._position < self._start + len(self._held):
            self._held, self._start = self._fetch(self._position), self._position
        first = self._position - self._start
        part = self._held[first : first + len(buffer)]
        buffer[: len(part)] = part
        self._position += len(part)
        return len(part)

    @retried
    def _fetch(self, start: int) -> bytes:
        wanted = {**self._object, "Range": f"bytes={start}-{start + self._chunk - 1}"}
        if self._etag is not None:
            wanted["IfMatch"] = self._etag
        try:
            answer = self._client.get_object(**wanted)
        except ClientError as error:
            if error_code(error.response) in BEYOND_THE_END:  # as any range of an empty object
                return b""
            raise
        content = answer["Body"].read()
        if self._etag is None:
            self._etag = answer["ETag"]
            whole = answer.get("ContentRange", "").rpartition("/")[2]
            self._size = int(whole) if whole.isdigit() else len(content)
        return content
