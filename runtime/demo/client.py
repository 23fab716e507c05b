"""What the demo asks of the API, as any user would."""

import csv
import io
import time
from types import TracebackType
from typing import Any
from uuid import UUID, uuid4

import httpx

from runtime.errors import StackError

WAIT_SECONDS = 20
ANALYSIS_SECONDS = 60.0
POLL_SECONDS = 0.1
REQUEST_SECONDS = 60.0


class Client:
    """A user of one stack; use as a context manager. Every method raises StackError when the API refuses."""

    def __init__(self, base_url: str, token: str, transport: httpx.BaseTransport | None = None) -> None:
        self._http = httpx.Client(
            base_url=base_url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=REQUEST_SECONDS,
            transport=transport,
            trust_env=False,
        )

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def analyze(self, spec: dict[str, Any]) -> dict[str, Any]:
        """The finished analysis of a specification; raises StackError when it failed or is late."""
        found: dict[str, Any] = self._ask(
            "POST",
            "/v1/analyses",
            params={"wait": WAIT_SECONDS},
            headers={"Idempotency-Key": str(uuid4())},
            json=spec,
        ).json()
        deadline = time.monotonic() + ANALYSIS_SECONDS
        while found["status"] in ("queued", "running"):
            if time.monotonic() > deadline:
                raise StackError(
                    f"analysis {found['id']} is still {found['status']} after {ANALYSIS_SECONDS:g} s"
                )
            time.sleep(POLL_SECONDS)
            found = self._ask("GET", f"/v1/analyses/{found['id']}").json()
        if found["status"] != "succeeded":
            raise StackError(f"analysis {found['id']} {found['status']}: {reason(found.get('error'))}")
        return found

    def batch(self, batch_id: UUID) -> dict[str, Any] | None:
        """The batch as it stands; None while the service has not seen its file."""
        response = self._send("GET", f"/v1/batches/{batch_id}")
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        found: dict[str, Any] = accepted(response).json()
        return found

    def batch_rows(self, batch_id: UUID) -> list[dict[str, str]]:
        """The rows of a finished batch's results file."""
        response = self._ask("GET", f"/v1/batches/{batch_id}/results", follow_redirects=True)
        return list(csv.DictReader(io.StringIO(response.text)))

    def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        return accepted(self._send(method, path, **options))

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            return self._http.request(method, path, **options)
        except httpx.HTTPError as error:
            raise StackError(
                f"the API at {self._http.base_url} does not answer {method} {path}: {error!r}"
            ) from error


def accepted(response: httpx.Response) -> httpx.Response:
    """The response of a request that was served; raises StackError with the API's reason otherwise."""
    if response.is_success:
        return response
    request = response.request
    raise StackError(
        f"the API refused {request.method} {request.url.path} ({response.status_code}): {response.text}"
    )


def reason(error: dict[str, Any] | None) -> str:
    """Why something failed, as the service gives it."""
    return "no reason was given" if not error else f"{error.get('code')}: {error.get('message')}"
