"""The whole flow in this process: real database, queues, buckets and handlers, stepped by the test."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import boto3
import psycopg
import pytest

from chalicelib import bootstrap
from chalicelib.domain.access import Permission, Principal
from runtime.embedded.stack import Stack
from runtime.poller.queue_poller import QueuePoller, QueueSource

QUEUES = {
    "solve_queue": ("solve", 10),
    "solve_retry_queue": ("solve-retry", 1),
    "batch_queue": ("batch", 1),
    "study_queue": ("study", 1),
    "uploads": ("uploads", 1),
    "dead_letters": ("dead-letters", 1),
}
ENGINE: dict[str, Any] = {
    "motor_type": "liquid",
    "propellant": {"fuel": "LH2", "oxidizer": "LOX", "mixture_ratio": 6.0},
    "chamber_pressure": 7e6,
    "nozzle": {"area_ratio": 40.0},
}


class Flow:
    """One project of its own on the stack; nothing moves unless the test polls."""

    def __init__(self, stack: Stack) -> None:
        from app import app

        self.stack = stack
        self.services = bootstrap.services()
        self.project = f"p{uuid4().hex[:12]}"
        self.principal = Principal("ada", self.project, frozenset(Permission))
        sqs = boto3.client("sqs")
        self._pollers = {
            name: QueuePoller(
                QueueSource(name, f"hrma-{stack.options.stage}-{queue}", size, app.handler_map[name]), sqs
            )
            for name, (queue, size) in QUEUES.items()
        }

    def submit(self, **changes: Any) -> UUID:
        submission = self.services.submit_analysis(
            {**ENGINE, **changes}, principal=self.principal, correlation_id="flow"
        )
        return UUID(str(submission.analysis_id))

    def analysis(self, analysis_id: UUID) -> dict[str, Any]:
        return self.services.get_analysis(analysis_id, project=self.project)

    def batch(self, batch_id: UUID) -> dict[str, Any]:
        return self.services.get_batch(batch_id, project=self.project)

    def query(self, statement: str, **parameters: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.stack.environment["HRMA_DATABASE_URL"], autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), parameters)
            return cursor.fetchall() if cursor.description else []

    def send(self, queue: str, body: str) -> None:
        sqs = boto3.client("sqs")
        url = sqs.get_queue_url(QueueName=f"hrma-{self.stack.options.stage}-{queue}")["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody=body)

    def poll_until(self, done: Callable[[], bool], *names: str, seconds: float = 30.0) -> None:
        """Polls the handlers in turn until `done`, in the present thread."""
        deadline = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < deadline, f"not done after {seconds:g} s"
            for name in names or QUEUES:
                self._pollers[name].poll()

    @contextmanager
    def polling(self, *names: str) -> Iterator[None]:
        """Handlers run in threads while the block does."""
        stopping = threading.Event()
        threads = [
            threading.Thread(target=self._pollers[name].run, args=(stopping,)) for name in names or QUEUES
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stopping.set()
            for thread in threads:
                thread.join()


def wait_until(done: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, f"not done after {seconds:g} s"
        time.sleep(0.05)


@contextmanager
def flow_on(stack: Stack, settings: Mapping[str, str]) -> Iterator[Flow]:
    """A flow whose service has these settings, such as HRMA_LEASE_SECONDS."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"HRMA_STAGE": stack.options.stage, **settings}.items():
            patch.setenv(name, value)
        bootstrap.close()
        try:
            yield Flow(stack)
        finally:
            bootstrap.close()
