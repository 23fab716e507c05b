"""The routes of batches, over faked services."""

import io
from contextlib import contextmanager
from types import SimpleNamespace
from uuid import UUID

import pytest
from fake_api import CALLERS, Api

from chalicelib import settings
from chalicelib.api.batches import LARGEST_INLINE
from chalicelib.domain.batch import BatchStatus
from chalicelib.domain.errors import FieldProblem, InvalidRequestError, NotReadyError

ID = UUID("0c1d4a52-6a5b-4d83-8f0e-111111111111")
FILE = SimpleNamespace(
    url="https://store/results", bucket="results", key="demo/1", filename="cases-results.csv"
)


def stored(services: SimpleNamespace, content: bytes) -> None:
    @contextmanager
    def opened(bucket: str, key: str):
        assert (bucket, key) == (FILE.bucket, FILE.key)
        yield io.BytesIO(content)

    services.object_store = SimpleNamespace(open=opened)


def test_a_new_batch_says_where_its_file_goes(
    api: Api, services: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "load", lambda: SimpleNamespace(upload_seconds=600.0))
    services.create_batch.return_value = SimpleNamespace(batch_id=ID, upload_url="https://store/put")
    answer = api.post("/v1/batches", {"filename": "cases.csv"}, headers={"X-Correlation-Id": "trace"})
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/v1/batches/{ID}"
    assert answer.json_body == {
        "id": str(ID),
        "status": "awaiting_upload",
        "upload_url": "https://store/put",
        "upload_seconds": 600.0,
    }
    services.create_batch.assert_called_once_with(
        "cases.csv", {}, force=False, principal=CALLERS["engineer"], correlation_id="trace"
    )


def test_a_name_that_the_service_refuses_is_a_problem(api: Api, services: SimpleNamespace) -> None:
    field = FieldProblem("filename", "'cases.exe' does not end in .csv")
    services.create_batch.side_effect = InvalidRequestError("no", fields=(field,))
    answer = api.post("/v1/batches", {"filename": "cases.exe"})
    assert answer.json_body["errors"] == [{"field": field.field, "message": field.message}]


@pytest.mark.parametrize(("status", "header"), [("running", "1"), ("completed", None)])
def test_an_unfinished_batch_says_when_to_look_again(
    api: Api, services: SimpleNamespace, status: str, header: str | None
) -> None:
    services.get_batch.return_value = {"id": str(ID), "status": status}
    assert api.get(f"/v1/batches/{ID}").headers.get("Retry-After") == header


@pytest.mark.parametrize(("path", "view"), [("results", "batch_results"), ("errors", "batch_errors")])
def test_a_file_that_fits_is_the_answer(api: Api, services: SimpleNamespace, path: str, view: str) -> None:
    getattr(services, view).return_value = FILE
    stored(services, b"line,thrust\n2,5.0\n")
    answer = api.get(f"/v1/batches/{ID}/{path}")
    assert answer.status_code == 200
    assert answer.body == b"line,thrust\n2,5.0\n"
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert FILE.filename in answer.headers["Content-Disposition"]


def test_the_summary_is_json(api: Api, services: SimpleNamespace) -> None:
    services.batch_summary.return_value = FILE
    stored(services, b'{"rows": 3}')
    answer = api.get(f"/v1/batches/{ID}/summary")
    assert answer.json_body == {"rows": 3}
    assert answer.headers["Content-Type"].startswith("application/json")


def test_a_file_that_does_not_fit_is_elsewhere(api: Api, services: SimpleNamespace) -> None:
    services.batch_results.return_value = FILE
    stored(services, b"x" * (LARGEST_INLINE + 1))
    answer = api.get(f"/v1/batches/{ID}/results")
    assert (answer.status_code, answer.headers["Location"], answer.body) == (303, FILE.url, b"")


def test_results_of_a_running_batch_are_not_ready(api: Api, services: SimpleNamespace) -> None:
    services.batch_results.side_effect = NotReadyError("the batch is running")
    answer = api.get(f"/v1/batches/{ID}/results")
    assert (answer.status_code, answer.json_body["code"]) == (409, "not_ready")


def test_a_batch_is_cancelled(api: Api, services: SimpleNamespace) -> None:
    services.cancel_batch.return_value = BatchStatus.CANCELLED
    assert api.post(f"/v1/batches/{ID}/cancel").json_body == {"id": str(ID), "status": "cancelled"}
