"""The AWS endpoint's process: ministack, whose waiting receives are woken by what is sent.

By itself it looks for messages every 0.1 s, which is most of the time that a single analysis takes. This file runs by
its path, in the endpoint's own environment; where ministack's insides are not what they were, it starts as it is.
"""

import asyncio
import os
from importlib import import_module
from types import SimpleNamespace
from typing import Any


class Waiting:
    """The receives that wait at this moment."""

    def __init__(self) -> None:
        self._alarms: set[asyncio.Event] = set()

    async def sleep(self, seconds: float) -> None:
        """Until something is sent, or the time is over."""
        alarm = asyncio.Event()
        self._alarms.add(alarm)
        try:
            await asyncio.wait_for(alarm.wait(), seconds)
        except TimeoutError:
            pass
        finally:
            self._alarms.discard(alarm)

    def wake(self) -> None:
        """Lets all of them look; they find that a message is for another queue quickly."""
        for alarm in self._alarms:
            alarm.set()


def wake_receives(queues: Any, waiting: Waiting) -> None:
    """Changes the module of ministack's queues, where it still has what is to be changed."""
    dispatch = getattr(queues, "_dispatch", None)
    if dispatch is None or getattr(queues, "asyncio", None) is not asyncio:
        return

    async def dispatch_and_wake(action: str, *arguments: Any) -> Any:
        answer = await dispatch(action, *arguments)
        if action.startswith("SendMessage"):
            waiting.wake()
        return answer

    queues._dispatch = dispatch_and_wake
    queues.asyncio = SimpleNamespace(**{**vars(asyncio), "sleep": waiting.sleep})


if __name__ == "__main__":
    wake_receives(import_module("ministack.services.sqs"), Waiting())
    import_module("ministack.app").main()
    # after the state is saved, threads of workflows that wait for a task would hold the process
    os._exit(0)
