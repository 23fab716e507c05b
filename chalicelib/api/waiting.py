"""Staying with a request until its answer is there, or the caller's patience ends."""

import time
from collections.abc import Callable
from typing import Any

from chalicelib.domain.analysis import AnalysisStatus

SHORTEST_PAUSE = 0.01
LONGEST_PAUSE = 0.5


def until_final(read: Callable[[], dict[str, Any]], seconds: float) -> dict[str, Any] | None:
    """What `read` answers once its status is final; None where that takes longer than `seconds`.

    The pauses grow with the time already spent, so that a quick answer is met soon and a slow one
    costs few reads.
    """
    started = time.monotonic()
    while True:
        found = read()
        if AnalysisStatus(found["status"]).is_final:
            return found
        spent = time.monotonic() - started
        if spent >= seconds:
            return None
        pause = min(max(SHORTEST_PAUSE, spent / 8), LONGEST_PAUSE, seconds - spent)
        time.sleep(pause)
