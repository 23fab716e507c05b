import csv
import io
import json
from typing import Any
from uuid import uuid4

import httpx
import pytest
from rich.console import Console

from runtime.demo import cases, run
from runtime.demo.client import Client
from runtime.demo.connection import Connection
from runtime.demo.latency import Latency
from runtime.errors import StackError
from tests.unit.runtime.test_demo_agreement import report, result, row
from tests.unit.runtime.test_demo_tables import BURN

CONNECTION = Connection("http://stack", "secret", "http://endpoint", "uploads", "results", project="mine")
BATCH = uuid4()


class Service:
    """Answers as the API does, with figures that a test may spoil."""

    def __init__(
        self, answer: dict[str, Any] | None = None, rows: list[dict[str, str]] | None = None
    ) -> None:
        self.answer = BURN | (answer or result())
        self.rows = rows if rows is not None else [row(line) for line in range(2, 1002)]
        self.specs: list[dict[str, Any]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/analyses":
            spec = json.loads(request.content)
            self.specs.append(spec)
            answer = solid_result(spec) if spec["motor_type"] == "solid" else self.answer
            return httpx.Response(200, json={"id": "a", "status": "succeeded", "result": answer})
        if request.url.path == f"/v1/batches/{BATCH}/results":
            return httpx.Response(200, text=self.results())
        solved = sum(each["status"] == "succeeded" for each in self.rows)
        counts = {"rows": len(self.rows), "valid": len(self.rows), "solved": solved, "progress": 1.0}
        status = "completed" if solved == len(self.rows) else "completed_with_errors"
        return httpx.Response(200, json={"status": status, **counts})

    def results(self) -> str:
        text = io.StringIO()
        writer = csv.DictWriter(text, self.rows[0])
        writer.writeheader()
        writer.writerows(self.rows)
        return text.getvalue()


def solid_result(spec: dict[str, Any]) -> dict[str, Any]:
    """What openMotor computes for a motor of the demo."""
    motor = next(motor for motor in cases.solids() if motor.spec == spec)
    return {
        "designation": "L1",
        "burn_time": 4.0,
        "specific_impulse": 230.0,
        "total_impulse": motor.total_impulse,
        "chamber_pressure_peak": motor.chamber_pressure_peak,
    }


@pytest.fixture
def dropped(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bytes]]:
    """The files that would go into the bucket."""
    files: list[tuple[str, bytes]] = []

    def drop(_connection: Connection, filename: str, content: bytes) -> object:
        files.append((filename, content))
        return BATCH

    monkeypatch.setattr(run, "drop", drop)
    return files


def run_with(service: Service, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the demo prints on a stack that answers like this."""
    output = io.StringIO()
    client = Client(CONNECTION.base_url, CONNECTION.token, httpx.MockTransport(service))
    monkeypatch.setattr(run, "Client", lambda _url, _token: client)
    run.run_demo(CONNECTION, Console(file=output, width=100))
    return output.getvalue()


def test_the_demo_shows_engines_batch_and_speed_and_says_where_the_results_are(
    dropped: list[tuple[str, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Service()
    shown = run_with(service, monkeypatch)
    compared = len(cases.engines()) + len(cases.burns())
    assert len(service.specs) == compared + len(cases.solids()) + run.SINGLE_SUBMISSIONS
    assert all(spec["validate"] for spec in service.specs[:compared])
    assert shown.isascii()
    assert "Assumed: c* 0.990, nozzle 0.985" in shown
    assert "1000 of 1000 rows solved" in shown
    assert shown.splitlines()[-1].startswith(f"result files: s3://results/mine/{BATCH}/")
    ((filename, content),) = dropped
    assert filename.endswith(".csv")
    assert content.decode() == cases.batch_file()[0]


def test_two_runs_drop_two_files(dropped: list[tuple[str, bytes]], monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        run_with(Service(), monkeypatch)
    assert dropped[0][0] != dropped[1][0]


def test_an_engine_too_far_from_cea_ends_the_demo(
    dropped: list[tuple[str, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StackError, match="RS-25: exit_pressure"):
        run_with(Service(answer=result(report(0.5))), monkeypatch)
    assert not dropped


@pytest.mark.usefixtures("dropped")
def test_an_unsolved_row_ends_the_demo_after_its_tables(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [row(line) for line in range(2, 1001)] + [row(1001, status="failed", error="it does not settle")]
    with (
        Client(CONNECTION.base_url, CONNECTION.token, httpx.MockTransport(Service(rows=rows))) as client,
        pytest.raises(StackError, match=r"999 of 1000 rows were solved .*it does not settle"),
    ):
        run.show_batch(CONNECTION, client, Console(width=100), Latency(30, 0.1, 0.2))
    assert "999, 1" in capsys.readouterr().out
