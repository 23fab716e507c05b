"""What the demo does as a user would: HTTP requests, and a file put into a bucket."""

import csv
import io
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlparse

import httpx

from runtime.embedded.deploy import aws_client
from runtime.errors import StackError

WAIT_SECONDS = 20
BATCH_SECONDS = 300.0
POLL_SECONDS = 0.1
FINAL = ("completed", "completed_with_errors", "failed", "cancelled")


class Client:
    """A user of one stack."""

    def __init__(self, url: str, token: str, environment: dict[str, str]) -> None:
        self._environment = environment
        self._http = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60)

    def analyze(self, spec: dict[str, Any]) -> dict[str, Any]:
        """The finished analysis of a specification; raises StackError when it failed or is late."""
        response = self._http.post("/v1/analyses", params={"wait": WAIT_SECONDS}, json=spec)
        found: dict[str, Any] = response.json()
        if response.status_code not in (200, 202):
            raise StackError(f"the service refused an analysis: {response.text}")
        deadline = time.monotonic() + WAIT_SECONDS
        while found["status"] in ("queued", "running") and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
            found = self._http.get(f"/v1/analyses/{found['id']}").json()
        if found["status"] != "succeeded":
            raise StackError(f"analysis {found['id']} is {found['status']}: {found.get('error')}")
        return found

    def run_batch(self, name: str, content: str, progress: Callable[[float], None]) -> dict[str, Any]:
        """Puts a file into the uploads bucket and follows its batch to the end."""
        created = self._http.post("/v1/batches", json={"filename": name}).raise_for_status().json()
        bucket, _, key = unquote(urlparse(created["upload_url"]).path).lstrip("/").partition("/")
        aws_client("s3", self._environment).put_object(Bucket=bucket, Key=key, Body=content.encode())
        deadline = time.monotonic() + BATCH_SECONDS
        while time.monotonic() < deadline:
            batch: dict[str, Any] = self._http.get(f"/v1/batches/{created['id']}").raise_for_status().json()
            progress(float(batch["progress"]))
            if batch["status"] in FINAL:
                return batch
            time.sleep(POLL_SECONDS)
        raise StackError(f"batch {created['id']} is not done after {BATCH_SECONDS:g} s")

    def batch_rows(self, batch_id: str) -> list[dict[str, str]]:
        """The rows of a finished batch's results file."""
        response = self._http.get(f"/v1/batches/{batch_id}/results", follow_redirects=True).raise_for_status()
        return list(csv.DictReader(io.StringIO(response.text)))
