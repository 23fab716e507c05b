"""The supervisor: starts the processes of a stack in order, restarts what crashes, stops all of them.

Every child asks the kernel for a signal at its parent's death, so that nothing stays behind even
when the supervisor itself is killed. The kernel ties that to the thread that started the child:
children are started from the main thread only.
"""

import ctypes
import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from runtime.embedded.console import Console
from runtime.errors import StackError

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Program:
    """How to run one process of the stack."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    ready: Callable[["Child"], None] = lambda _child: None
    """Returns when the process serves; raises StackError when it does not come up."""
    level: int = 0
    """The order: levels start upwards and stop downwards, the programs of one level together."""
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 20.0
    directory: str = "/"
    user: int | None = None
    group: int | None = None


@dataclass
class Child:
    """One running process of a program, and the history of its crashes."""

    program: Program
    console: Console
    process: subprocess.Popen[str] | None = None
    crashes: deque[float] = field(default_factory=deque)
    restart_at: float | None = None

    def start(self) -> None:
        """Starts the process and waits until it serves."""
        self.spawn()
        self.program.ready(self)

    def spawn(self) -> None:
        """Starts the process."""
        program = self.program
        self.process = subprocess.Popen(
            list(program.command),
            env=dict(program.environment),
            cwd=program.directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=dies_with(os.getpid(), program.stop_signal),
            user=program.user,
            group=program.group,
            extra_groups=None if program.user is None else [],
        )
        threading.Thread(target=self._pump, args=(self.process,), daemon=True).start()

    def _pump(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None  # noqa: S101
        for line in process.stdout:
            self.console.write(self.program.name, line)

    @property
    def exit_code(self) -> int | None:
        """The exit code of the process; None while it runs."""
        return self.process.poll() if self.process else None

    def require_running(self) -> None:
        """Raises StackError with its last words when the process has ended."""
        if self.exit_code is not None:
            time.sleep(0.1)
            raise StackError(
                f"{self.program.name} {ending(self.exit_code)}:\n{self.console.recent(self.program.name)}"
            )

    def signal_stop(self) -> None:
        """Asks the process to end."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.program.stop_signal)

    def wait_stopped(self) -> None:
        """Waits for the end; kills the process with its children when it takes too long."""
        if not self.process:
            return
        try:
            self.process.wait(self.program.stop_seconds)
        except subprocess.TimeoutExpired:
            self.console.say(
                f"{self.program.name} did not stop in {self.program.stop_seconds:g} s and is killed"
            )
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Supervisor:
    """Keeps the processes of a stack running until it is asked to stop."""

    backoff_seconds = 0.5
    crash_window_seconds = 60.0
    crashes_allowed = 5

    def __init__(self, console: Console) -> None:
        self._console = console
        self._children: list[Child] = []
        self._stopping = threading.Event()

    def start(self, *programs: Program) -> None:
        """Starts programs of one level side by side, and waits until all of them serve."""
        children = [Child(program, self._console) for program in programs]
        self._children += children
        for child in children:
            child.spawn()
        for child in children:
            child.program.ready(child)

    def request_stop(self) -> None:
        """Ends `watch`; safe from a signal handler or another thread."""
        self._stopping.set()

    def watch(self) -> None:
        """Restarts crashed children until a stop is requested; raises StackError when one keeps crashing."""
        while not self._stopping.wait(0.1):
            for child in self._children:
                self._look_after(child)

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.restart_at is not None:
            if now >= child.restart_at:
                child.restart_at = None
                self._restart(child)
        elif child.exit_code is not None:
            self._schedule_restart(child, f"{child.program.name} {ending(child.exit_code)}")

    def _restart(self, child: Child) -> None:
        try:
            child.start()
            self._console.say(f"{child.program.name} runs again")
        except StackError as error:
            child.signal_stop()
            child.wait_stopped()
            self._schedule_restart(child, str(error))

    def _schedule_restart(self, child: Child, reason: str) -> None:
        now = time.monotonic()
        child.crashes.append(now)
        while child.crashes[0] < now - self.crash_window_seconds:
            child.crashes.popleft()
        if len(child.crashes) > self.crashes_allowed:
            raise StackError(
                f"{child.program.name} ended {len(child.crashes)} times within "
                f"{self.crash_window_seconds:g} s and is given up. "
                f"Its last lines:\n{self._console.recent(child.program.name)}"
            )
        delay = self.backoff_seconds * 2.0 ** (len(child.crashes) - 1)
        child.restart_at = now + delay
        self._console.say(f"{reason}; restarting it in {delay:g} s")

    def restart(self, name: str) -> None:
        """Stops the child `name` in order and starts it again."""
        child = next(child for child in self._children if child.program.name == name)
        child.signal_stop()
        child.wait_stopped()
        child.start()

    def stop(self) -> None:
        """Stops all children, the highest level first."""
        for level in sorted({child.program.level for child in self._children}, reverse=True):
            children = [child for child in self._children if child.program.level == level]
            for child in children:
                child.signal_stop()
            for child in children:
                child.wait_stopped()
        self._children.clear()


def dies_with(parent: int, signal_number: signal.Signals) -> Callable[[], None]:
    """What a child does before its program starts, so that its parent's death reaches it."""

    def prepare() -> None:
        _LIBC.prctl(PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def ending(exit_code: int | None) -> str:
    """How a process ended, in words."""
    if exit_code is not None and exit_code < 0:
        return f"was ended by {signal.Signals(-exit_code).name}"
    return f"ended with exit code {exit_code}"
