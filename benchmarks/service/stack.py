"""A whole stack of its own for a benchmark: free ports, a data folder that goes away, nothing of the user's."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from runtime import settings
from runtime.demo.stack_process import RunningStack, running
from runtime.embedded.ports import free_port


@contextmanager
def own_stack(variables: Mapping[str, str] | None = None) -> Iterator[RunningStack]:
    """Runs the embedded stack until the block ends, with these variables of the service beside the usual ones."""
    with tempfile.TemporaryDirectory(prefix="hrma-benchmark-") as folder:
        options = settings.RuntimeSettings(port=free_port(), aws_port=free_port(), home=Path(folder))
        with running(options, variables or {}) as stack:
            yield stack


def peak_memory(command: str) -> dict[int, int]:
    """The most memory (bytes) that each running process held whose command line has `command` in it."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            status = (folder / "status").read_text()
        except OSError:
            continue
        if command in line and "VmHWM:" in status:
            found[int(folder.name)] = int(status.partition("VmHWM:")[2].split()[0]) * 1024
    return found
