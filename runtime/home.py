"""The data folder of one local stack: what is where, and who may use it."""

import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from runtime.errors import StackError


@dataclass
class Home:
    """The folder that `HRMA_HOME` names; everything that a stack keeps lies in it."""

    path: Path
    _lock: IO[str] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.path = self.path.expanduser().absolute()

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def aws(self) -> Path:
        return self.path / "aws"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def keys(self) -> Path:
        return self.path / "keys"

    @property
    def token(self) -> Path:
        return self.path / "token"

    @property
    def environment(self) -> Path:
        """The variables of the running stack, for commands in other terminals."""
        return self.path / "environment.json"

    def claim(self) -> None:
        """Makes the folder and takes it for this process; raises StackError when another stack has it."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self.logs.mkdir(exist_ok=True)
            lock = (self.path / "lock").open("a+", encoding="utf-8")
        except OSError as error:
            raise StackError(
                f"the data folder {self.path} cannot be used: {error}; set HRMA_HOME to another"
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise StackError(
                f"process {lock.read().strip() or 'unknown'} already runs a stack in {self.path}; "
                "stop it, or set HRMA_HOME to another folder"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock
        self.environment.unlink(missing_ok=True)

    def release(self) -> None:
        """Gives the folder back."""
        self.environment.unlink(missing_ok=True)
        if self._lock:
            self._lock.close()
            self._lock = None

    def publish(self, environment: Mapping[str, str]) -> None:
        """Writes the variables of the stack that now runs, readable by its owner only."""
        write_private(self.environment, json.dumps(dict(environment), indent=1))

    def published(self) -> dict[str, str]:
        """The variables of the running stack; raises StackError when none runs."""
        try:
            found: dict[str, Any] = json.loads(self.environment.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise StackError(f"no stack runs in {self.path}; start one with 'make up'") from None
        return found


def write_private(path: Path, text: str) -> None:
    """Replaces a file's contents, readable and writable by its owner only, in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    partial.replace(path)
