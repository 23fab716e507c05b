"""The stack that integration tests run against: its own data folder and ports, one for the whole session.

The AWS endpoint of `stack` is the embedded one unless AWS_ENDPOINT_URL names another, such as LocalStack's.
A whole stack in a process of its own (`run_stack`) always has its own endpoint: two stacks on one endpoint
would take each other's messages from the same queues and look for them in their own databases.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest

from runtime import settings
from runtime.embedded.ports import free_port
from runtime.embedded.stack import Stack
from runtime.home import Home

START_SECONDS = 90.0
QUICK_TIMEOUTS = {
    "SolveVisibilityTimeout": "2",
    "SolveRetryVisibilityTimeout": "2",
    "BatchVisibilityTimeout": "4",
    "StudyVisibilityTimeout": "4",
    "UploadsVisibilityTimeout": "4",
    "DeadLettersVisibilityTimeout": "2",
}


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """PostgreSQL, migrated, and the AWS endpoint with the deployed resources; `environment` is in os.environ."""
    options = settings.RuntimeSettings(
        port=free_port(),
        aws_port=free_port(),
        home=tmp_path_factory.mktemp("stack"),
        aws_endpoint_url=os.environ.get("AWS_ENDPOINT_URL"),
        stage="test",
        stack_parameters=QUICK_TIMEOUTS,
    )
    with Stack(Home(options.home), options) as stack, pytest.MonkeyPatch.context() as patch:
        for name, value in stack.environment.items():
            patch.setenv(name, value)
        yield stack


@pytest.fixture
def aws(stack: Stack) -> Any:
    """A boto3 session's `client`, bound to the endpoint that the environment names."""
    return boto3.Session(
        region_name=stack.environment["AWS_DEFAULT_REGION"],
        aws_access_key_id=stack.environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=stack.environment["AWS_SECRET_ACCESS_KEY"],
    ).client


@dataclass
class RunningStack:
    """A whole stack that `python -m runtime up` keeps running in a process of its own."""

    process: subprocess.Popen[bytes]
    home: Path
    url: str
    output: Path

    @property
    def token(self) -> str:
        return (self.home / "token").read_text(encoding="utf-8").strip()

    @property
    def environment(self) -> dict[str, str]:
        """The variables that the service's processes have."""
        found: dict[str, str] = json.loads((self.home / "environment.json").read_text(encoding="utf-8"))
        return found

    @property
    def api(self) -> httpx.Client:
        """A client of the API with the stack's token; close it after use."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=30)

    def client(self, service: str) -> Any:
        """A boto3 client of the stack's AWS endpoint."""
        variables = self.environment
        return boto3.client(
            service,
            endpoint_url=variables["AWS_ENDPOINT_URL"],
            region_name=variables["AWS_DEFAULT_REGION"],
            aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
        )

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not (self.home / "environment.json").exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the stack did not start:\n{self.output.read_text(encoding='utf-8')}")
            time.sleep(0.05)

    def stop(self, signal_number: signal.Signals = signal.SIGINT) -> int:
        """Ends the stack as Ctrl-C does; returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal_number)
        return self.process.wait(60)


@contextlib.contextmanager
def run_stack(home: Path, **variables: str) -> Iterator[RunningStack]:
    """Runs a whole stack with free ports, its own AWS endpoint and `home` as its data folder until the block ends."""
    port = variables.pop("PORT", str(free_port()))
    own = {
        "PORT": port,
        "AWS_PORT": str(free_port()),
        "HRMA_HOME": str(home),
        "HRMA_STACK_PARAMETERS": json.dumps(QUICK_TIMEOUTS),
        **variables,
    }
    home.mkdir(parents=True, exist_ok=True)
    (home / "environment.json").unlink(missing_ok=True)
    # the fixture `stack` puts its own endpoint and HRMA_ variables into os.environ
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name != "AWS_ENDPOINT_URL" and not name.startswith("HRMA_")
    }
    output = home / "output.txt"
    with output.open("ab") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "runtime", "up"],
            cwd=settings.ROOT,
            env={**inherited, **own},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    running = RunningStack(process, home, f"http://127.0.0.1:{port}", output)
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def running_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """A whole stack for tests that only send requests and files; it is shared by the session."""
    with run_stack(tmp_path_factory.mktemp("running")) as running:
        yield running
