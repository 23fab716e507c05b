"""Worker programs: one line of JSON in, one out. Nothing here imports numpy."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class WorkerError(Exception):
    """A worker that ended without an answer; the message is the last line that it complained with."""


class Worker:
    """A running worker, for as many questions as one likes."""

    def __init__(self, command: list[str], home: str) -> None:
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the worker
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **ONE_THREAD, "PYTHONPATH": str(ROOT), "HOME": home},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            text=True,
        )

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer to `request`; raises WorkerError where the worker ends instead."""
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise WorkerError(self._last_complaint()) from None
        line = self._process.stdout.readline()
        if not line:
            raise WorkerError(self._last_complaint())
        return json.loads(line)

    def _last_complaint(self) -> str:
        self._process.wait()
        self._complaints.seek(0)
        lines = self._complaints.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"it ended with {self._process.returncode} and said nothing"

    def close(self) -> None:
        """Let it end: its input is over."""
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        self._complaints.close()


@contextmanager
def worker(module: str) -> Iterator[Worker]:
    """A fresh process of our environment that runs `module`."""
    with _running([sys.executable, "-m", module]) as running:
        yield running


@contextmanager
def foreign_worker(interpreter: str, program: Path) -> Iterator[Worker]:
    """A fresh process of another environment that runs the file `program`."""
    with _running([interpreter, "-P", str(program)]) as running:
        yield running


@contextmanager
def _running(command: list[str]) -> Iterator[Worker]:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as home:
        running = Worker(command, home)
        try:
            yield running
        finally:
            running.close()


def answer_requests(answer_to: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """A worker's own side: answer until the input ends."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer_to(json.loads(line))) + "\n")
        sys.stdout.flush()


def timed(call: Callable[[], Any]) -> tuple[dict[str, float], Any]:
    """What `call` took by both clocks, and what it answered."""
    wall, processor = time.perf_counter(), time.process_time()
    answer = call()
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - processor}, answer
