"""`make up`: what it opens, how it ends, and what it does about a crash."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
import pytest

from runtime import settings
from runtime.embedded.ports import free_port
from tests.integration.conftest import RunningStack, run_stack

SPEC = {
    "motor_type": "liquid",
    "propellant": {"fuel": "LH2", "oxidizer": "LOX", "mixture_ratio": 6.0},
    "chamber_pressure": 7e6,
    "nozzle": {"area_ratio": 40.0},
}
ANYWHERE = {"00000000", "0" * 32}
LISTENING = "0A"


def descendants(process: int) -> set[int]:
    """The ids of a process and of all that it started."""
    found = {process}
    for child in Path(f"/proc/{process}/task").glob("*/children"):
        for number in child.read_text().split():
            found |= descendants(int(number))
    return found


def is_alive(process: int) -> bool:
    """Whether a process runs; one that ended and waits to be collected does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def eventually(condition: Callable[[], bool], seconds: float = 30.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return condition()


def listening_addresses(processes: set[int]) -> set[str]:
    """The local addresses, as the kernel's tables spell them, that the processes listen on."""
    sockets = set()
    for process in processes:
        for link in Path(f"/proc/{process}/fd").glob("*"):
            try:
                sockets.add(str(link.readlink()))
            except OSError:
                continue
    rows = [
        row.split()
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        if Path(table).exists()
        for row in Path(table).read_text().splitlines()[1:]
    ]
    return {
        row[1].partition(":")[0] for row in rows if row[3] == LISTENING and f"socket:[{row[9]}]" in sockets
    }


def children_of(running: RunningStack, word: str) -> list[int]:
    """The ids of the stack's own children whose command line has the word."""
    numbers = [
        int(number)
        for children in Path(f"/proc/{running.process.pid}/task").glob("*/children")
        for number in children.read_text().split()
    ]
    return [number for number in numbers if word in Path(f"/proc/{number}/cmdline").read_text()]


def solves(running: RunningStack) -> bool:
    try:
        with running.api as api:
            found = api.post("/v1/analyses", params={"wait": 10}, json=SPEC).json()
    except httpx.HTTPError:
        return False
    return found.get("status") == "succeeded"


def test_nothing_listens_beyond_the_loopback_interface(running_stack: RunningStack) -> None:
    found = listening_addresses(descendants(running_stack.process.pid))
    assert found == {"0100007F"}


@pytest.mark.parametrize(
    "name", ["token", "environment.json", "keys/token_private.pem", "keys/postgres_password"]
)
def test_secrets_are_readable_by_their_owner_only(running_stack: RunningStack, name: str) -> None:
    assert (running_stack.home / name).stat().st_mode & 0o077 == 0


def test_an_analysis_is_solved_and_its_log_lines_are_readable(running_stack: RunningStack) -> None:
    assert solves(running_stack)
    output = running_stack.output.read_text(encoding="utf-8")
    assert "POST /v1/analyses" in output
    assert '{"level"' not in output


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_ends_every_process_in_good_order(tmp_path: Path, signal_number: signal.Signals) -> None:
    with run_stack(tmp_path / "home") as running:
        processes = descendants(running.process.pid)
        assert running.stop(signal_number) == 0
        assert eventually(lambda: not any(map(is_alive, processes)), 5)
        assert "was killed" not in running.output.read_text(encoding="utf-8")
        assert not (running.home / "environment.json").exists()


def test_nothing_is_left_behind_when_the_supervisor_itself_is_killed(tmp_path: Path) -> None:
    with run_stack(tmp_path / "home") as running:
        processes = descendants(running.process.pid)
        assert len(processes) > 6
        running.process.kill()
        assert eventually(lambda: not any(map(is_alive, processes)), 30)


def test_crashed_processes_are_started_again_and_nothing_is_lost(tmp_path: Path) -> None:
    with run_stack(tmp_path / "home") as running:
        with running.api as api:
            first = api.post("/v1/analyses", json=SPEC).json()["id"]
            # the sweeper's minute bounds it; sending another instead would hide a lost one
            answered = eventually(lambda: statuses(api, [first]) == {"succeeded"}, 90)
        assert answered, running.output.read_text(encoding="utf-8")
        for word in ("bin/postgres", "ministack", "gateway", "poller"):
            assert eventually(partial(children_of, running, word)), f"{word} does not run"
            before = children_of(running, word)
            os.kill(before[0], signal.SIGKILL)
            assert eventually(partial(is_replaced, running, word, before)), f"{word} was not started again"
            assert eventually(lambda: solves(running), 40), f"no answer after {word} was killed"
        with running.api as api:
            assert len(api.get("/v1/analyses", params={"limit": 100}).json()["items"]) >= 5


def is_replaced(running: RunningStack, word: str, before: list[int]) -> bool:
    now = children_of(running, word)
    return len(now) == len(before) and before[0] not in now


def test_a_port_in_use_is_named_with_its_holder_and_the_variable_that_moves_it(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "runtime", "up"],
            cwd=settings.ROOT,
            env={**os.environ, "PORT": str(port), "AWS_PORT": str(free_port()), "HRMA_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert f"port {port} is in use by" in done.stderr
    assert f"process {os.getpid()}" in done.stderr
    assert "PORT=" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_stack_in_the_same_folder_is_refused(running_stack: RunningStack) -> None:
    own = {"PORT": str(free_port()), "AWS_PORT": str(free_port()), "HRMA_HOME": str(running_stack.home)}
    done = subprocess.run(
        [sys.executable, "-m", "runtime", "up"],
        cwd=settings.ROOT,
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert f"process {running_stack.process.pid} already runs a stack" in done.stderr
    assert (running_stack.home / "environment.json").exists()


def test_queued_work_is_solved_after_a_restart_although_the_queue_forgot_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with run_stack(home) as running:
        pollers = children_of(running, "poller")
        for process in pollers:
            os.kill(process, signal.SIGSTOP)
        with running.api as api:
            ids = [api.post("/v1/analyses", json=SPEC).json()["id"] for _ in range(12)]
            assert statuses(api, ids) == {"queued"}
        # Killed like this, the endpoint saves nothing, and nobody starts it again.
        running.process.send_signal(signal.SIGSTOP)
        for process in (*children_of(running, "ministack"), *pollers, running.process.pid):
            os.kill(process, signal.SIGKILL)
        running.process.wait()
    with run_stack(home, HRMA_RESEND_SECONDS="1") as running, running.api as api:
        # the sweep at the start sends them again, or at the latest the one a minute later
        assert eventually(lambda: statuses(api, ids) == {"succeeded"}, 150)


def statuses(api: httpx.Client, ids: list[str]) -> set[str]:
    return {api.get(f"/v1/analyses/{identifier}").json()["status"] for identifier in ids}
