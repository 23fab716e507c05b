"""Where the files of a batch lie."""

from typing import NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from chalicelib.domain.errors import InvalidRequestError


class UploadKey(NamedTuple):
    """What the key of an uploaded file says: its project, its name, and its batch if one was made for it."""

    project: str
    filename: str
    batch_id: UUID | None


def parse_upload_key(key: str) -> UploadKey:
    """Reads `{project}/{batch id}/{filename}` or `{project}/.../{filename}`; raises InvalidRequestError."""
    project, *folders, filename = key.split("/") if "/" in key else ("", key)
    if not project or not filename:
        raise InvalidRequestError(
            f"the upload '{key}' belongs to no project; put files under '{{project}}/name.csv'"
        )
    return UploadKey(project, filename, _uuid(folders[0]) if len(folders) == 1 else None)


def direct_batch_id(bucket: str, key: str, etag: str) -> UUID:
    """The id of the batch of a file put straight into the bucket: the same for every notification."""
    return uuid5(NAMESPACE_URL, f"s3://{bucket}/{key}#{etag}")


class ResultKeys(NamedTuple):
    """The keys of what a batch leaves in the results bucket: `{project}/{batch id}/...`."""

    project: str
    batch_id: UUID

    @property
    def results(self) -> str:
        return f"{self._folder}/results.csv"

    @property
    def errors(self) -> str:
        return f"{self._folder}/errors.csv"

    @property
    def summary(self) -> str:
        return f"{self._folder}/summary.json"

    @property
    def parquet(self) -> str:
        return f"{self._folder}/results.parquet"

    @property
    def manifest(self) -> str:
        return f"{self._folder}/shards/manifest.json"

    def plot(self, name: str) -> str:
        return f"{self._folder}/plots/{name}"

    def shard(self, shard: int) -> str:
        return f"{self._folder}/shards/{shard:05}.txt"

    def repeats(self, shard: int) -> str:
        return f"{self._folder}/shards/{shard:05}-repeats.json"

    def late(self, shard: int) -> str:
        return f"{self._folder}/parts/{shard:05}-late.csv"

    def late_errors(self, shard: int) -> str:
        return f"{self._folder}/parts/{shard:05}-late-errors.csv"

    def part(self, shard: int) -> str:
        return f"{self._folder}/parts/{shard:05}.csv"

    def part_errors(self, shard: int) -> str:
        return f"{self._folder}/parts/{shard:05}-errors.csv"

    @property
    def _folder(self) -> str:
        return f"{self.project}/{self.batch_id}"


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
