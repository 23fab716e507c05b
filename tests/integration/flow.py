"""The whole flow in this process: real database, queues, buckets and handlers, stepped by the test."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
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
        self._handlers = app.handler_map
        self._pollers = self._make_pollers(lambda handler: handler)

    def _make_pollers(self, wrap: Callable[[Any], Any]) -> dict[str, QueuePoller]:
        sqs = boto3.client("sqs")
        prefix = f"hrma-{self.stack.options.stage}"
        return {
            name: QueuePoller(QueueSource(name, f"{prefix}-{queue}", size, wrap(self._handlers[name])), sqs)
            for name, (queue, size) in QUEUES.items()
        }

    def use(self, handlers: Mapping[str, Callable[[Any, Any], Any]]) -> None:
        """Has these handlers called in place of the app's."""
        self._handlers = {**self._handlers, **handlers}
        self._pollers = self._make_pollers(lambda handler: handler)

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

    def poll_through_deaths(
        self, done: Callable[[], bool], death: type[BaseException], *names: str, seconds: float = 60.0
    ) -> None:
        """Polls the handlers in turn until `done`; one that dies is begun anew, its message left to come back."""
        deadline = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < deadline, f"not done after {seconds:g} s"
            for name in names:
                with suppress(death):
                    self._pollers[name].poll()

    def polling_twice(self) -> AbstractContextManager[None]:
        """Handlers run in threads while the block does, and get every message twice."""

        def doubled(handler: Any) -> Any:
            def twice(event: Any, context: Any) -> Any:
                handler(event, context)
                return handler(event, context)

            return twice

        return self._running(self._make_pollers(doubled).values())

    def polling(self, *names: str) -> AbstractContextManager[None]:
        """Handlers run in threads while the block does."""
        return self._running(self._pollers[name] for name in names or QUEUES)

    @contextmanager
    def _running(self, pollers: Iterable[QueuePoller]) -> Iterator[None]:
        stopping = threading.Event()
        threads = [threading.Thread(target=poller.run, args=(stopping,)) for poller in pollers]
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
