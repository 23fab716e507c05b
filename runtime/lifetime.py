"""What the processes of a stack share: how they log, and how they learn that they shall end."""

import logging
import signal
import threading
from types import FrameType


def log_to_terminal() -> None:
    """Lets the runtime's own log lines out; the service's have a handler of their own."""
    logging.basicConfig(format="%(levelname)-7s %(message)s")
    logging.getLogger("runtime").setLevel(logging.INFO)


def stop_event() -> threading.Event:
    """An event that SIGTERM and SIGINT set."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    return stopping


def end_at_once() -> None:
    """Lets SIGTERM and SIGINT end the process wherever it is, with its `finally` blocks run."""

    def leave(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)
