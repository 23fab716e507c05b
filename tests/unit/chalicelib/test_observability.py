"""Log lines know what they belong to, and metrics are silent where they are off."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib import observability, settings

log = logging.getLogger("chalicelib.services.anything")


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A function that answers the lines logged so far."""
    stream = io.StringIO()
    handler = observability.logger.logger_handler
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    handler.setStream(before)


def test_every_module_of_the_service_logs_json_with_the_id_of_its_work(lines: Any) -> None:
    with observability.working_on("trace", message_id="m"):
        log.warning("solved %d", 3, extra={"seconds": 0.5})
    (line,) = lines()
    assert line["message"] == "solved 3"
    assert (line["level"], line["service"]) == ("WARNING", "hrma")
    assert (line["correlation_id"], line["message_id"], line["seconds"]) == ("trace", "m", 0.5)


def test_work_inside_work_gives_the_outer_id_back(lines: Any) -> None:
    with observability.working_on("outer"):
        with observability.working_on("inner"):
            log.info("a")
        log.info("b")
    log.info("c")
    assert [line.get("correlation_id") for line in lines()] == ["inner", "outer", None]


def test_an_error_does_not_leave_its_id_behind(lines: Any) -> None:
    with pytest.raises(ValueError, match="boom"), observability.working_on("trace"):
        raise ValueError("boom")
    log.info("later")
    assert "correlation_id" not in lines()[0]


def test_threads_do_not_mix_their_ids(lines: Any) -> None:
    together = Barrier(4)

    def work(number: int) -> None:
        with observability.working_on(f"trace-{number}"):
            together.wait(timeout=5)
            log.info("thread %d", number)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert {line["message"]: line["correlation_id"] for line in lines()} == {
        f"thread {number}": f"trace-{number}" for number in range(4)
    }


def test_metrics_are_silent_where_they_are_off(capsys: pytest.CaptureFixture[str]) -> None:
    observability.count("requests", status="200")
    assert capsys.readouterr().out == ""


def test_metrics_are_written_for_cloudwatch_where_they_are_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "deployment", lambda: SimpleNamespace(metrics=True, stage="prod"))
    observability.count("requests", 2, status="200")
    written = json.loads(capsys.readouterr().out)
    assert (written["requests"], written["stage"], written["status"]) == ([2.0], "prod", "200")
    assert written["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "HRMA"


def test_work_is_found_in_traces_by_its_correlation_id(monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, str] = {}
    segments: list[str] = []

    @contextmanager
    def in_subsegment(name: str) -> Iterator[None]:
        segments.append(name)
        yield

    tracer = SimpleNamespace(
        provider=SimpleNamespace(in_subsegment=in_subsegment), put_annotation=told.__setitem__
    )
    monkeypatch.setattr(observability, "_tracer", lambda: tracer)
    with observability.working_on("untraced"):
        assert segments == []
    monkeypatch.setattr(settings, "deployment", lambda: SimpleNamespace(traces=True))
    with observability.working_on("trace", queue="solve"):
        assert segments == ["work"]
    assert told == {"correlation_id": "trace", "queue": "solve"}


def test_outside_lambda_tracing_records_nothing_and_breaks_nothing() -> None:
    code = (
        "from chalicelib import observability\n"
        "with observability.working_on('trace', queue='solve'): print('worked')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"HRMA_TRACES": "true", "PATH": ""},
        cwd=Path(__file__).resolve().parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("worked\n", "")
