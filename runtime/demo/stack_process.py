"""The demo's stack: the same process as `make up`, with a data folder of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from runtime import settings
from runtime.embedded.ports import LOOPBACK, free_port, is_free
from runtime.embedded.processes import dies_with
from runtime.errors import StackError
from runtime.home import Home

START_SECONDS = 120.0
STOP_SECONDS = 60.0
TAIL_LINES = 20
SHARD_ROWS = 250
"""Small shards, so that all solver processes share the demo's one file."""


@dataclass(frozen=True)
class RunningStack:
    """Where the demo's stack is, and how to get in."""

    url: str
    token: str
    environment: dict[str, str]
    moved: bool


def demo_home(options: settings.RuntimeSettings) -> Path:
    """The demo's own data folder, so that it never touches the user's data."""
    return (options.home / "demo").expanduser().absolute()


@contextmanager
def running(
    options: settings.RuntimeSettings, service: Mapping[str, str] | None = None
) -> Iterator[RunningStack]:
    """Runs a stack until the block ends, on free ports where the usual ones are taken and none were named.

    `service` are variables of the service in place of the demo's.
    """
    home = Home(demo_home(options))
    home.path.mkdir(parents=True, exist_ok=True)
    home.environment.unlink(missing_ok=True)
    port = options.port if options.port_is_chosen or is_free(options.port) else free_port()
    aws_port = options.aws_port if options.aws_port_is_chosen or is_free(options.aws_port) else free_port()
    variables = {
        "PORT": str(port),
        "AWS_PORT": str(aws_port),
        "HRMA_HOME": str(home.path),
        **({"HRMA_BATCH_SHARD_ROWS": str(SHARD_ROWS)} if service is None else service),
    }
    output = home.path / "output.txt"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "runtime", "up"],
            cwd=settings.ROOT,
            env=settings.child_environment(variables),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=dies_with(os.getpid(), signal.SIGTERM),
        )
    try:
        wait_until_ready(process, home, output)
        yield RunningStack(
            url=f"http://{LOOPBACK}:{port}",
            token=home.token.read_text(encoding="utf-8").strip(),
            environment=json.loads(home.environment.read_text(encoding="utf-8")),
            moved=(port, aws_port) != (options.port, options.aws_port),
        )
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(STOP_SECONDS)


def wait_until_ready(process: subprocess.Popen[bytes], home: Home, output: Path) -> None:
    """Returns when the stack serves; raises StackError with its last lines when it does not come up."""
    deadline = time.monotonic() + START_SECONDS
    while not home.environment.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            lines = output.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:]
            raise StackError("the stack did not start:\n" + "\n".join(lines))
        time.sleep(0.05)
