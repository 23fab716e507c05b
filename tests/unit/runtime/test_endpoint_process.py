"""Receives that wait are woken by what is sent, whatever else the endpoint's module does."""

import asyncio
import time
from types import SimpleNamespace
from typing import Any

from runtime.embedded.endpoint_process import Waiting, wake_receives


class Queues(SimpleNamespace):
    """A module of queues as the endpoint has it: a list of messages, and receives that look now and then."""

    def __init__(self) -> None:
        super().__init__(asyncio=asyncio, messages=[], looks=0)

    async def _dispatch(self, action: str, data: str) -> Any:
        if action == "SendMessage":
            self.messages.append(data)
            return "sent"
        end = time.monotonic() + 5.0
        while not self.messages and time.monotonic() < end:
            self.looks += 1
            await self.asyncio.sleep(1.0)
        return self.messages.pop()


async def _send_while_one_waits(queues: Queues) -> tuple[str, float]:
    begun = time.monotonic()
    receive = asyncio.create_task(queues._dispatch("ReceiveMessage", ""))
    await asyncio.sleep(0.01)
    assert await queues._dispatch("SendMessage", "hello") == "sent"
    return await receive, time.monotonic() - begun


def test_a_waiting_receive_answers_at_once_when_something_is_sent() -> None:
    queues = Queues()
    wake_receives(queues, Waiting())
    message, seconds = asyncio.run(_send_while_one_waits(queues))
    assert message == "hello"
    assert seconds < 0.5
    assert queues.looks == 1


def test_a_sleep_ends_when_its_time_is_over() -> None:
    begun = time.monotonic()
    asyncio.run(Waiting().sleep(0.05))
    assert 0.04 < time.monotonic() - begun < 1.0


def test_a_module_that_looks_different_is_left_as_it_is() -> None:
    for strange in (SimpleNamespace(), SimpleNamespace(asyncio=asyncio), SimpleNamespace(_dispatch=len)):
        before = dict(vars(strange))
        wake_receives(strange, Waiting())
        assert vars(strange) == before
