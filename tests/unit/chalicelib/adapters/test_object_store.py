import csv
import io
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from chalicelib.adapters.object_store import S3ObjectStore
from chalicelib.domain.errors import NotFoundError


@pytest.fixture
def store() -> S3ObjectStore:
    boto3.client("s3").create_bucket(
        Bucket="results", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    return S3ObjectStore()


def test_an_object_is_read_as_a_stream_of_lines(store: S3ObjectStore) -> None:
    store.put("results", "a/b.csv", b"x,y\n1,2\n" * 50_000, content_type="text/csv")
    with store.open("results", "a/b.csv") as stream:
        assert stream.read(4) == b"x,y\n"
        rows = sum(1 for _ in csv.reader(io.TextIOWrapper(stream, encoding="utf-8", newline="")))
    assert rows == 99_999


def test_a_file_is_written_with_its_type(store: S3ObjectStore) -> None:
    store.put("results", "big", io.BytesIO(b"z" * 9_000_000), content_type="text/csv; charset=utf-8")
    head = boto3.client("s3").head_object(Bucket="results", Key="big")
    assert (head["ContentLength"], head["ContentType"]) == (9_000_000, "text/csv; charset=utf-8")


def test_an_object_that_is_not_there_is_not_found(store: S3ObjectStore) -> None:
    assert not store.exists("results", "none")
    with pytest.raises(NotFoundError, match="'none' in bucket 'results'"), store.open("results", "none"):
        pass
    store.put("results", "some", b"", content_type="text/plain")
    assert store.exists("results", "some")


def test_addresses_carry_their_end_and_no_checksum_that_the_uploader_would_have_to_know(
    store: S3ObjectStore,
) -> None:
    address = urlsplit(store.upload_url("results", "p/b c.csv", seconds=900))
    query = parse_qs(address.query)
    assert query["X-Amz-Expires"] == ["900"]
    assert "p/b%20c.csv" in address.path
    assert not any("checksum" in name.lower() for name in query)
    assert query["X-Amz-SignedHeaders"] == ["host"]


def test_a_download_is_saved_under_its_name(store: S3ObjectStore) -> None:
    query = parse_qs(urlsplit(store.download_url("results", "k", seconds=60, filename="a-results.csv")).query)
    assert query["response-content-disposition"] == ['attachment; filename="a-results.csv"']


def test_another_endpoint_is_spoken_to_by_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:4566")
    assert (
        S3ObjectStore().upload_url("results", "k", seconds=60).startswith("http://localhost:4566/results/k?")
    )
