"""The log of a stack: one readable stream on the terminal, one file per process in the data folder."""

import json
import re
import sys
import threading
from collections import deque
from pathlib import Path
from typing import IO, Any

COLOURS = {
    "stack": "\x1b[1;37m",
    "postgres": "\x1b[34m",
    "aws": "\x1b[33m",
    "gateway": "\x1b[32m",
    "scheduler": "\x1b[35m",
}
POLLER_COLOUR = "\x1b[36m"
RESET = "\x1b[0m"
NAME_WIDTH = 10
KEPT_LINES = 20
ENVELOPE = {
    "level",
    "location",
    "message",
    "timestamp",
    "service",
    "xray_trace_id",
    "exception",
    "exception_name",
}
ROUTINE_OF_POSTGRES = re.compile(r"^(LOG|HINT|DETAIL|STATEMENT|CONTEXT): ")


class Console:
    """Writes the lines of all processes; remembers the last ones of each for error messages."""

    def __init__(self, logs: Path, terminal: IO[str] | None = None) -> None:
        self._logs = logs
        self._terminal = terminal if terminal is not None else sys.stderr
        self._coloured = self._terminal.isatty()
        self._lock = threading.Lock()
        self._files: dict[str, IO[str]] = {}
        self._recent: dict[str, deque[str]] = {}

    def say(self, message: str) -> None:
        """A line of the stack itself."""
        self.write("stack", message)

    def write(self, name: str, line: str) -> None:
        """A line of the process `name`."""
        line = line.rstrip()
        with self._lock:
            self._recent.setdefault(name, deque(maxlen=KEPT_LINES)).append(line)
            file = self._file(name)
            file.write(f"{line}\n")
            file.flush()
            if name != "postgres" or not ROUTINE_OF_POSTGRES.match(line):
                self._show(name, readable(line))

    def recent(self, name: str) -> str:
        """The last lines of the process `name`."""
        return "\n".join(self._recent.get(name, ()))

    def close(self) -> None:
        """Closes the files."""
        with self._lock:
            for file in self._files.values():
                file.close()
            self._files.clear()

    def _show(self, name: str, text: str) -> None:
        label = name.ljust(NAME_WIDTH)
        if self._coloured:
            label = f"{COLOURS.get(name, POLLER_COLOUR)}{label}{RESET}"
        try:
            self._terminal.write("".join(f"{label} {part}\n" for part in text.split("\n")))
            self._terminal.flush()
        except (BrokenPipeError, ValueError):
            self._terminal = sys.__stderr__ or self._terminal

    def _file(self, name: str) -> IO[str]:
        if name not in self._files:
            path = self._logs / f"{name}.log"
            if path.exists():
                path.replace(path.with_suffix(".previous.log"))
            self._files[name] = path.open("w", encoding="utf-8")
        return self._files[name]


def readable(line: str) -> str:
    """A structured log line as people read it; any other line as it is."""
    if not line.startswith("{"):
        return line
    try:
        record: dict[str, Any] = json.loads(line)
    except json.JSONDecodeError:
        return line
    if "message" not in record:
        return line
    rest = " ".join(
        f"{key}={value}" for key, value in record.items() if key not in ENVELOPE and value not in (None, "")
    )
    text = f"{record.get('level', 'INFO'):<7} {record['message']}  {rest}".rstrip()
    exception = record.get("exception")
    return f"{text}\n{exception}" if exception else text
